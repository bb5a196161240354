package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.control.workspace.Workspace.Outcome;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.UserId;
import dev.berth.runtime.Seed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ExpiryTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(8));
  private static final UserId ANN = UserId.create();

  private static Workspace prebuild(Instant made, Phase phase) {
    var one = Samples.headless(Samples.workspace(ANN, made));
    var came = new Outcome(Optional.empty(), Optional.of("20261101t000000000z-0123456789abcdef"));
    return one.with(one.state().wanting(new Intent.Stop("done")).in(phase).with(came));
  }

  private static Workspace done(Instant made) {
    return prebuild(made, new Phase.Stopped(made, "done"));
  }

  private static Workspace on(Workspace prebuild, Instant opened) {
    var one = Samples.workspace(ANN, opened);
    var point = prebuild.state().outcome().flatMap(Outcome::point).orElseThrow();
    var seed = new Seed(prebuild.id(), point);
    var plan = one.plan().on(seed, new Plan.Prebuilt(prebuild.id(), "abc", true));
    return new Workspace(
        one.id(), ANN, plan, one.state(), one.createdAt(), one.lastActiveAt(), one.version());
  }

  @Test
  void a_prebuild_that_nobody_used_for_a_week_goes() {
    var old = done(LONG_AGO);
    var young = done(NOW.minus(Duration.ofDays(6)));
    var building = prebuild(LONG_AGO, new Phase.Starting(LONG_AGO, List.of()));
    var workspace = Samples.workspace(ANN, LONG_AGO);

    assertThat(Expiry.prebuilds(List.of(old, young, building, workspace), NOW))
        .containsExactly(old.id());
  }

  @Test
  void one_that_was_used_within_the_week_stays() {
    var old = done(LONG_AGO);

    assertThat(Expiry.prebuilds(List.of(old, on(old, NOW.minus(Duration.ofDays(2)))), NOW))
        .isEmpty();
    assertThat(Expiry.prebuilds(List.of(old, on(old, LONG_AGO)), NOW)).containsExactly(old.id());
  }

  @Test
  void a_point_is_held_from_the_promise_until_the_files_are_there() {
    var old = done(LONG_AGO);
    var promised = on(old, NOW);
    var point = promised.plan().seed().orElseThrow().point();
    var going = step(Optional.empty());
    var gone = step(Optional.of(NOW));

    assertThat(held(old, promised)).containsExactly(point);
    assertThat(held(old, promised.with(promised.state().in(new Phase.Stopped(NOW, "")))))
        .containsExactly(point);
    assertThat(held(old, in(promised, going))).containsExactly(point);
    assertThat(held(old, in(promised, gone))).isEmpty();
    assertThat(held(promised, old)).isEmpty();
  }

  private static StartStep step(Optional<Instant> ended) {
    return new StartStep("files", NOW, ended, "");
  }

  private static Workspace in(Workspace one, StartStep step) {
    return one.with(one.state().in(new Phase.Starting(NOW, List.of(step)), List.of(step)));
  }

  private static Set<String> held(Workspace source, Workspace fork) {
    return new Unbegun(new ListedWorkspaces(List.of(source, fork))).of(source.id());
  }
}
