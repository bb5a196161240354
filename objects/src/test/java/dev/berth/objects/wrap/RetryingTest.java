package dev.berth.objects.wrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.FaultyStore;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.ObjectStoreContract;
import dev.berth.objects.memory.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract, kept on a store of which every fifth call fails. */
final class RetryingTest extends ObjectStoreContract {
  private static final Patience LONG =
      new Patience(30, Duration.ofNanos(1000), Duration.ofMillis(1));

  private final FaultyStore faulty = new FaultyStore(new MemoryStore(Clock.systemUTC()), 5);

  @Override
  protected ObjectStore store() {
    faulty.fails(0.2);
    return new Retrying(faulty, LONG);
  }

  @Test
  void a_write_that_failed_after_the_deed_counts_as_ours() throws Exception {
    var store = store();
    faulty.fails(0.4);

    for (int i = 0; i < 200; i++) {
      assertThat(store.putIfAbsent(ObjectName.of("n/" + i), bytes("text " + i))).isTrue();
    }
  }

  @Test
  void a_store_that_stays_away_is_told_with_a_remedy() {
    var store = store();
    faulty.isAway(true);

    assertThatThrownBy(() -> store.read(ObjectName.of("a")))
        .isInstanceOfSatisfying(
            Problem.Unavailable.class,
            problem -> assertThat(problem.words()).contains("30 tries", "away", "runs"));
  }

  @Test
  void waits_grow_to_a_bound() {
    var patience = new Patience(9, Duration.ofMillis(250), Duration.ofSeconds(10));

    assertThat(patience.before(1)).isEqualTo(Duration.ofMillis(250));
    assertThat(patience.before(3)).isEqualTo(Duration.ofSeconds(1));
    assertThat(patience.before(60)).isEqualTo(Duration.ofSeconds(10));
  }
}
