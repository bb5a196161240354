package dev.berth.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.control.reconcile.Planner.Action;
import dev.berth.control.workspace.Choices;
import dev.berth.control.workspace.Retention;
import dev.berth.control.workspace.Samples;
import dev.berth.control.workspace.Workspace;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.UserId;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ContentState;
import dev.berth.protocol.inside.InstanceStatus.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlannerTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final InstanceId INSTANCE = InstanceId.create();
  private static final Endpoint ENDPOINT = new Endpoint("10.0.0.2", 22999);
  private static final StartStep DONE = new StartStep("container", NOON, Optional.of(NOON), "");

  private final Planner planner = new Planner(StopPolicy.DEFAULT, Retention.DEFAULT);

  private static Workspace workspace(Intent intent, Phase phase, int crashes) {
    return Samples.workspace(UserId.create(), NOON)
        .with(new Workspace.State(intent, phase, crashes, List.of(), Choices.NONE));
  }

  private static Workspace running() {
    return workspace(new Intent.Run(), new Phase.Running(NOON, ENDPOINT), 0);
  }

  private static Seen.Ready ready(Optional<Instant> input, Optional<Instant> output) {
    var status =
        new InstanceStatus(
            new ContentState.Ready(false),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            input,
            output,
            List.of());
    return new Seen.Ready(INSTANCE, ENDPOINT, List.of(DONE), status);
  }

  private static final Seen READY = ready(Optional.empty(), Optional.empty());
  private static final Seen ON_ITS_WAY = new Seen.OnItsWay(INSTANCE, List.of());
  private static final Seen ABSENT = new Seen.Absent();

  private static Seen.Ready doing(TaskState... tasks) {
    var status =
        new InstanceStatus(
            new ContentState.Ready(false),
            List.of(),
            List.of(tasks),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    return new Seen.Ready(INSTANCE, ENDPOINT, List.of(DONE), status);
  }

  private static TaskState task(boolean running, int code) {
    var ended = running ? Optional.<Integer>empty() : Optional.of(code);
    return new TaskState(0, "build", "t1", running, ended);
  }

  @Test
  void a_prebuild_runs_until_all_of_its_tasks_have_ended_however_quiet_it_is() {
    var prebuild = Samples.headless(running());
    var late = NOON.plus(Duration.ofMinutes(59));

    for (var seen : List.of(doing(), doing(task(true, 0)), doing(task(false, 0), task(true, 0)))) {
      var next = planner.next(prebuild, seen, late);
      assertThat(next.action()).isEqualTo(new Action.Nothing());
      assertThat(next.state().outcome()).isEmpty();
    }
    var ended = planner.next(prebuild, doing(task(false, 0)), late);
    assertThat(ended.action()).isInstanceOf(Action.Stop.class);
    assertThat(ended.state().outcome()).contains(Workspace.Outcome.WELL);
    // What was found is still known when it has stopped.
    var stopped = planner.next(prebuild.with(ended.state()), ABSENT, late);
    assertThat(stopped.state().phase()).isInstanceOf(Phase.Stopped.class);
    assertThat(stopped.state().outcome()).contains(Workspace.Outcome.WELL);
  }

  @Test
  void a_prebuild_with_a_task_that_fails_says_which_and_has_no_files_to_keep() {
    var next =
        planner.next(Samples.headless(running()), doing(task(false, 0), task(false, 2)), NOON);

    assertThat(next.action()).isInstanceOf(Action.Stop.class);
    assertThat(next.state().outcome().orElseThrow().failure().orElseThrow())
        .isEqualTo("build ended with exit code 2.");
  }

  @Test
  void a_prebuild_that_takes_too_long_or_ends_by_itself_fails_and_is_not_tried_again() {
    var prebuild = Samples.headless(running());

    var late = planner.next(prebuild, doing(task(true, 0)), NOON.plus(Duration.ofMinutes(61)));
    var died = planner.next(prebuild, new Seen.Exited(INSTANCE, "exit code 1"), NOON);

    for (var next : List.of(late, died)) {
      assertThat(next.state().phase()).isInstanceOf(Phase.Failed.class);
      assertThat(next.state().intent()).isInstanceOf(Intent.Stop.class);
    }
  }

  @Test
  void a_wanted_workspace_that_is_absent_is_started() {
    var next = planner.next(workspace(new Intent.Run(), new Phase.Pending(NOON), 0), ABSENT, NOON);

    assertThat(next.action()).isEqualTo(new Action.Start());
    assertThat(next.state().phase()).isEqualTo(new Phase.Starting(NOON, List.of()));
  }

  @Test
  void one_that_ran_is_started_again_after_the_machine_was_made_anew() {
    assertThat(planner.next(running(), ABSENT, NOON).action()).isEqualTo(new Action.Start());
  }

  @Test
  void one_that_is_on_its_way_is_left_to_it_and_its_steps_are_shown() {
    var steps = List.of(new StartStep("image", NOON, Optional.empty(), "pulled 3 of 9 MB"));

    var next = planner.next(running(), new Seen.OnItsWay(INSTANCE, steps), NOON.plusSeconds(3600));

    assertThat(next.action()).isEqualTo(new Action.Nothing());
    assertThat(next.state().steps()).isEqualTo(steps);
  }

  @Test
  void one_whose_first_process_never_answers_is_given_up_with_a_remedy() {
    var silent = new Seen.OnItsWay(INSTANCE, List.of(DONE));
    var starting = workspace(new Intent.Run(), new Phase.Starting(NOON, List.of()), 0);

    assertThat(planner.next(starting, silent, NOON.plusSeconds(119)).action())
        .isEqualTo(new Action.Nothing());
    var next = planner.next(starting, silent, NOON.plusSeconds(121));
    assertThat(next.action()).isInstanceOf(Action.Stop.class);
    assertThat(next.state().phase()).isInstanceOf(Phase.Failed.class);
    assertThat(next.state().intent()).isInstanceOf(Intent.Stop.class);
  }

  @Test
  void one_that_is_ready_runs_and_keeps_the_time_since_when() {
    var first = planner.next(workspace(new Intent.Run(), new Phase.Pending(NOON), 0), READY, NOON);
    var later = planner.next(running(), READY, NOON.plusSeconds(9));

    assertThat(first.state().phase()).isEqualTo(new Phase.Running(NOON, ENDPOINT));
    assertThat(later.state().phase()).isEqualTo(new Phase.Running(NOON, ENDPOINT));
  }

  @Test
  void one_that_is_silent_for_a_moment_is_not_disturbed() {
    var next =
        planner.next(running(), new Seen.Silent(INSTANCE, Optional.empty()), NOON.plusSeconds(9));

    assertThat(next.action()).isEqualTo(new Action.Nothing());
    assertThat(next.state()).isEqualTo(running().state());
  }

  @Test
  void one_that_nobody_used_is_stopped_with_the_reason() {
    var next = planner.next(running(), READY, NOON.plus(Duration.ofMinutes(31)));

    assertThat(next.action()).isInstanceOf(Action.Stop.class);
    assertThat(next.state().intent())
        .isEqualTo(
            new Intent.Stop("Nobody used it for 30 min: no request, no keystroke, no output."));
  }

  @Test
  void one_that_never_answers_again_is_stopped_when_nobody_uses_it() {
    var later = NOON.plus(Duration.ofMinutes(31));
    var silent = new Seen.Silent(INSTANCE, Optional.empty());
    var typed = ready(Optional.of(NOON.plus(Duration.ofMinutes(10))), Optional.empty());

    assertThat(planner.next(running(), silent, later).action()).isInstanceOf(Action.Stop.class);
    assertThat(
            planner
                .next(running(), new Seen.Silent(INSTANCE, Optional.of(typed.status())), later)
                .action())
        .isEqualTo(new Action.Nothing());
  }

  @Test
  void a_start_of_a_failed_one_waits_for_the_end_of_the_failed_instance() {
    var failed = workspace(new Intent.Run(), new Phase.Failed(NOON, "what", "remedy"), 0);
    var broken = new Seen.Broken(INSTANCE, "what", "remedy");

    var next = planner.next(failed, broken, NOON.plusSeconds(1));

    assertThat(next.action()).isEqualTo(new Action.Stop(NOON.plusSeconds(30)));
    assertThat(next.state().intent()).isEqualTo(new Intent.Run());
    assertThat(planner.next(failed.with(next.state()), ABSENT, NOON.plusSeconds(2)).action())
        .isEqualTo(new Action.Start());
  }

  @Test
  void a_keystroke_an_output_or_a_request_each_keep_it_running() {
    var now = NOON.plus(Duration.ofMinutes(31));
    var lately = Optional.of(NOON.plus(Duration.ofMinutes(10)));
    var used = running().activeAt(lately.get());

    assertThat(planner.next(running(), ready(lately, Optional.empty()), now).action())
        .isEqualTo(new Action.Nothing());
    assertThat(planner.next(running(), ready(Optional.empty(), lately), now).action())
        .isEqualTo(new Action.Nothing());
    assertThat(planner.next(used, READY, now).action()).isEqualTo(new Action.Nothing());
  }

  @Test
  void an_idle_time_of_zero_never_stops_it() {
    var patient =
        new Planner(
            new StopPolicy(Duration.ZERO, Duration.ofSeconds(30), Duration.ofMinutes(2), 3),
            Retention.DEFAULT);

    assertThat(patient.next(running(), READY, NOON.plus(Duration.ofDays(30))).action())
        .isEqualTo(new Action.Nothing());
  }

  @Test
  void one_that_ended_by_itself_is_started_again_a_few_times_and_then_left() {
    var exited = new Seen.Exited(INSTANCE, "Out of memory.");
    var third = planner.next(workspace(new Intent.Run(), running().phase(), 2), exited, NOON);
    var fourth = planner.next(workspace(new Intent.Run(), running().phase(), 3), exited, NOON);

    assertThat(third.action()).isEqualTo(new Action.Start());
    assertThat(third.state().crashes()).isEqualTo(3);
    assertThat(fourth.state().phase())
        .isInstanceOfSatisfying(
            Phase.Failed.class, failed -> assertThat(failed.what()).contains("Out of memory."));
  }

  @Test
  void one_that_ended_after_a_long_run_has_not_crashed_and_its_owner_is_told_why() {
    var exited = new Seen.Exited(INSTANCE, "Its node was drained.");
    var ran = workspace(new Intent.Run(), running().phase(), 3);

    var next = planner.next(ran, exited, NOON.plus(Duration.ofMinutes(11)));

    assertThat(next.action()).isEqualTo(new Action.Start());
    assertThat(next.state().crashes()).isEqualTo(1);
    assertThat(next.state().renewed()).contains("Its node was drained.");
    var gone = planner.next(ran, ABSENT, NOON);
    assertThat(gone.action()).isEqualTo(new Action.Start());
    assertThat(gone.state().renewed()).isPresent();
    assertThat(gone.state().crashes()).isEqualTo(3);
    var asked = ran.with(next.state()).wanting(new Intent.Run()).state();
    assertThat(asked.renewed()).isEmpty();
    assertThat(asked.crashes()).isZero();
  }

  @Test
  void one_that_cannot_be_made_says_why_and_its_remains_are_cleared() {
    var broken = new Seen.Broken(INSTANCE, "No such image.", "Mend it.");
    var next = planner.next(workspace(new Intent.Run(), new Phase.Pending(NOON), 0), broken, NOON);

    assertThat(next.action()).isInstanceOf(Action.Stop.class);
    assertThat(next.state().phase())
        .isEqualTo(new Phase.Failed(NOON, "No such image.", "Mend it."));
    var given = workspace(next.state().intent(), next.state().phase(), 0);
    assertThat(planner.next(given, broken, NOON.plusSeconds(1)).state().phase())
        .isEqualTo(next.state().phase());
    assertThat(planner.next(given, ABSENT, NOON.plusSeconds(2)))
        .isEqualTo(new Planner.Decision(given.state(), new Action.Nothing()));
  }

  @Test
  void a_stop_asks_once_and_kills_when_the_grace_is_over() {
    var wanted = running().wanting(new Intent.Stop("Its owner stopped it."));

    var first = planner.next(wanted, READY, NOON);
    var second = planner.next(wanted.with(first.state()), READY, NOON.plusSeconds(20));
    var gone = planner.next(wanted.with(first.state()), ABSENT, NOON.plusSeconds(21));

    assertThat(first.action()).isEqualTo(new Action.Stop(NOON.plusSeconds(30)));
    assertThat(second.action()).isEqualTo(new Action.Stop(NOON.plusSeconds(30)));
    assertThat(gone.action()).isEqualTo(new Action.Nothing());
    assertThat(gone.state().phase())
        .isEqualTo(new Phase.Stopped(NOON.plusSeconds(21), "Its owner stopped it."));
  }

  @Test
  void a_start_during_a_stop_waits_for_the_stop_and_then_starts() {
    var stopping =
        workspace(new Intent.Run(), new Phase.Stopping(NOON, "Its owner stopped it."), 0);

    assertThat(planner.next(stopping, READY, NOON.plusSeconds(1)).action())
        .isEqualTo(new Action.Stop(NOON.plusSeconds(30)));
    assertThat(planner.next(stopping, ABSENT, NOON.plusSeconds(2)).action())
        .isEqualTo(new Action.Start());
  }

  @Test
  void a_stop_before_anything_was_done_stops_at_once() {
    var wanted = workspace(new Intent.Stop("why"), new Phase.Pending(NOON), 0);

    assertThat(planner.next(wanted, ABSENT, NOON).state().phase())
        .isEqualTo(new Phase.Stopped(NOON, "why"));
  }

  @Test
  void one_that_was_deleted_is_stopped_and_deleted_when_its_time_is_over() {
    var deleted = running().wanting(new Intent.Discard(NOON, "Its owner deleted it."));
    var last = NOON.plus(Duration.ofDays(14)).minusSeconds(1);

    var asked = planner.next(deleted, READY, NOON);
    var stopped = planner.next(deleted.with(asked.state()), ABSENT, NOON.plusSeconds(5));
    var waits = planner.next(deleted.with(stopped.state()), ABSENT, last);
    var over = planner.next(deleted.with(stopped.state()), ABSENT, last.plusSeconds(1));

    assertThat(asked.action()).isEqualTo(new Action.Stop(NOON.plusSeconds(30)));
    assertThat(stopped.state().phase())
        .isEqualTo(new Phase.Stopped(NOON.plusSeconds(5), "It was deleted."));
    assertThat(waits).isEqualTo(new Planner.Decision(stopped.state(), new Action.Nothing()));
    // The wish is saved before anything goes: whoever wants it back a moment later is refused.
    assertThat(over.action()).isEqualTo(new Action.Delete());
    assertThat(over.state().intent()).isEqualTo(new Intent.Delete());
  }

  @Test
  void one_that_failed_keeps_saying_so_while_it_is_deleted() {
    var failed = new Phase.Failed(NOON, "what", "remedy");
    var deleted = workspace(new Intent.Discard(NOON, "why"), failed, 0);

    assertThat(planner.next(deleted, ABSENT, NOON).state().phase()).isEqualTo(failed);
  }

  private static final Planner TWO_WEEKS =
      new Planner(StopPolicy.DEFAULT, new Retention(Duration.ofDays(14), Duration.ofDays(14)));

  private static final Instant TWO_WEEKS_LATER = NOON.plus(Duration.ofDays(14)).plusSeconds(1);

  private static Workspace stopped() {
    return workspace(new Intent.Stop("why"), new Phase.Stopped(NOON, "why"), 0);
  }

  @Test
  void one_that_nobody_used_for_the_configured_time_is_deleted_so_that_it_can_be_had_back() {
    var before = TWO_WEEKS.next(stopped(), ABSENT, TWO_WEEKS_LATER.minusSeconds(1));
    var after = TWO_WEEKS.next(stopped(), ABSENT, TWO_WEEKS_LATER);

    assertThat(before.state()).isEqualTo(stopped().state());
    assertThat(after.state().intent())
        .isEqualTo(new Intent.Discard(TWO_WEEKS_LATER, "Nobody used it for 14 days."));
    assertThat(after.action()).isEqualTo(new Action.Nothing());
  }

  @Test
  void a_time_is_told_as_people_say_it() {
    var told =
        Map.of(
            Duration.ofDays(1), "1 day",
            Duration.ofHours(36), "36 hours",
            Duration.ofDays(30), "30 days",
            Duration.ofMinutes(90), "90 min",
            Duration.ofHours(1), "60 min",
            Duration.ofSeconds(90), "90 s");
    told.forEach((time, words) -> {
      var unused = new Planner(StopPolicy.DEFAULT, new Retention(Duration.ofDays(14), time));
      var now = NOON.plus(time).plusSeconds(1);
      assertThat(unused.next(stopped(), ABSENT, now).state().intent())
          .isEqualTo(new Intent.Discard(now, "Nobody used it for %s.".formatted(words)));
    });
  }

  @Test
  void at_first_nothing_goes_because_its_time_is_over() {
    var keeping = Planner.keeping(StopPolicy.DEFAULT);
    var deleted = workspace(new Intent.Discard(NOON, "why"), new Phase.Stopped(NOON, "why"), 0);
    var centuries = NOON.plus(Duration.ofDays(99_999));

    assertThat(keeping.next(deleted, ABSENT, centuries).state()).isEqualTo(deleted.state());
    assertThat(keeping.next(stopped(), ABSENT, centuries).state()).isEqualTo(stopped().state());
    assertThat(keeping.next(deleted.wanting(new Intent.Delete()), ABSENT, NOON).action())
        .isEqualTo(new Action.Delete()); // somebody wants that
  }

  @Test
  void what_is_used_pinned_running_or_a_prebuild_does_not_go_by_age() {
    var used = stopped().activeAt(NOON.plusSeconds(60));
    var pinned = stopped().choosing(new Choices(Map.of(), Map.of(), Optional.empty(), false, true));
    var restarted =
        workspace(new Intent.Stop("why"), new Phase.Stopped(NOON.plusSeconds(60), "why"), 0);

    for (var one : List.of(used, pinned, restarted, Samples.headless(stopped()))) {
      assertThat(TWO_WEEKS.next(one, ABSENT, TWO_WEEKS_LATER).state()).isEqualTo(one.state());
    }
    assertThat(TWO_WEEKS.next(stopped(), READY, TWO_WEEKS_LATER).state().intent())
        .isInstanceOf(Intent.Stop.class); // an instance is there: it ends first
    assertThat(TWO_WEEKS.next(running(), ABSENT, TWO_WEEKS_LATER).action())
        .isEqualTo(new Action.Start());
    assertThat(planner.next(stopped(), ABSENT, NOON.plus(Duration.ofDays(9999))).state())
        .isEqualTo(stopped().state()); // nothing is configured
  }

  @Test
  void a_delete_deletes_whatever_is_seen() {
    for (var seen : List.of(ABSENT, ON_ITS_WAY, READY, new Seen.Exited(INSTANCE, "x"))) {
      var next = planner.next(running().wanting(new Intent.Delete()), seen, NOON);
      assertThat(next.action()).isEqualTo(new Action.Delete());
      assertThat(next.state().phase()).isInstanceOf(Phase.Stopping.class);
    }
  }
}
