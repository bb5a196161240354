package dev.berth.runtime.kubernetes.reading;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.MicroTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a cluster reported of a pod, the oldest first. */
final class Reports {
  private static final Pattern PULLING = Pattern.compile("Pulling image \"(.+)\"");

  /** Nodes repeat these until what is wrong is mended. */
  private static final Set<String> TROUBLE =
      Set.of("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "NetworkNotReady");

  private final List<Event> inOrder;

  Reports(List<Event> events) {
    this.inOrder = events.stream().sorted(Comparator.comparing(Reports::time)).toList();
  }

  /** When it was reported last. */
  Optional<Instant> latest(String reason) {
    return inOrder.reversed().stream()
        .filter(event -> reason.equals(event.getReason()))
        .map(Reports::time)
        .findFirst();
  }

  /** What the last report of that reason says. */
  Optional<String> message(String reason) {
    return inOrder.reversed().stream()
        .filter(event -> reason.equals(event.getReason()))
        .map(event -> Objects.requireNonNullElse(event.getMessage(), ""))
        .findFirst();
  }

  /** What is being pulled, and for how long, where the last word is not that it is there. */
  Optional<String> pull(Instant now) {
    var last =
        inOrder.reversed().stream()
            .filter(event -> Set.of("Pulling", "Pulled").contains(event.getReason()))
            .findFirst();
    if (last.isEmpty() || !"Pulling".equals(last.get().getReason())) return Optional.empty();
    var image = PULLING.matcher(Objects.requireNonNullElse(last.get().getMessage(), ""));
    if (!image.matches()) return Optional.empty();
    long seconds = Math.max(0, Duration.between(time(last.get()), now).toSeconds());
    return Optional.of(
        "pulling %s for %d s".formatted(Words.of(image.group(1), "the image"), seconds));
  }

  /** What the node failed at, where that is the last word. */
  Optional<String> trouble() {
    return inOrder.isEmpty()
        ? Optional.empty()
        : Optional.of(inOrder.getLast())
            .filter(event -> TROUBLE.contains(event.getReason()))
            .map(event -> Objects.requireNonNullElse(event.getMessage(), event.getReason()));
  }

  /** What a probe met last. */
  Optional<String> unready() {
    return inOrder.reversed().stream()
        .filter(event -> "Unhealthy".equals(event.getReason()))
        .map(event -> Objects.requireNonNullElse(event.getMessage(), ""))
        .findFirst();
  }

  private static Instant time(Event event) {
    return PodFacts.time(event.getLastTimestamp())
        .or(() ->
            Optional.ofNullable(event.getEventTime()).map(MicroTime::getTime).map(Instant::parse))
        .or(() -> PodFacts.time(event.getMetadata().getCreationTimestamp()))
        .orElse(Instant.EPOCH);
  }
}
