package dev.berth.installer.cluster;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The turn to change an installation, which one has at a time: a note in the cluster that is
 * renewed while it is taken. Each change of it names the version that was read, so of two that take
 * it at once one is refused.
 */
final class Turn {
  static final String NAME = "berth-installation-turn";

  private static final Duration RENEWED = Duration.ofSeconds(20);

  /** Longer than some renewals and a pause of the API server take. */
  private static final Duration OVER = Duration.ofMinutes(2);

  private static final int CONFLICT = 409;

  private final Target target;
  private final String namespace;
  private final String who;
  private final Clock clock;
  private final String id = UUID.randomUUID().toString();
  private Instant renewed = Instant.EPOCH;

  private Turn(Target target, String namespace, String who, Clock clock) {
    this.target = target;
    this.namespace = namespace;
    this.who = who;
    this.clock = clock;
  }

  /** A {@link Problem.Conflict} where somebody else has it, unless {@code force} is said. */
  static Turn take(
      Target target,
      String namespace,
      String who,
      boolean force,
      Clock clock,
      Consumer<String> progress) {
    var turn = new Turn(target, namespace, who, clock);
    var other = turn.read();
    if (other.isPresent() && !force && !turn.isOver(other.get())) {
      throw new Problem.Conflict(
          "%s is changing this installation; it was seen at it at %s."
              .formatted(said(other.get(), "who"), said(other.get(), "at")),
          "Wait for its end, or say --force if it is not at it any more; one that died is forgotten after %d s."
              .formatted(OVER.toSeconds()));
    }
    other.ifPresent(note ->
        progress.accept(
            "%s was at it at %s and has not ended."
                .formatted(said(note, "who"), said(note, "at"))));
    turn.write(other);
    return turn;
  }

  /** Asks the cluster once in a while only; a {@link Problem.Conflict} where another took it. */
  synchronized void renew() {
    if (clock.instant().isBefore(renewed.plus(RENEWED))) return;
    var note = read();
    if (note.isEmpty() || !said(note.get(), "id").equals(id)) {
      throw new Problem.Conflict(
          "%s has taken over while this was being applied."
              .formatted(note.map(other -> said(other, "who")).orElse("Somebody")),
          "See what it came to: berth install status.");
    }
    write(note);
  }

  boolean isOurs() {
    return read().filter(note -> said(note, "id").equals(id)).isPresent();
  }

  void giveBack() {
    if (isOurs()) target.ask("Giving back the turn", () -> note().delete());
  }

  private boolean isOver(ConfigMap note) {
    try {
      return Instant.parse(said(note, "at")).isBefore(clock.instant().minus(OVER));
    } catch (DateTimeParseException e) {
      return true; // nobody of ours wrote it
    }
  }

  private static String said(ConfigMap note, String key) {
    return Optional.ofNullable(note.getData()).orElseGet(Map::of).getOrDefault(key, "?");
  }

  private Resource<ConfigMap> note() {
    return target.client().configMaps().inNamespace(namespace).withName(NAME);
  }

  private Optional<ConfigMap> read() {
    return target.ask("Looking whose turn it is", () -> Optional.ofNullable(note().get()));
  }

  private void write(Optional<ConfigMap> before) {
    var at = clock.instant();
    var data = Map.of("id", id, "who", who, "at", at.toString());
    target.ask(
        "Taking the turn to change the installation",
        () -> before.isPresent() ? change(before.get(), data) : make(data));
    renewed = at;
  }

  private ConfigMap make(Map<String, String> data) {
    var note =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(NAME)
            .withNamespace(namespace)
            .addToLabels("app.kubernetes.io/part-of", "berth")
            .addToLabels("app.kubernetes.io/managed-by", Target.OWNER)
            .endMetadata()
            .withData(data)
            .build();
    return atOnce(() -> target.client().resource(note).create());
  }

  private ConfigMap change(ConfigMap before, Map<String, String> data) {
    var version = before.getMetadata().getResourceVersion();
    var patch = Map.of("metadata", Map.of("resourceVersion", version), "data", data);
    return atOnce(() -> note().patch(PatchContext.of(PatchType.JSON_MERGE), Json.write(patch)));
  }

  private static ConfigMap atOnce(java.util.function.Supplier<ConfigMap> call) {
    try {
      return call.get();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) throw e;
      throw new Problem.Conflict(
          "Somebody else begins to change this installation at the same moment.",
          "Call it again when that has ended.",
          e);
    }
  }
}
