package dev.berth.objects.journal;

import dev.berth.base.Problem;
import dev.berth.objects.wrap.Patience;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What failed at the distant store, and when each is tried again: longer after each failure in a
 * row, and of each by itself, so that none keeps another waiting. It is told until it succeeds. Any
 * thread may call.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private record Failure(int times, long againNanos, String words) {}

  private final Patience patience;

  /** The one that has failed for longest in front. */
  private final Map<String, Failure> all = new LinkedHashMap<>();

  Failures(Journaled.Pace pace) {
    this.patience = new Patience(1, pace.first(), pace.longest());
  }

  synchronized void failed(String which, Throwable why) {
    var words = why instanceof Problem problem ? problem.words() : String.valueOf(why.getMessage());
    var before = all.get(which);
    if (before == null || !before.words.equals(words)) {
      LOG.warn("the object store is behind, which is tried on: {}", words, why);
    }
    int times = before == null ? 1 : before.times + 1;
    var again = System.nanoTime() + patience.apart(times).toNanos();
    all.put(which, new Failure(times, again, words));
  }

  synchronized void succeeded(String which) {
    if (all.remove(which) == null || !all.isEmpty()) return;
    LOG.info("the object store does what it is asked again");
  }

  /** Of no others anything is left that could succeed. */
  synchronized void retain(Collection<String> which) {
    all.keySet().retainAll(which);
  }

  /** Those that are not tried again yet. */
  synchronized Set<String> resting() {
    long now = System.nanoTime();
    return all.entrySet().stream()
        .filter(one -> one.getValue().againNanos - now > 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Until the first of them is tried again, but {@code longest} at most. */
  synchronized Duration rest(Duration longest) {
    long now = System.nanoTime();
    return all.values().stream()
        .map(one -> Duration.ofNanos(one.againNanos - now))
        .filter(Duration::isPositive)
        .reduce(longest, (one, other) -> one.compareTo(other) < 0 ? one : other);
  }

  synchronized Optional<String> words() {
    return all.values().stream().findFirst().map(Failure::words);
  }
}
