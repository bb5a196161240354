package dev.berth.control.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.control.workspace.Samples;
import dev.berth.control.workspace.Workspace;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.FakeSaves;
import dev.berth.runtime.Saves;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class PointDeskTest {
  private static final Duration SOON = Duration.ofMillis(20);

  /** A point may wait nine times as long as the last one's save took, up to a minute. */
  private static final Duration AFTER_A_PAUSE = Duration.ofMinutes(2);

  private final Semaphore mayEnd = new Semaphore(0);
  private final AtomicInteger begun = new AtomicInteger();
  private final FakeSaves saves = new FakeSaves(this::begun);
  private final PointDesk desk = new PointDesk(saves, SOON);
  private final Workspace workspace = Samples.workspace(UserId.create(), Instant.EPOCH);

  @Test
  void a_point_is_taken_and_stays() {
    mayEnd.release();

    await().until(() -> desk.take(workspace, "ticket01").isPresent());
    assertThat(kept(workspace)).hasSize(1);
  }

  @Test
  void who_comes_again_with_his_ticket_gets_the_point_that_was_begun_for_him() {
    assertThat(desk.take(workspace, "ticket01")).isEmpty();
    assertThat(desk.take(workspace, "ticket01")).isEmpty();
    mayEnd.release();

    await().until(() -> desk.take(workspace, "ticket01").isPresent());
    assertThat(begun).hasValue(1);
  }

  @Test
  void another_ticket_is_another_point_for_files_may_have_changed_since() {
    mayEnd.release(2);

    await().until(() -> desk.take(workspace, "ticket01").isPresent());
    await().atMost(AFTER_A_PAUSE).until(() -> desk.take(workspace, "ticket02").isPresent());

    assertThat(kept(workspace)).hasSize(2);
  }

  @Test
  void a_script_that_asks_without_end_is_refused_and_does_not_shut_out_who_asks_later() {
    for (int i = 0; i < 4; i++) assertThat(desk.take(workspace, "ticket0" + i)).isEmpty();
    assertThatThrownBy(() -> desk.take(workspace, "ticket04")).isInstanceOf(Problem.Conflict.class);

    var other = Samples.workspace(UserId.create(), Instant.EPOCH);
    assertThat(desk.take(other, "ticket00")).isEmpty();
    mayEnd.release(99); // nobody comes again for the four

    await().until(() -> kept(workspace).size() + kept(other).size() >= 5);
    await().atMost(AFTER_A_PAUSE).until(() -> desk.take(workspace, "ticket05").isPresent());
  }

  @Test
  void why_a_save_failed_is_told_and_the_next_try_is_a_new_one() {
    var off = new PointDesk(Saves.OFF, SOON);

    for (int i = 0; i < 9; i++) {
      await()
          .untilAsserted(() ->
              assertThatThrownBy(() -> off.take(workspace, "ticket01"))
                  .isInstanceOf(Problem.Missing.class)
                  .hasMessageContaining("saves no files"));
    }
  }

  /** Each save waits until it may end, and finds something new. */
  private String begun(WorkspaceId saved) throws InterruptedException {
    int count = begun.incrementAndGet();
    mayEnd.acquire();
    return "as of " + count;
  }

  private List<String> kept(Workspace of) {
    return saves.points(of.id(), of.owner()).stream()
        .filter(Saves.Point::kept)
        .map(Saves.Point::id)
        .toList();
  }
}
