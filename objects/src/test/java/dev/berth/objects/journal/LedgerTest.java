package dev.berth.objects.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerTest {
  private static final ObjectName A = ObjectName.of("ann/packs/a");

  @TempDir Path here;

  private Ledger open() throws IOException {
    return Ledger.open(here.resolve("ledger"), Duration.ZERO, Clock.systemUTC());
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
}
