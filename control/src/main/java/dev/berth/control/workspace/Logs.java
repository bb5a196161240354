package dev.berth.control.workspace;

/** What instances printed, for `berth logs` and the dashboard. */
public interface Logs {
  /** The terminals of a running instance, else the end of what the last one's supervisor said. */
  String of(Workspace workspace) throws InterruptedException;

  /** The token of the running instance; {@link dev.berth.base.Problem.Conflict} where none runs. */
  String tokenOf(Workspace workspace);
}
