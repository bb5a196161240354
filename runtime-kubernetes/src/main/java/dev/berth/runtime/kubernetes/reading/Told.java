package dev.berth.runtime.kubernetes.reading;

import io.fabric8.kubernetes.api.model.Event;
import java.util.List;
import java.util.Optional;

/**
 * What is told of a pod beside what it says itself.
 *
 * @param events what the cluster reported of it, in any order; may be empty, then words are fewer
 * @param restoring why its content container has not brought the files yet
 */
public record Told(List<Event> events, Optional<String> restoring) {
  public static final Told NOTHING = new Told(List.of(), Optional.empty());

  public Told {
    events = List.copyOf(events);
  }
}
