package dev.berth.objects.journal;

import dev.berth.objects.journal.Ledger.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is to be done at the distant store: of each owner in the order in which it was said, since
 * his objects name one another; owners take turns, since theirs never do. Not for several threads.
 */
final class Queues {
  /** By owner, whose turn comes first in front; each by {@link #key}, the oldest first. */
  private final Map<String, Map<String, Step>> owners = new LinkedHashMap<>();

  private int size;

  static String key(Step step) {
    return switch (step) {
      case Step.Put put -> "+" + put.name();
      case Step.Delete delete -> "-" + delete.name();
    };
  }

  static String owner(Step step) {
    return owner(key(step));
  }

  /** The first word of an object's name. */
  private static String owner(String key) {
    int end = key.indexOf('/');
    return end < 0 ? key.substring(1) : key.substring(1, end);
  }

  /** Behind all others of its owner, also where an equal one stood before. */
  void add(Step step) {
    remove(key(step));
    owners.computeIfAbsent(owner(key(step)), _ -> new LinkedHashMap<>()).put(key(step), step);
    size++;
  }

  Optional<Step> find(String key) {
    var queue = owners.get(owner(key));
    return queue == null ? Optional.empty() : Optional.ofNullable(queue.get(key));
  }

  void remove(String key) {
    var queue = owners.get(owner(key));
    if (queue == null || queue.remove(key) == null) return;
    size--;
    if (queue.isEmpty()) owners.remove(owner(key));
  }

  int size() {
    return size;
  }

  /** All; those of one owner in order. */
  Stream<Step> all() {
    return owners.values().stream().flatMap(queue -> queue.values().stream());
  }

  /** Those who have any. */
  Set<String> owners() {
    return Set.copyOf(owners.keySet());
  }

  /** One for each owner who is none of {@code resting}, in their turn. */
  List<Collection<Step>> inTurn(Set<String> resting) {
    var queues = new ArrayList<Collection<Step>>();
    owners.forEach((owner, queue) -> {
      if (!resting.contains(owner)) queues.add(queue.values());
    });
    return queues;
  }

  /** His next turn comes after those of all others. */
  void hadTurn(Step step) {
    var owner = owner(key(step));
    var queue = owners.remove(owner);
    if (queue != null) owners.put(owner, queue);
  }
}
