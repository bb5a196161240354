package dev.berth.cli.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.cli.api.FakeBerth;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class DeleteTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final Phase RUNNING = new Phase.Running(NOW, new Endpoint("127.0.0.1", 1));
  private static final Phase STOPPED = new Phase.Stopped(NOW, "why");

  @Test
  void who_waits_for_the_end_of_one_that_was_deleted_waits_until_it_has_stopped() {
    var deleted = new Intent.Discard(NOW, "Its owner deleted it.");

    assertThat(Delete.isOver(FakeBerth.view(deleted, RUNNING))).isFalse();
    assertThat(Delete.isOver(FakeBerth.view(deleted, STOPPED))).isTrue();
  }

  @Test
  void nobody_waits_for_the_end_of_one_that_was_brought_back() {
    for (var intent : new Intent[] {new Intent.Run(), new Intent.Stop("It was brought back.")}) {
      assertThatThrownBy(() -> Delete.isOver(FakeBerth.view(intent, RUNNING)))
          .isInstanceOf(Problem.Conflict.class)
          .hasMessageContaining("brought back");
    }
  }
}
