package dev.berth.supervisor.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Processes that were asked to end by SIGTERM, and what is to be said to those that do not for want
 * of being told otherwise: shells with a keyboard ignore SIGTERM. One that is hung up hangs up on
 * its jobs, so it is not before all in its session that was asked has ended in its own way. What a
 * shell starts from then on, the next round of a loop, is asked to end, too.
 */
final class Asked {
  /** Once more for a shell that was just about to do something else. */
  private static final long AGAIN_NANOS = 1_000_000_000L;

  private final Set<Stat> asked;
  private final Map<Stat, Long> hungUpNanos = new HashMap<>();
  private final Set<Stat> late = new HashSet<>();

  /** What is to be sent to whom. */
  record Words(List<Stat> end, List<Stat> hangUp) {}

  Asked(List<Stat> processes) {
    this.asked = Set.copyOf(processes);
  }

  /** What is to be said now, that {@code left} run yet. */
  Words next(List<Stat> left, long nowNanos) {
    var end = new ArrayList<Stat>();
    var hangUp = new ArrayList<Stat>();
    var sessions = left.stream().collect(Collectors.groupingBy(Stat::session));
    for (var session : sessions.values()) {
      var shells = session.stream().filter(one -> isShell(one, session)).toList();
      if (shells.isEmpty()) {
        // What such a shell had just begun when it heard of it has heard nothing itself.
        if (wasHungUp(session)) session.stream().filter(this::isNew).forEach(hangUp::add);
        continue;
      }
      var others = session.stream().filter(one -> !shells.contains(one)).toList();
      if (others.stream().anyMatch(one -> isAtIts(one, shells, others))) {
        // It may be between two of the things that it does about the hangup when they are seen
        // next.
        shells.forEach(shell -> hungUpNanos.computeIfPresent(shell, (_, _) -> nowNanos));
        continue;
      }
      for (var shell : shells) {
        var before = hungUpNanos.get(shell);
        if (before != null && nowNanos - before < AGAIN_NANOS) continue;
        // What it starts after a hangup is what it does about that: it is let do it.
        if (before == null) others.stream().filter(late::add).forEach(end::add);
        hungUpNanos.put(shell, nowNanos);
        hangUp.add(shell);
      }
    }
    return new Words(end, hangUp);
  }

  /** Whether its terminal is gone, as we hung up on the shell there. */
  private boolean wasHungUp(List<Stat> session) {
    int number = session.getFirst().session();
    return hungUpNanos.keySet().stream().anyMatch(shell -> shell.session() == number);
  }

  /** The first time for one that was not told anything yet. */
  private boolean isNew(Stat process) {
    return !asked.contains(process) && late.add(process);
  }

  /** With a keyboard: it hands its terminal around, or has nothing but itself. */
  private static boolean isShell(Stat process, List<Stat> session) {
    if (process.ignores(Signals.TERM, Signals.TTOU)) return true;
    return session.size() == 1
        && process.pid() == process.session()
        && process.ignores(Signals.TERM);
  }

  /**
   * Whether it is ending in its own way: it was asked, or was started by who was, to save something
   * for example. The next round of a shell's loop is neither.
   */
  private boolean isAtIts(Stat process, List<Stat> shells, List<Stat> others) {
    if (asked.contains(process)) return true;
    if (shells.stream().anyMatch(shell -> shell.pid() == process.parent())) {
      return shells.stream()
          .anyMatch(shell -> shell.pid() == process.parent() && hungUpNanos.containsKey(shell));
    }
    return others.stream()
        .filter(other -> other.pid() == process.parent())
        .findFirst()
        .map(parent -> isAtIts(parent, shells, others))
        .orElse(true); // who started it has ended
  }
}
