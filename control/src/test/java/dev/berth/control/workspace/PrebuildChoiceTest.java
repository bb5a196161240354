package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.control.workspace.Workspace.Outcome;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.UserId;
import dev.berth.runtime.Seed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PrebuildChoiceTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final String OLD = "1".repeat(40);
  private static final String NEW = "2".repeat(40);
  private static final String POINT = "20261122t120000000z-0123456789abcdef";

  private static Workspace wanted(String commit) {
    return Samples.at(Samples.workspace(UserId.create(), NOON), commit);
  }

  private static Workspace prebuild(String commit, Phase phase, Optional<Outcome> outcome) {
    var one = Samples.headless(wanted(commit));
    var state = one.state().wanting(new Intent.Stop("done")).in(phase);
    return one.with(outcome.map(state::with).orElse(state));
  }

  private static Workspace available(String commit) {
    return prebuild(
        commit,
        new Phase.Stopped(NOON, "done"),
        Optional.of(new Outcome(Optional.empty(), Optional.of(POINT))));
  }

  private static PrebuildChoice of(Workspace wanted, Workspace... all) {
    return PrebuildChoice.of(wanted.plan(), List.of(all));
  }

  @Test
  void one_of_the_very_commit_is_taken_and_an_older_one_is_known_as_such() {
    var old = available(OLD);
    var exact = available(NEW);
    var choice = of(wanted(NEW), old, exact);

    assertThat(choice.same()).contains(exact);
    var plan = choice.on(exact);
    assertThat(plan.seed()).contains(new Seed(exact.id(), POINT));
    assertThat(plan.prebuilt()).contains(new Plan.Prebuilt(exact.id(), NEW, true));
    assertThat(choice.on(old).prebuilt()).contains(new Plan.Prebuilt(old.id(), OLD, false));
  }

  @Test
  void of_older_ones_the_nearest_in_the_history_is_taken() {
    var far = available("a".repeat(40));
    var near = available(OLD);
    var choice = of(wanted(NEW), far, near);

    assertThat(choice.same()).isEmpty();
    assertThat(choice.hasOlder()).isTrue();
    assertThat(choice.nearest(List.of(NEW, OLD, "a".repeat(40)))).contains(near);
    assertThat(choice.nearest(List.of(NEW))).isEmpty();
  }

  @Test
  void an_older_one_does_not_serve_where_the_image_is_made_of_the_repository_s_files() {
    for (var made :
        List.of(
            Samples.building("Dockerfile", Optional.empty()),
            Samples.devcontainer("{\"dockerComposeFile\": \"c.yml\", \"service\": \"a\"}"),
            Samples.devcontainer("{\"image\": \"debian\", \"features\": {\"./mine\": {}}}"))) {
      var older = prebuilt(Samples.at(made, OLD));
      var exact = prebuilt(Samples.at(made, NEW));

      var choice = of(Samples.at(made, NEW), older);
      assertThat(choice.hasOlder()).isFalse();
      assertThat(choice.nearest(List.of(NEW, OLD))).isEmpty();
      assertThat(of(Samples.at(made, NEW), older, exact).same()).contains(exact);
    }
    var named = Samples.gitpodYml("image: debian");
    var older = prebuilt(Samples.at(named, OLD));
    assertThat(of(Samples.at(named, NEW), older).nearest(List.of(NEW, OLD))).contains(older);
  }

  private static Workspace prebuilt(Workspace one) {
    var headless = Samples.headless(one);
    var state = headless.state().wanting(new Intent.Stop("done"));
    return headless.with(
        state
            .in(new Phase.Stopped(NOON, "done"))
            .with(new Outcome(Optional.empty(), Optional.of(POINT))));
  }

  @Test
  void one_of_a_pull_request_serves_that_pull_request_at_that_commit_only() {
    var strangers = prebuilt(Samples.pullRequest(wanted(OLD)));

    assertThat(of(Samples.pullRequest(wanted(OLD)), strangers).same()).contains(strangers);
    assertThat(of(wanted(OLD), strangers).same()).isEmpty();
    for (var trusted : List.of(wanted(NEW), Samples.pullRequest(wanted(NEW)))) {
      assertThat(of(trusted, strangers).nearest(List.of(NEW, OLD))).isEmpty();
    }
  }

  /** The first repository is that of the main configuration then, at a branch of its own. */
  @Test
  void one_of_a_pull_request_beside_a_main_configuration_serves_no_branch() {
    var strangers = prebuilt(Samples.pullRequestOfPart(UserId.create()));
    var commit = strangers.plan().source().commit().orElseThrow();

    assertThat(of(Samples.pullRequestOfPart(UserId.create()), strangers).same())
        .contains(strangers);
    var branch = of(Samples.mainOf(UserId.create(), "octo", "part"), strangers);
    assertThat(branch.same()).isEmpty();
    assertThat(branch.nearest(List.of(commit))).isEmpty();
  }

  @Test
  void one_that_is_on_its_way_is_not_waited_for_and_not_made_twice() {
    var building = prebuild(NEW, new Phase.Starting(NOON, List.of()), Optional.empty());
    var saving = prebuild(NEW, new Phase.Stopped(NOON, "done"), Optional.of(Outcome.WELL));

    for (var one : List.of(building, saving)) {
      assertThat(of(wanted(NEW), one).same()).isEmpty();
      assertThat(of(wanted(NEW), one).sameToBe()).contains(one);
    }
  }

  @Test
  void one_that_failed_was_stopped_or_is_being_deleted_is_not_used() {
    var failed =
        prebuild(
            NEW,
            new Phase.Stopped(NOON, "done"),
            Optional.of(new Outcome(Optional.of("exit code 1"), Optional.empty())));
    var stopped = prebuild(NEW, new Phase.Stopped(NOON, "its owner"), Optional.empty());
    var broken = prebuild(NEW, new Phase.Failed(NOON, "what", "remedy"), Optional.empty());
    var going = available(NEW).wanting(new Intent.Delete());

    for (var one : List.of(failed, stopped, broken, going)) {
      assertThat(of(wanted(NEW), one).same()).isEmpty();
    }
    for (var one : List.of(failed, stopped, broken)) {
      assertThat(of(wanted(NEW), one).sameToBe()).isEmpty();
    }
  }

  @Test
  void one_of_other_tasks_is_not_used_nor_a_plain_workspace() {
    var other = Samples.gitpodYml("tasks: [{init: make}]");

    assertThat(of(other, available(NEW)).hasOlder()).isFalse();
    assertThat(of(wanted(NEW), wanted(NEW)).sameToBe()).isEmpty();
  }
}
