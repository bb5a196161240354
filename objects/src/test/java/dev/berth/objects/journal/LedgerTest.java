package dev.berth.objects.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final ObjectName A = ObjectName.of("ann/packs/a");

  @TempDir Path here;

  private Ledger open() throws IOException {
    return open(Duration.ZERO, Clock.systemUTC());
  }

  private Ledger open(Duration linger, Clock clock) throws IOException {
    return Ledger.open(here.resolve("ledger"), linger, clock);
  }

  private static Clock at(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  private static ObjectInfo info(ObjectName name) {
    return new ObjectInfo(name, 7, Instant.EPOCH);
  }

  @Test
  void what_is_there_is_seen_at_each_moment_of_learning_it_anew() throws Exception {
    try (var ledger = open()) {
      ledger.learn(Map.of(A, info(A)));
      var seen = new HashMap<ObjectName, Boolean>();
      var listed =
          new HashMap<ObjectName, ObjectInfo>(Map.of(A, info(A))) {
            private static final long serialVersionUID = 1;

            @Override
            public void forEach(BiConsumer<? super ObjectName, ? super ObjectInfo> each) {
              seen.put(A, ledger.afar(A).isPresent()); // as another thread would
              super.forEach(each);
            }
          };

      ledger.learn(listed);

      assertThat(seen).containsEntry(A, true);
    }
  }

  @Test
  void what_is_young_waits_and_what_a_clock_that_was_set_back_calls_later_does_not()
      throws Exception {
    var linger = Duration.ofMinutes(1);
    try (var ledger = open(linger, at(NOON))) {
      ledger.put(A, 5);
      ledger.isHere(A);
      assertThat(ledger.next(1, Duration.ZERO)).isEmpty();
    }
    var before = NOON.minus(Duration.ofHours(3));

    try (var ledger = open(linger, at(before))) {
      assertThat(ledger.next(1, Duration.ZERO)).extracting(Ledger.Step::name).containsExactly(A);
      assertThat(ledger.lag(Optional.empty()).since()).hasValue(before);
    }
  }
}
