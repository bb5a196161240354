package dev.berth.control.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeysTest {
  @TempDir Path folder;

  @Test
  void a_key_that_is_given_is_its_bytes_or_base64_of_them() throws Exception {
    var made = Keys.open(folder.resolve("made"));
    var bytes = Files.readAllBytes(folder.resolve("made"));
    var text = Base64.getEncoder().encodeToString(bytes) + "\n";

    assertThat(Keys.given(folder.resolve("made")).token("x")).isEqualTo(made.token("x"));
    assertThat(Keys.given(Files.writeString(folder.resolve("text"), text)).token("x"))
        .isEqualTo(made.token("x"));
  }

  @Test
  void one_that_is_given_is_never_made_and_never_guessed() throws Exception {
    var none = folder.resolve("none");
    assertThatThrownBy(() -> Keys.given(none))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining(none.toString());
    assertThat(none).doesNotExist();
    for (var text : new String[] {"", "c2hvcnQ=", "not base64 at all, is it?", "x".repeat(33)}) {
      var file = Files.writeString(folder.resolve("wrong"), text);
      assertThatThrownBy(() -> Keys.given(file)).isInstanceOf(Problem.Invalid.class);
    }
  }
}
