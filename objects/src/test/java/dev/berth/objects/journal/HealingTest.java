package dev.berth.objects.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.process.Turns;
import dev.berth.objects.ObjectName;
import dev.berth.objects.folder.FolderStore;
import dev.berth.objects.memory.MemoryStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a disk that gives an error in the place of bytes. */
final class HealingTest {
  private static final ObjectName NAME = ObjectName.of("ann/packs/a");

  @TempDir Path folder;
  private final MemoryStore bucket = new MemoryStore(Clock.systemUTC());

  private Healing healing(FolderStore here) {
    return new Healing(
        here,
        () -> bucket,
        (_, bytes) -> !new String(bytes, StandardCharsets.UTF_8).startsWith("!"),
        new Turns<>());
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_read_that_fails_is_done_once_more_when_the_bytes_are_had_from_elsewhere()
      throws Exception {
    var here = FolderStore.open(folder);
    here.putIfAbsent(NAME, bytes("!"));
    bucket.putIfAbsent(NAME, bytes("good"));
    var healing = healing(here);

    var read =
        healing.read(
            NAME,
            () -> {
              if (Files.readString(folder.resolve(NAME.text())).startsWith("!")) {
                throw new IOException("Input/output error");
              }
              return here.read(NAME);
            });

    assertThat(read.map(String::new)).hasValue("good");
  }

  @Test
  void a_read_that_fails_and_cannot_be_healed_fails_as_it_did() throws Exception {
    var here = FolderStore.open(folder);
    here.putIfAbsent(NAME, bytes("!"));
    var healing = healing(here);

    assertThatThrownBy(() ->
            healing.read(
                NAME,
                () -> {
                  throw new IOException("Input/output error");
                }))
        .hasMessage("Input/output error");
  }
}
