package dev.berth.control.reconcile;

import dev.berth.control.workspace.Retention;

/**
 * When what nobody uses is stopped and goes, and whether that may be judged yet.
 *
 * @param settling while which nothing goes because its time is over
 */
public record Deadlines(StopPolicy stop, Retention retention, Settling settling) {
  /** Whether something may go because its time is over. */
  boolean mayLetGo() {
    return settling.isOver();
  }

  /** Who decides now. */
  Planner planner() {
    if (settling.isOver()) return new Planner(stop, retention);
    return settling.hasReports() ? Planner.keeping(stop) : Planner.waiting(stop);
  }
}
