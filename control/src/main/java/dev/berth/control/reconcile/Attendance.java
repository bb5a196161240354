package dev.berth.control.reconcile;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.control.errand.ErrandDesk;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.ErrandList;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * Asks each living instance for its errands, one call at a time that stands until there is one. It
 * ends where an instance does not answer; the next look that finds it alive begins it again.
 */
final class Attendance implements AutoCloseable {
  /** How long a call stands; shorter than what proxies and supervisors keep open. */
  private static final Duration STANDS = Duration.ofSeconds(10);

  private static final Duration LONGEST = STANDS.plusSeconds(5);

  /** For each errand: an instance that always has something asks 50 times a second at most. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** More than these at once a supervisor of ours does not tell of. */
  private static final int ERRANDS_MAX = 16;

  private static final Duration ANSWER_LONGEST = Duration.ofSeconds(2);

  private record Attended(InstanceId instance, Thread thread) {}

  private final Supervisors supervisors;
  private final BiFunction<WorkspaceId, String, ErrandDesk.Answer> desk;
  private final Map<WorkspaceId, Attended> attended = new ConcurrentHashMap<>();

  Attendance(Supervisors supervisors, BiFunction<WorkspaceId, String, ErrandDesk.Answer> desk) {
    this.supervisors = supervisors;
    this.desk = desk;
  }

  /** Sees to it that the instance is asked; called by each look that found it alive. */
  void attend(WorkspaceId workspace, InstanceId instance, Endpoint endpoint, String token) {
    attended.compute(
        workspace,
        (_, now) -> {
          if (now != null && now.instance().equals(instance) && now.thread().isAlive()) return now;
          if (now != null) now.thread().interrupt();
          var thread =
              Thread.ofVirtual()
                  .name("errands " + workspace)
                  .start(() -> ask(workspace, endpoint, token));
          return new Attended(instance, thread);
        });
  }

  /** Ends the asking of an instance that is gone. */
  void forget(WorkspaceId workspace) {
    var gone = attended.remove(workspace);
    if (gone != null) gone.thread().interrupt();
  }

  private void ask(WorkspaceId workspace, Endpoint endpoint, String token) {
    try {
      while (true) {
        var path = "/_supervisor/v1/errands?wait=" + STANDS.toMillis();
        var told = supervisors.get(endpoint, token, path, LONGEST).flatMap(Attendance::read);
        if (told.isEmpty()) return;
        for (var errand : told.get().errands().stream().limit(ERRANDS_MAX).toList()) {
          if (errand.id() == null || !errand.id().matches("[a-z0-9]{1,32}")) return;
          if (errand.what() == null) return;
          var answer = desk.apply(workspace, errand.what());
          var back =
              "/_supervisor/v1/errands/%s/answer?status=%d".formatted(errand.id(), answer.status());
          supervisors.post(endpoint, token, back, answer.json(), ANSWER_LONGEST);
        }
        Thread.sleep(PAUSE.multipliedBy(Math.clamp(told.get().errands().size(), 1, ERRANDS_MAX)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the instance or the server is ending
    }
  }

  private static Optional<ErrandList> read(byte[] json) {
    try {
      return Optional.of(Json.read(json, ErrandList.class));
    } catch (Problem.Invalid e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    attended.values().forEach(one -> one.thread().interrupt());
  }
}
