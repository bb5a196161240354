package dev.berth.control.reconcile;

import dev.berth.protocol.WorkspaceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells what looks cannot get past: of the first workspace that meets it, then how many meet it, as
 * a cluster or a database that is away is so for a thousand workspaces, every two seconds. Any
 * thread may call.
 */
final class Troubles {
  /** At most so often it is told how many meet the same. */
  static final Duration BETWEEN = Duration.ofMinutes(1);

  /**
   * What is said with a time or a size in it never comes again; of more the oldest is forgotten.
   */
  private static final int MOST = 1000;

  /** One thing that is wrong, with all who met it and have not got past it since. */
  private static final class Trouble {
    final Set<WorkspaceId> met = new HashSet<>();
    Instant toldAt;
    int told = 1;
    int most = 1;

    Trouble(Instant toldAt) {
      this.toldAt = toldAt;
    }
  }

  private final Clock clock;
  private final Consumer<String> log;
  private final Map<String, Trouble> all =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Trouble> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param log where a line is said
   */
  Troubles(Clock clock, Consumer<String> log) {
    this.clock = clock;
    this.log = log;
  }

  /** A look at {@code id} met what {@code words} say. */
  synchronized void met(WorkspaceId id, String words) {
    var now = clock.instant();
    var trouble = all.get(words);
    if (trouble == null) {
      log.accept("%s: %s".formatted(id, words));
      trouble = new Trouble(now);
      all.put(words, trouble);
    }
    trouble.met.add(id);
    trouble.most = Math.max(trouble.most, trouble.met.size());
    if (trouble.most == trouble.told || now.isBefore(trouble.toldAt.plus(BETWEEN))) return;
    log.accept("%d workspaces: %s".formatted(trouble.most, words));
    trouble.told = trouble.most;
    trouble.toldAt = now;
  }

  /** A look at {@code id} got past all. */
  synchronized void past(WorkspaceId id) {
    all.entrySet()
        .removeIf(one -> {
          var trouble = one.getValue();
          if (!trouble.met.remove(id) || !trouble.met.isEmpty()) return false;
          if (trouble.most > 1) {
            log.accept("over, for %d workspaces: %s".formatted(trouble.most, one.getKey()));
          }
          return true;
        });
  }
}
