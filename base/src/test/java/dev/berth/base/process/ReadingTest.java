package dev.berth.base.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ReadingTest {
  private static final Duration PATIENCE = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final ByteArrayOutputStream read = new ByteArrayOutputStream();

  /** As on a machine that is so busy that the kernel gives the thread no turn. */
  @Test
  void one_that_has_not_had_its_turn_is_waited_for() throws Exception {
    var slow =
        new ByteArrayInputStream("all".getBytes(StandardCharsets.UTF_8)) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
            while (System.nanoTime() < end) Thread.onSpinWait();
            return super.read(into, offset, length);
          }
        };

    var reading = begin(slow);

    assertThat(Reading.end(List.of(reading), PATIENCE, LONGEST)).isTrue();
    assertThat(read.toString(StandardCharsets.UTF_8)).isEqualTo("all");
  }

  @Test
  void who_works_with_what_came_is_waited_for() throws Exception {
    var from = new ByteArrayInputStream("all".getBytes(StandardCharsets.UTF_8));
    var reading =
        Reading.begin(
            from,
            all -> {
              read.write(all.readAllBytes());
              assertThat(waitsInVain(300)).isTrue();
              read.write('!');
            });

    assertThat(Reading.end(List.of(reading), PATIENCE, LONGEST)).isTrue();
    assertThat(read.toString(StandardCharsets.UTF_8)).isEqualTo("all!");
  }

  @Test
  void one_that_somebody_else_holds_open_is_not() throws Exception {
    try (var held = new PipedInputStream();
        var holder = new PipedOutputStream(held)) {
      holder.write("so far".getBytes(StandardCharsets.UTF_8));

      var reading = begin(held);

      assertThat(Reading.end(List.of(reading), PATIENCE, LONGEST)).isFalse();
      assertThat(read.toString(StandardCharsets.UTF_8)).isEqualTo("so far");
    }
  }

  @Test
  void one_of_which_it_is_not_known_is_given_up_in_the_end() throws Exception {
    var over = new AtomicBoolean();
    var endless =
        new InputStream() {
          @Override
          public int read() {
            return over.get() ? -1 : 'y';
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            return over.get() ? -1 : length;
          }
        };
    var reading = Reading.begin(endless, from -> from.transferTo(OutputStream.nullOutputStream()));

    assertThat(Reading.end(List.of(reading), PATIENCE, Duration.ofMillis(100))).isFalse();
    over.set(true);
  }

  private static boolean waitsInVain(long millis) {
    try {
      return !new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Reading begin(InputStream from) {
    return Reading.begin(from, all -> all.transferTo(read));
  }
}
