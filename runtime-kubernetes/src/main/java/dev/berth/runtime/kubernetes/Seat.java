package dev.berth.runtime.kubernetes;

import dev.berth.base.Problem;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import dev.berth.runtime.kubernetes.cluster.Creation;
import dev.berth.runtime.kubernetes.pod.BootSecret;
import dev.berth.runtime.kubernetes.pod.Marks;
import dev.berth.runtime.kubernetes.reading.Ending;
import dev.berth.runtime.kubernetes.reading.Patience;
import dev.berth.runtime.kubernetes.reading.Reading;
import dev.berth.runtime.kubernetes.reading.Told;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process is doing about one workspace: a start, or a last save, on a thread of its own,
 * never two at a time. Every method locks, but for looks. What lasts is the pod; what is only here
 * may be lost: a start that nobody goes on with is seen as absent and made again.
 */
final class Seat {
  private static final Logger LOG = LoggerFactory.getLogger(Seat.class);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** Events are asked for this often while a start goes on. */
  private static final Duration BETWEEN_EVENTS = Duration.ofSeconds(1);

  /** How long a call of delete waits for the end of it before it says that it goes on. */
  private static final Duration DELETE_WAIT = Duration.ofMillis(500);

  /** A supervisor whose node says nothing is asked this often. */
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(5);

  private sealed interface Work {
    record None() implements Work {}

    record Starting(InstanceId instance, Instant began) implements Work {}

    record Saving() implements Work {}
  }

  /** What was reported of a pod, and when it was asked for. */
  private record Heard(String uid, Instant at, Told told) {}

  /** Whether the supervisor of a pod that was to be given up answered, and when it was asked. */
  private record Answer(String uid, Instant at, boolean came) {}

  private final Host host;
  private final WorkspaceId workspace;
  private final BooleanSupplier holds;

  private Work work = new Work.None();
  private Optional<Observation.Failed> failure = Optional.empty();
  private boolean brokenOff;

  /** The pod that was saved last because it did not end; a second time would do no harm. */
  private String saved = "";

  private Optional<Heard> heard = Optional.empty();
  private Optional<Answer> answer = Optional.empty();

  /** What the cluster did to the pod that was seen last, which is ending of it. */
  private Optional<Observation.Exited> befell = Optional.empty();

  /**
   * One at which nothing was done yet.
   *
   * @param holds whether what goes on behind a call may make and end pods
   */
  Seat(Host host, WorkspaceId workspace, BooleanSupplier holds) {
    this.host = host;
    this.workspace = workspace;
    this.holds = holds;
  }

  // ---- start

  synchronized void start(InstanceSpec spec) {
    if (!(work instanceof Work.None)) return;
    var found = host.sight().now(workspace);
    var there = own(found);
    if (found.isPresent() && there.isEmpty()) {
      brokenOff = false;
      failure = Optional.of(taken(spec));
      return;
    }
    if (there.isPresent() && isPresent(read(there.get(), Told.NOTHING))) return;
    failure = Optional.empty();
    befell = Optional.empty();
    brokenOff = false;
    work = new Work.Starting(spec.boot().instance(), Instant.now());
    Thread.ofVirtual().name("start-" + workspace).start(() -> runStart(spec, there));
  }

  /** Of a name that somebody else's pod has; nothing of ours touches that. */
  private Observation.Failed taken(InstanceSpec spec) {
    return failed(
        spec,
        "A pod %s that Berth did not make is in its place in the namespace %s."
            .formatted(workspace, host.cluster().namespace()),
        "Make that pod anew under another name, or only delete it: kubectl -n %s delete pod %s. Then start it again."
            .formatted(host.cluster().namespace(), workspace));
  }

  /** Whether it runs or is on its way. */
  private static boolean isPresent(Observation seen) {
    return switch (seen) {
      case Observation.Preparing _, Observation.Alive _ -> true;
      case Observation.Absent _, Observation.Exited _, Observation.Failed _ -> false;
    };
  }

