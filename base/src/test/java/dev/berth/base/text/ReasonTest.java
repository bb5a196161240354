package dev.berth.base.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReasonTest {
  @Test
  void of_a_file_it_says_what_is_the_matter_and_not_only_its_name(@TempDir Path folder)
      throws Exception {
    var none = folder.resolve("none");
    var file = Files.writeString(folder.resolve("file"), "x");

    assertThat(Reason.of(catchThrowable(() -> Files.readString(none))))
        .isEqualTo("there is no " + none);
    assertThat(Reason.of(catchThrowable(() -> Files.createDirectory(file))))
        .isEqualTo(file + " is there already");
    assertThat(Reason.of(catchThrowable(() -> Files.newDirectoryStream(file))))
        .isEqualTo(file + " is no folder");
    assertThat(Reason.of(catchThrowable(() -> Files.delete(folder))))
        .isEqualTo(folder + " is not empty");
    assertThat(Reason.of(new AccessDeniedException("/secret"))) // of which root sees none
        .isEqualTo("this process's user may not read or write /secret");
  }

  @Test
  void of_an_address_it_says_who_has_it() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var other = new ServerSocket()) {
      var there = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
      var away = new InetSocketAddress("192.0.2.1", 0); // for documents: no machine's own

      assertThat(Reason.listening(List.of(there), catchThrowable(() -> other.bind(there))))
          .isEqualTo("127.0.0.1:%d: another program listens there", taken.getLocalPort());
      assertThat(Reason.listening(List.of(away), catchThrowable(() -> other.bind(away))))
          .isEqualTo("192.0.2.1:0: this machine has no such address");
      assertThat(Reason.of(new SocketException("Permission denied")))
          .isEqualTo("this process's user may not listen there");
    }
  }

  @Test
  void what_says_enough_itself_stays_and_what_says_nothing_is_named() {
    assertThat(Reason.of(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
    assertThat(Reason.of(new IOException())).isEqualTo("IOException");
  }

  @Test
  void a_name_that_a_terminal_would_act_on_is_made_plain() {
    assertThat(Reason.of(new AccessDeniedException("/a\033[2J"))).endsWith("/a\uFFFD[2J");
  }
}
