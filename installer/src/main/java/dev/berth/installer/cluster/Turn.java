package dev.berth.installer.cluster;

import dev.berth.base.Problem;
import dev.berth.base.process.AtEnd;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

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

  /** An API server restarts within some seconds, and who broke off waits for this. */
  private static final Duration GIVEN_BACK = Duration.ofSeconds(15);

  /**
   * Who wants it.
   *
   * @param force whether somebody who has it is overtaken
   */
  record Wanted(String namespace, String who, boolean force) {}

  /** What is done meanwhile. */
  interface Work<T> {
    T during(Turn turn) throws InterruptedException;
  }

  private final Target target;
  private final Wanted wanted;
  private final Patience patience;
  private final String id = UUID.randomUUID().toString();
  private Instant renewed = Instant.EPOCH;

  /** Whether the note may be in the cluster. */
  private boolean tried;

  private Turn(Target target, Wanted wanted, Patience patience) {
    this.target = target;
    this.wanted = wanted;
    this.patience = patience;
  }

  /**
   * Does the work with the turn, which is given back however it ends, and also where this process
   * is broken off. A {@link Problem.Conflict} where somebody else has it.
   */
  static <T> T with(Target target, Wanted wanted, Patience patience, Work<T> work)
      throws InterruptedException {
    var turn = new Turn(target, wanted, patience);
    try (var _ = AtEnd.of(turn::giveBack)) {
      patience.act(turn::take);
      return work.during(turn);
    }
  }

  /** The answer to a question that is asked, and asked again, only while the turn is ours. */
  <T> T ask(Supplier<T> call) throws InterruptedException {
    return ask(patience, call);
  }

  /** The same with another patience. */
  <T> T ask(Patience patience, Supplier<T> call) throws InterruptedException {
    return patience.ask(() -> {
      renew();
      return call.get();
    });
  }

  /** As {@link #ask}, for what answers nothing. */
  void act(Runnable call) throws InterruptedException {
    act(patience, call);
  }

  /** The same with another patience. */
  void act(Patience patience, Runnable call) throws InterruptedException {
    patience.act(() -> {
      renew();
      call.run();
    });
  }

  private synchronized void take() {
    var other = read("Looking whose turn it is");
    if (other.filter(this::isOurs).isPresent()) return; // it was written, and the answer got lost
    if (other.isPresent() && !wanted.force() && !isOver(other.get())) {
      throw new Problem.Conflict(
          "%s is changing this installation; it was seen at it at %s."
              .formatted(said(other.get(), "who"), said(other.get(), "at")),
          "Wait for its end, or say --force if it is not at it any more; one that died is forgotten after %d s."
              .formatted(OVER.toSeconds()));
    }
    other.ifPresent(note ->
        patience
            .progress()
            .accept(
                "%s was at it at %s and has not ended."
                    .formatted(said(note, "who"), said(note, "at"))));
    write(other);
  }

  /** A {@link Problem.Conflict} where another took it; written once in a while only. */
  synchronized void renew() {
    var note = read("Going on with the installation in " + wanted.namespace());
    if (note.filter(this::isOurs).isEmpty()) {
      throw new Problem.Conflict(
          "%s has taken over this installation meanwhile."
              .formatted(note.map(other -> said(other, "who")).orElse("Somebody")),
          "See what it came to: berth install status.");
    }
    if (!now().isBefore(renewed.plus(RENEWED))) write(note);
  }

  boolean isOurs() {
    return read("Looking whose turn it is").filter(this::isOurs).isPresent();
  }

  private boolean isOurs(ConfigMap note) {
    return said(note, "id").equals(id);
  }

  /** What goes wrong with that is told, and hides nothing of how the work ended. */
  void giveBack() {
    try {
      patience.atMost(GIVEN_BACK).act(this::drop);
    } catch (Problem left) {
      patience
          .progress()
          .accept(
              "The turn could not be given back: %s It is forgotten after %d s; --force overtakes it at once."
                  .formatted(left.what(), OVER.toSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void drop() {
    if (!tried) return;
    read("Giving back the turn")
        .filter(this::isOurs)
        .ifPresent(note ->
            target.ask(
                "Giving back the turn",
                () ->
                    target
                        .client()
                        .resource(note)
                        .lockResourceVersion(note.getMetadata().getResourceVersion())
                        .delete()));
  }

  private Instant now() {
    return patience.clock().instant();
  }

  private boolean isOver(ConfigMap note) {
    try {
      return Instant.parse(said(note, "at")).isBefore(now().minus(OVER));
    } catch (DateTimeParseException e) {
      return true; // nobody of ours wrote it
    }
  }

  private static String said(ConfigMap note, String key) {
    return Optional.ofNullable(note.getData()).orElseGet(Map::of).getOrDefault(key, "?");
  }

  private Optional<ConfigMap> read(String tried) {
    return target.ask(
        tried,
        () ->
            Optional.ofNullable(
                target.client().configMaps().inNamespace(wanted.namespace()).withName(NAME).get()));
  }

  private void write(Optional<ConfigMap> before) {
    tried = true;
    var at = now();
    var data = Map.of("id", id, "who", wanted.who(), "at", at.toString());
    var note =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(NAME)
            .withNamespace(wanted.namespace())
            .addToLabels("app.kubernetes.io/part-of", "berth")
            .addToLabels("app.kubernetes.io/managed-by", Target.OWNER)
            .endMetadata()
            .withData(data)
            .build();
    boolean written =
        target.write("Taking the turn to change the installation", before, note, data);
    // A try whose answer got lost is in the way of the next one, and is ours.
    if (!written && !isOurs()) {
      throw new Problem.Conflict(
          "Somebody else begins to change this installation at the same moment.",
          "Call it again when that has ended.");
    }
    renewed = at;
  }
}
