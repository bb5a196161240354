package dev.berth.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.posix.Name;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class InsidePathTest {
  @Test
  void a_name_of_any_bytes_comes_back_from_its_text() {
    var random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      var bytes = new byte[1 + random.nextInt(12)];
      random.nextBytes(bytes);
      for (int j = 0; j < bytes.length; j++) {
        if (bytes[j] == 0 || bytes[j] == '/') bytes[j] = '\\';
        if (random.nextInt(3) == 0) bytes[j] = (byte) (random.nextInt(40) - 70); // begins of UTF-8
      }
      var name = Name.of(bytes, 0, bytes.length);
      if (!name.isOneStep()) continue;
      var path = new InsidePath(List.of(name));

      assertThat(InsidePath.parse(path.toString())).as(path.toString()).isEqualTo(path);
    }
  }

  @Test
  void what_nobody_could_see_or_what_turns_a_line_around_is_written_out() {
    assertThat(Name.of("ä é 漢 😀").escaped()).isEqualTo("ä é 漢 😀");
    assertThat(Name.of("a\u001b[2J\u202egpj.exe\u200b").escaped())
        .isEqualTo("a\\x1b[2J\\xe2\\x80\\xaegpj.exe\\xe2\\x80\\x8b");
  }
}