  private void runStart(InstanceSpec spec, Optional<Pod> remains) {
    Optional<Observation.Failed> outcome = Optional.empty();
    try {
      if (remains.isPresent()) clear(remains.get(), spec.boot().instance());
      if (!isBrokenOff()) outcome = launch(spec);
      if (isBrokenOff() && holds.getAsBoolean()) endWhatWasMade();
    } catch (Problem.Unavailable away) {
      LOG.warn("{} is not started yet: {}", workspace, away.words());
    } catch (Problem problem) {
      outcome = Optional.of(failed(spec, problem.what(), problem.remedy()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody interrupts it but the process's end
    } catch (Throwable e) { // an Error, too, must not be taken for a start that is still to be made
      LOG.error("the start of {} failed", workspace, e);
      outcome =
          Optional.of(
              failed(
                  spec,
                  "Berth made a mistake: %s.".formatted(e),
                  "Report it with the log of control; starting again may help."));
    } finally {
      workEnded(outcome);
    }
  }

  private Optional<Observation.Failed> launch(InstanceSpec spec) throws InterruptedException {
    return switch (new Launch(host, spec, holds).run()) {
      case Creation.Made _, Creation.Taken _ -> Optional.empty();
      case Creation.Refused(var what, var remedy) -> Optional.of(failed(spec, what, remedy));
    };
  }

  private static Observation.Failed failed(InstanceSpec spec, String what, String remedy) {
    return new Observation.Failed(spec.boot().instance(), what, remedy);
  }

  /** Ends what an ended or failed instance left, and waits until its name is free. */
  private void clear(Pod remains, InstanceId next) throws InterruptedException {
    keepLog(remains);
    var uid = remains.getMetadata().getUid();
    boolean told = false;
    for (var pod = Optional.of(remains); pod.isPresent(); pod = now()) {
      if (!pod.get().getMetadata().getUid().equals(uid)) return; // another control was faster
      if (!holds.getAsBoolean()) return; // and goes on
      end(
          Ending.of(pod.get(), Instant.now(), host.saveGrace(), patience(pod.get()), Instant.now()),
          pod.get());
      if (!told) {
        // Only of one that goes for sure: whoever looks from elsewhere waits for the next.
        host.cluster().annotate(pod.get(), Marks.REPLACED_BY, next.value());
        told = true;
      }
      if (isBrokenOff()) return;
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  private void endWhatWasMade() {
    var made = now();
    if (made.isPresent())
      end(Ending.atOnce(made.get(), patience(made.get()), Instant.now()), made.get());
  }

  private synchronized boolean isBrokenOff() {
    return brokenOff;
  }

  private synchronized void workEnded(Optional<Observation.Failed> outcome) {
    failure = brokenOff ? Optional.empty() : outcome;
    work = new Work.None();
    notifyAll();
  }

  // ---- stop and delete

  synchronized void stop(Instant killAfter) {
    if (isBusy()) return;
    failure = Optional.empty();
    befell = Optional.empty();
    var there = own(host.sight().of(workspace));
    if (there.isEmpty()) return;
    var pod = there.get();
    var patience =
        worksUnseen(pod) ? host.options().patience().withoutAnotherNode() : patience(pod);
    var ending = Ending.of(pod, killAfter, host.saveGrace(), patience, Instant.now());
    switch (ending) {
      case Ending.Leave _ -> {}
      case Ending.Ask _, Ending.Forget _ -> {
        if (pod.getMetadata().getDeletionTimestamp() == null) keepLog(pod);
        end(ending, pod);
      }
      case Ending.Save(var address) -> {
        if (saved.equals(pod.getMetadata().getUid())) {
          // It was saved, and its node, which is to kill it, says nothing.
          if (Reading.isUnreachable(pod)) end(new Ending.Forget(), pod);
          return;
        }
        saved = pod.getMetadata().getUid();
        work = new Work.Saving();
        Thread.ofVirtual().name("save-" + workspace).start(() -> save(pod, address));
      }
    }
  }

  /** Whether a thread is at work, which is told to end where it starts something. */
  private boolean isBusy() {
    return switch (work) {
      case Work.None _ -> false;
      case Work.Saving _ -> true;
      case Work.Starting _ -> {
        brokenOff = true;
        yield true;
      }
    };
  }

  /** A log that cannot be kept, its node may be lost, keeps nobody from ending it. */
  private void keepLog(Pod pod) {
    try {
      new Log(host.cluster(), workspace).keep(pod);
    } catch (Problem problem) {
      LOG.info("the log of {} is not kept: {}", workspace, problem.what());
    }
  }

  /** Once: it is killed after it, and what it changes until then is lost. */
  private void save(Pod pod, String address) {
    try {
      new ContentDoor(address, token(pod)).save(host.saveGrace());
    } catch (IOException | Problem e) {
      LOG.warn(
          "{} did not end, and its last files could not be saved: {}", workspace, e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      workEnded(Optional.empty());
    }
  }

  /** What opens its content container's door; nothing where its secret is gone. */
  private String token(Pod pod) {
    var instance = Reading.instance(pod).orElseThrow();
    return host.cluster()
        .secret(workspace)
        .flatMap(secret -> BootSecret.token(secret, instance))
        .orElse("");
  }

  private void end(Ending ending, Pod pod) {
    long grace =
        switch (ending) {
          case Ending.Leave _, Ending.Save _ -> -1;
          case Ending.Ask(var seconds) -> seconds;
          case Ending.Forget _ -> 0;
        };
    if (grace < 0) return;
    host.sight().writes(workspace);
    try {
      host.cluster().delete(pod, grace);
    } finally {
      host.sight().writes(workspace);
    }
  }

  /** Says whether all is gone. */
  synchronized boolean delete() {
    if (isBusy()) return false;
    failure = Optional.empty();
    befell = Optional.empty();
    var patience = Instant.now().plus(DELETE_WAIT);
    for (var pod = now(); pod.isPresent(); pod = now()) {
      end(Ending.atOnce(pod.get(), patience(pod.get()), Instant.now()), pod.get());
      if (Instant.now().isAfter(patience)) return false;
      try {
        wait(BETWEEN_LOOKS.toMillis());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false; // it goes on
      }
      if (isBusy()) return false;
    }
    host.cluster().forget(workspace);
    return true;
  }

  /** Removes its secret where it has no pod and none is on its way; whether it did. */
  synchronized boolean forget() {
    if (!(work instanceof Work.None) || now().isPresent()) return false;
    host.cluster().forget(workspace);
    return true;
  }

  // ---- look

  Observation observe() {
    var known = known();
    if (known.isPresent()) return known.get();
    var pod = own(host.sight().of(workspace));
    if (pod.isEmpty()) return gone();
    note(pod.get());
    return read(pod.get(), told(pod.get()));
  }

  /** A pod is soon gone after its end, and with it why. */
  private synchronized Observation gone() {
    return befell.<Observation>map(end -> end).orElseGet(Observation.Absent::new);
  }

  private synchronized void note(Pod pod) {
    befell = Reading.befell(pod);
  }

  /** What is known without a look. */
  private synchronized Optional<Observation> known() {
    return switch (work) {
      case Work.Starting(var instance, var began) ->
          Optional.of(
              new Observation.Preparing(
                  instance, List.of(new StartStep("node", began, Optional.empty(), ""))));
      case Work.None _, Work.Saving _ -> failure.map(failed -> failed);
    };
  }

  /** What was reported of a pod that starts, and not at once. */
  private Told told(Pod pod) {
    var now = Instant.now();
    if (Reading.hasEndedUnexplained(pod)) return new Told(reported(pod), Optional.empty());
    if (!Reading.isOnItsWay(pod)) return Told.NOTHING;
    var uid = pod.getMetadata().getUid();
    var last = heard(uid);
    if (last.filter(known -> now.isBefore(known.at().plus(BETWEEN_EVENTS))).isPresent()) {
      return last.get().told();
    }
    // A start that takes no longer needs no words.
    var told = last.isEmpty() ? Told.NOTHING : new Told(reported(pod), restoring(pod));
    hear(new Heard(uid, now, told));
    return told;
  }

  /** Why its content container has not brought the files yet, as it says itself. */
  private Optional<String> restoring(Pod pod) {
    try {
      var address = Reading.restoresAt(pod);
      return address.isEmpty()
          ? Optional.empty()
          : new ContentDoor(address.get(), token(pod)).trouble();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Without the right to hear it there are fewer words, and that is all. */
  private List<Event> reported(Pod pod) {
    try {
      return host.cluster().events(pod);
    } catch (Problem.Conflict refused) {
      LOG.debug("no events of {}: {}", workspace, refused.what());
      return List.of();
    }
  }

  private synchronized Optional<Heard> heard(String uid) {
    return heard.filter(known -> known.uid().equals(uid));
  }

  private synchronized void hear(Heard news) {
    heard = Optional.of(news);
  }

  /** The workspace's pod, by asking now. */
  private Optional<Pod> now() {
    return own(host.sight().now(workspace));
  }

  /** One that somebody else made under the workspace's name is as if it were not there. */
  private static Optional<Pod> own(Optional<Pod> pod) {
    return pod.filter(there -> Reading.instance(there).isPresent());
  }

  private Observation read(Pod pod, Told told) {
    var patience = worksUnseen(pod) ? host.options().patience().withoutItsNode() : patience(pod);
    return new Reading(patience).of(pod, told, Instant.now());
  }

  /**
   * Whether it works, though its node says nothing and it would be given up: a kubelet may be dead
   * for itself. Who was silent once is not asked again until its node is back.
   */
  private boolean worksUnseen(Pod pod) {
    var uid = pod.getMetadata().getUid();
    var now = Instant.now();
    var address = Reading.worksAt(pod);
    if (address.isEmpty() || !Reading.isLost(pod, patience(pod), now)) {
      answered(Optional.empty());
      return false;
    }
    var last = answer().filter(one -> one.uid().equals(uid));
    boolean stands =
        last.filter(one -> !one.came() || now.isBefore(one.at().plus(BETWEEN_QUESTIONS)))
            .isPresent();
    if (stands) return last.get().came();
    var instance = Reading.instance(pod).orElseThrow();
    boolean came = answers(new SupervisorDoor(address.get(), instance, token(pod)));
    if (last.isEmpty()) {
      LOG.warn(
          "the node of {} says nothing, and its supervisor {}",
          workspace,
          came ? "answers: it stays" : "does not answer either");
    }
    answered(Optional.of(new Answer(uid, now, came)));
    return came;
  }

  private static boolean answers(SupervisorDoor door) {
    try {
      return door.answers();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true; // nothing is given up by who is told to end
    }
  }

  private synchronized Optional<Answer> answer() {
    return answer;
  }

  private synchronized void answered(Optional<Answer> news) {
    answer = news;
  }

  /** Where no other node would take it, nothing is gained by a start elsewhere. */
  private Patience patience(Pod pod) {
    var usual = host.options().patience();
    boolean stranded = Reading.isUnreachable(pod) && !host.isAnotherNodeReady(pod);
    return stranded ? usual.withoutAnotherNode() : usual;
  }
}
