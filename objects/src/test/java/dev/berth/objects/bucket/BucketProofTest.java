package dev.berth.objects.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.FaultyStore;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.memory.MemoryStore;
import dev.berth.objects.wrap.Forwarding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BucketProofTest {
  private static final ObjectName FOLDER = ObjectName.of("berth");

  private final MemoryStore memory = new MemoryStore(Clock.systemUTC());

  private static final BucketProof.Service SERVICE =
      new BucketProof.Service("bucket x", "Use a service that knows If-None-Match.");

  private static void prove(ObjectStore store) throws InterruptedException {
    var ways = List.of(new BucketProof.Way("", store::putIfAbsent));
    BucketProof.of(store, ways, FOLDER, SERVICE);
  }

  @Test
  void a_good_store_is_left_as_it_was() throws Exception {
    prove(memory);

    assertThat(memory.list(FOLDER, Optional.empty())).isEmpty();
  }

  @Test
  void one_that_is_away_is_told_once() {
    var away = new FaultyStore(memory, 1);
    away.isAway(true);

    assertThatThrownBy(() -> prove(away))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessage("The bucket x was not reached: the store is away.");
  }

  @Test
  void one_that_writes_over_what_is_there_is_refused() {
    assertThatThrownBy(() -> prove(new Forgetful(memory)))
        .isInstanceOfSatisfying(
            Problem.class,
            problem ->
                assertThat(problem.words()).contains("writes over what is there", "If-None-Match"));
  }

  @Test
  void one_that_does_so_in_one_of_its_ways_only_is_refused_too() {
    var ways =
        List.of(
            new BucketProof.Way("", memory::putIfAbsent),
            new BucketProof.Way(" in parts", new Forgetful(memory)::putIfAbsent));

    assertThatThrownBy(() -> BucketProof.of(memory, ways, FOLDER, SERVICE))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessage("The bucket x cannot be used: it writes over what is there in parts.");
    assertThat(memory.list(FOLDER, Optional.empty())).isEmpty();
  }

  @Test
  void all_that_is_refused_is_told_at_once() {
    assertThatThrownBy(() -> prove(new Grudging(memory)))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("may not list")
        .hasMessageContaining("may not delete");
  }

  /** Knows no condition: the last who writes wins. */
  private static class Forgetful extends Forwarding {
    Forgetful(ObjectStore store) {
      super(store);
    }

    @Override
    public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
        throws IOException, InterruptedException {
      super.delete(name);
      return super.putIfAbsent(name, bytes);
    }
  }

  /** Its keys may neither list nor delete. */
  private static final class Grudging extends Forgetful {
    Grudging(ObjectStore store) {
      super(store);
    }

    @Override
    public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after) {
      throw new Problem.Unavailable("You may not list.", "Ask.");
    }

    @Override
    public void delete(ObjectName name) {
      throw new Problem.Unavailable("You may not delete.", "Ask.");
    }
  }
}
