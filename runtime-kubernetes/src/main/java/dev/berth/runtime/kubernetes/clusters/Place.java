package dev.berth.runtime.kubernetes.clusters;

import dev.berth.base.Problem;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one workspace is, and a start of it that may go from cluster to cluster. Every method
 * locks. What is only here may be lost: an instance is found again by looking, and a start that
 * stands still at a failed cluster is seen as failed.
 */
final class Place {
  private static final Logger LOG = LoggerFactory.getLogger(Place.class);

  /** Of an instance that should not be there at all: two clusters have one. */
  private static final Duration SURPLUS_GRACE = Duration.ofSeconds(30);

  private sealed interface Start {
    record None() implements Start {}

    /**
     * On its way on a cluster.
     *
     * @param left where it is tried if that cannot
     */
    record Trying(InstanceSpec spec, Member at, List<Member> left) implements Start {}

    /** What is on a cluster must end first. */
    record Clearing(
        InstanceSpec spec,
        Member from,
        List<Member> next,
        Instant began,
        Instant killAfter,
        String why)
        implements Start {}

    /** No cluster takes it. */
    record Refused(Observation.Failed why) implements Start {}
  }

  private record Found(Member member, Observation seen) {}

  private final List<Member> members;
  private final WorkspaceId workspace;

  private Start start = new Start.None();

  /** Clusters that called it absent, and on which it was not started since. */
  private final Set<String> absentAt = new HashSet<>();

  /** Clusters that did not answer at the last look. */
  private final Set<String> awayAt = new HashSet<>();

  Place(List<Member> members, WorkspaceId workspace) {
    this.members = members;
    this.workspace = workspace;
  }

  synchronized void start(InstanceSpec spec) {
    if (start instanceof Start.Trying || start instanceof Start.Clearing) {
      advance();
      return;
    }
    start = new Start.None();
    var size = spec.boot().size().name();
    var candidates = Member.candidates(members, workspace, size);
    var found = find();
    if (found.isPresent() && stays(found.get(), candidates)) return;
    if (candidates.isEmpty()) {
      start = new Start.Refused(refused(spec, size));
      return;
    }
    if (found.isEmpty() || found.get().member().equals(candidates.getFirst())) {
      begin(spec, candidates);
      return;
    }
    var now = Instant.now();
    var killAfter = now.plusSeconds(spec.boot().stopGraceSeconds());
    var why = "what is left of it on the cluster %s ends".formatted(found.get().member().name());
    start = new Start.Clearing(spec, found.get().member(), candidates, now, killAfter, why);
    advance();
  }

  /** Whether nothing is to be started, as what is there runs on. */
  private boolean stays(Found found, List<Member> candidates) {
    boolean moves =
        found.member().state() == Member.State.DRAINING
            && candidates.stream().anyMatch(this::hasAnswered);
    return switch (found.seen()) {
      case Observation.Preparing _, Observation.Alive _ -> !moves;
      case Observation.Absent _, Observation.Exited _, Observation.Failed _ -> false;
    };
  }

  private boolean hasAnswered(Member member) {
    return !awayAt.contains(member.name());
  }

  private static Observation.Failed refused(InstanceSpec spec, String size) {
    return new Observation.Failed(
        spec.boot().instance(),
        "No cluster takes workspaces of the size %s now.".formatted(size),
        "Let the operator make one available for it (clusters), or choose another size.");
  }

  /** Starts on the first that can be asked. */
  private void begin(InstanceSpec spec, List<Member> candidates) {
    var away = Optional.<Problem.Unavailable>empty();
    for (int i = 0; i < candidates.size(); i++) {
      var member = candidates.get(i);
      try {
        absentAt.remove(member.name());
        member.driver().start(spec);
        start = new Start.Trying(spec, member, candidates.subList(i + 1, candidates.size()));
        return;
      } catch (Problem.Unavailable e) {
        LOG.warn("{} is not started on the cluster {}: {}", workspace, member.name(), e.words());
        absentAt.add(member.name()); // nothing was made there: it throws before that
        away = Optional.of(e);
      }
    }
    start = new Start.None();
    throw away.orElseThrow();
  }

  synchronized void stop(Instant killAfter) {
    start = new Start.None();
    var away = Optional.<Problem.Unavailable>empty();
    for (var member : members) {
      try {
        member.driver().stop(workspace, killAfter);
      } catch (Problem.Unavailable e) {
        if (!absentAt.contains(member.name())) away = Optional.of(e);
      }
    }
    if (away.isPresent()) throw away.get();
  }

