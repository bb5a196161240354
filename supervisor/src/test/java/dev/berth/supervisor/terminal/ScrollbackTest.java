package dev.berth.supervisor.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScrollbackTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void the_last_of_all_bytes_are_kept_at_their_offsets(long seed) {
    var random = new Random(seed);
    var scrollback = new Scrollback();
    var all = new ByteArrayOutputStream();
    while (all.size() < 3 * Scrollback.BYTES_MAX) {
      var bytes = new byte[random.nextInt(100) == 0 ? 2_000_000 : random.nextInt(40_000)];
      random.nextBytes(bytes);
      scrollback.append(bytes, 0, bytes.length);
      all.writeBytes(bytes);

      assertThat(scrollback.end()).isEqualTo(all.size());
      long from = scrollback.start();
      assertThat(from).isLessThanOrEqualTo(Math.max(0, all.size() - Scrollback.BYTES_MAX));
      var kept = Arrays.copyOfRange(all.toByteArray(), (int) from, all.size());
      assertThat(scrollback.read(from, kept.length)).isEqualTo(kept);
      long middle = from + random.nextLong(all.size() - from + 1);
      assertThat(scrollback.read(middle, 100))
          .isEqualTo(
              Arrays.copyOfRange(
                  all.toByteArray(), (int) middle, (int) Math.min(middle + 100, all.size())));
    }
  }
}
