package dev.berth.control.workspace;

import dev.berth.control.source.Source;
import dev.berth.control.workspace.Workspace.Outcome;
import dev.berth.definition.Definition;
import dev.berth.definition.Feature;
import dev.berth.definition.Image;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.inside.TaskPlan;
import dev.berth.runtime.Seed;
import java.util.List;
import java.util.Optional;

/** Which prebuild a workspace begins with (gitpod-classic 5.5, 5.6); touches nothing. */
final class PrebuildChoice {
  private final Plan wanted;

  /** Those that could do, the newest first. */
  private final List<Workspace> candidates;

  private PrebuildChoice(Plan wanted, List<Workspace> candidates) {
    this.wanted = wanted;
    this.candidates = candidates;
  }

  /** Among an owner's workspaces, the newest first. */
  static PrebuildChoice of(Plan wanted, List<Workspace> all) {
    return new PrebuildChoice(
        wanted, all.stream().filter(one -> fits(one.plan(), wanted)).toList());
  }

  /** The same repositories, image and tasks, so that what it left is what this one would make. */
  private static boolean fits(Plan prebuild, Plan wanted) {
    var one = prebuild.definition();
    var other = wanted.definition();
    return prebuild.headless()
        && mayServe(prebuild, wanted)
        && prebuild.source().cloneUrl().equals(wanted.source().cloneUrl())
        && urls(prebuild).equals(urls(wanted))
        && prebuild.content().location().equals(wanted.content().location())
        && one.image().equals(other.image())
        && one.container().features().equals(other.container().features())
        && (!isMadeOfFiles(other) || prebuild.source().commit().equals(wanted.source().commit()))
        && tasks(one.tasks()).equals(tasks(other.tasks()));
  }

  /**
   * What strangers' tasks left serves only whoever opens the same commit of the same pull request,
   * also when its commits are part of a branch by now.
   */
  private static boolean mayServe(Plan prebuild, Plan wanted) {
    return !prebuild.hasPullRequest()
        || (refs(prebuild).equals(refs(wanted)) && commits(prebuild).equals(commits(wanted)));
  }

  private static List<Source.Ref> refs(Plan plan) {
    return plan.sources().map(Source::ref).toList();
  }

  /** Whether the definition names files of the repository only, which other commits may change. */
  private static boolean isMadeOfFiles(Definition definition) {
    boolean built =
        switch (definition.image()) {
          case Image.Built _, Image.Composed _ -> true;
          case Image.Default _, Image.Reference _ -> false;
        };
    return built
        || definition.container().features().stream()
            .anyMatch(feature -> feature.place() instanceof Feature.Place.Local);
  }

  private static List<String> urls(Plan plan) {
    return plan.additional().stream().map(one -> one.source().cloneUrl()).toList();
  }

  private record Prepared(
      Optional<String> before, Optional<String> init, Optional<String> prebuild) {}

  private static List<Prepared> tasks(List<TaskPlan> tasks) {
    return tasks.stream()
        .map(task -> new Prepared(task.before(), task.init(), task.prebuild()))
        .toList();
  }

  /** Whether a definition has anything to do beforehand. */
  static boolean isWorthIt(Plan plan) {
    return plan.definition().tasks().stream()
        .anyMatch(task -> task.init().isPresent() || task.prebuild().isPresent());
  }

  /** One of the very commits, that is ready or may become so. */
  Optional<Workspace> sameToBe() {
    return candidates.stream()
        .filter(one -> !isOver(one) || isAvailable(one))
        .filter(this::isSame)
        .findFirst();
  }

  /** One of the very commits, ready. */
  Optional<Workspace> same() {
    return candidates.stream().filter(PrebuildChoice::isAvailable).filter(this::isSame).findFirst();
  }

  private boolean isSame(Workspace prebuild) {
    return commits(prebuild.plan()).equals(commits(wanted));
  }

  private static List<Optional<String>> commits(Plan plan) {
    return plan.sources().map(Source::commit).toList();
  }

  /** Whether a look at the history may find an older one. */
  boolean hasOlder() {
    return candidates.stream().anyMatch(PrebuildChoice::isAvailable);
  }

  /** The one nearest in the history of the wanted commit, ready. */
  Optional<Workspace> nearest(List<String> history) {
    return history.stream()
        .flatMap(commit ->
            candidates.stream()
                .filter(PrebuildChoice::isAvailable)
                .filter(one -> one.plan().source().commit().filter(commit::equals).isPresent())
                .limit(1))
        .findFirst();
  }

  /** What was wanted, on top of it. */
  Plan on(Workspace prebuild) {
    var point = prebuild.state().outcome().flatMap(Outcome::point).orElseThrow();
    var commit = prebuild.plan().source().commit().orElse("");
    return wanted.on(
        new Seed(prebuild.id(), point), new Plan.Prebuilt(prebuild.id(), commit, isSame(prebuild)));
  }

  private static boolean isAvailable(Workspace prebuild) {
    return prebuild.state().outcome().filter(came -> came.point().isPresent()).isPresent()
        && !(prebuild.intent() instanceof Intent.Delete);
  }

  /** Whether nothing more will come of it by itself. */
  static boolean isOver(Workspace prebuild) {
    return switch (prebuild.phase()) {
      case Phase.Pending _, Phase.Starting _, Phase.Running _, Phase.Stopping _ ->
          prebuild.intent() instanceof Intent.Delete;
      case Phase.Stopped _ -> prebuild.state().outcome().filter(Outcome::stillToSave).isEmpty();
      case Phase.Failed _ -> true;
    };
  }
}
