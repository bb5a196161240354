package dev.berth.objects.wrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.ObjectStoreContract;
import dev.berth.objects.memory.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class FencedTest extends ObjectStoreContract {
  private final MemoryStore behind = new MemoryStore(Clock.systemUTC());

  @Override
  protected ObjectStore store() {
    return new Fenced(behind, () -> true);
  }

  @Test
  void whose_turn_is_over_changes_nothing_and_reads_on() throws Exception {
    var turn = new AtomicBoolean(true);
    var once = new Patience(1, Duration.ZERO, Duration.ZERO);
    var fenced = new Retrying(new Fenced(behind, turn::get), once);
    var one = ObjectName.of("one");
    assertThat(fenced.putIfAbsent(one, bytes("x"))).isTrue();

    turn.set(false);

    assertThatThrownBy(() -> fenced.delete(one)).isInstanceOf(Problem.Unavailable.class);
    assertThatThrownBy(() -> fenced.putIfAbsent(ObjectName.of("two"), bytes("y")))
        .isInstanceOf(Problem.Unavailable.class);
    assertThat(fenced.read(one)).isPresent();
    assertThat(behind.find(ObjectName.of("two"))).isEmpty();
  }
}