  /** One that is away, and had none, may still know it by name: who asks all forgets it later. */
  synchronized boolean delete() {
    start = new Start.None();
    boolean gone = true;
    var away = Optional.<Problem.Unavailable>empty();
    for (var member : members) {
      try {
        gone &= member.driver().delete(workspace);
      } catch (Problem.Unavailable e) {
        if (!absentAt.contains(member.name())) away = Optional.of(e);
      }
    }
    if (away.isPresent()) throw away.get();
    return gone;
  }

  synchronized Observation observe() {
    return switch (start) {
      case Start.None _ -> find().map(this::seen).orElseGet(Observation.Absent::new);
      case Start.Refused(var why) -> why;
      case Start.Trying _, Start.Clearing _ -> advance();
    };
  }

  /** On a cluster that is drained it counts as ended where another one takes it and answers. */
  private Observation seen(Found found) {
    if (found.member().state() == Member.State.DRAINING
        && found.seen() instanceof Observation.Alive alive
        && members.stream()
            .filter(this::hasAnswered)
            .anyMatch(member -> member.takesFrom(found.member(), workspace))) {
      return new Observation.Exited(
          alive.instance(), "Its cluster %s is being drained.".formatted(found.member().name()));
    }
    return found.seen();
  }

  private Observation advance() {
    return switch (start) {
      case Start.Trying trying -> tried(trying);
      case Start.Clearing clearing -> cleared(clearing);
      case Start.None _, Start.Refused _ -> throw new IllegalStateException("no start goes on");
    };
  }

  private Observation tried(Start.Trying trying) {
    var seen = trying.at().driver().observe(workspace);
    return switch (seen) {
      case Observation.Preparing _ -> seen;
      case Observation.Alive _, Observation.Exited _ -> {
        start = new Start.None();
        yield seen;
      }
      case Observation.Absent _ -> {
        start = new Start.None(); // somebody removed it; who wants it asks again
        yield seen;
      }
      case Observation.Failed(_, var what, _) -> {
        if (trying.left().isEmpty()) {
          start = new Start.None();
          yield seen;
        }
        var why = "the cluster %s could not start it (%s)".formatted(trying.at().name(), what);
        LOG.info("{}: {}; the next is tried", workspace, why);
        var now = Instant.now();
        var clearing = new Start.Clearing(trying.spec(), trying.at(), trying.left(), now, now, why);
        start = clearing;
        yield cleared(clearing);
      }
    };
  }

  private Observation cleared(Start.Clearing clearing) {
    var from = clearing.from();
    if (from.driver().observe(workspace) instanceof Observation.Absent) {
      absentAt.add(from.name());
      begin(clearing.spec(), clearing.next());
    } else {
      from.driver().stop(workspace, clearing.killAfter());
    }
    return new Observation.Preparing(
        clearing.spec().boot().instance(),
        List.of(new StartStep("node", clearing.began(), Optional.empty(), clearing.why())));
  }

  /** The instance, or its remains, on whichever cluster; one that should not be there is ended. */
  private Optional<Found> find() {
    var found = new ArrayList<Found>();
    var away = Optional.<Problem.Unavailable>empty();
    awayAt.clear();
    for (var member : members) {
      try {
        var seen = member.driver().observe(workspace);
        if (seen instanceof Observation.Absent) absentAt.add(member.name());
        else found.add(new Found(member, seen));
      } catch (Problem.Unavailable e) {
        awayAt.add(member.name());
        if (!absentAt.contains(member.name())) away = Optional.of(e);
      }
    }
    if (found.isEmpty() && away.isPresent()) throw away.get();
    // The newer of two has the files: what the older one writes is kept aside.
    var best =
        found.stream()
            .filter(one -> one.seen() instanceof Observation.Alive)
            .max(Comparator.comparing(one -> began(one.seen())))
            .or(() -> found.stream().findFirst());
    for (var other : found) {
      if (!other.equals(best.orElseThrow())) {
        other.member().driver().stop(workspace, Instant.now().plus(SURPLUS_GRACE));
      }
    }
    best.ifPresent(one -> absentAt.remove(one.member().name()));
    return best;
  }

  private static Instant began(Observation seen) {
    return seen instanceof Observation.Alive(_, _, var steps) && !steps.isEmpty()
        ? steps.getFirst().began()
        : Instant.EPOCH;
  }

  synchronized String log() {
    for (var member : members) {
      try {
        var log = member.driver().log(workspace);
        if (!log.isEmpty()) return log;
      } catch (Problem.Unavailable e) {
        LOG.debug("no log of {} from {}", workspace, member.name(), e);
      }
    }
    return "";
  }
}
