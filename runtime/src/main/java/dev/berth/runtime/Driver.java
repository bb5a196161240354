package dev.berth.runtime;

import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Runs instances on one kind of host: at most one instance of a workspace at a time.
 *
 * <p>Each call may be repeated, comes from any thread, returns soon (what takes long goes on behind
 * it and is told by {@link #observe}), and calls for different workspaces do not wait for each
 * other. A driver keeps nothing in memory that it needs: after a kill -9 a new driver on the same
 * host sees the same instances. What it cannot do at all is a {@link dev.berth.base.Problem}.
 */
public interface Driver extends AutoCloseable {
  /**
   * Sets an instance of {@code spec} on its way. Does nothing where one of the same workspace runs
   * or is on its way. Where the last one exited or failed, its remains are cleared first. A
   * workspace's files (/workspace, home, installed packages) are the same in each of its instances.
   */
  void start(InstanceSpec spec);

  /**
   * Asks the workspace's instance to end, once for all repeated calls; kills what is left of it
   * when {@code killAfter} is past. Also ends a start that is on its way. Files are kept. After it,
   * and calls repeated until then, {@link #observe} says {@link Observation.Absent}.
   */
  void stop(WorkspaceId workspace, Instant killAfter);

  /** What is there now; {@link Observation.Absent} for a workspace that it never saw. */
  Observation observe(WorkspaceId workspace);

  /**
   * Removes all of a workspace: its instance, killed if it runs, and its files. When it returns
   * {@code true} all is gone; {@code false} means that it goes on, and wants to be called again. Of
   * several hosts one that is away, and had no instance when it was asked last, may still have what
   * {@link #forget} removes.
   */
  boolean delete(WorkspaceId workspace);

  /**
   * The workspaces of which anything is there: an instance, its remains or files. Of several hosts
   * one that is away is left out, so of who is not among them it says nothing.
   */
  Set<WorkspaceId> present();

  /**
   * The workspaces of which an instance or remains of one are there, perhaps as they were some
   * seconds ago; asked often, and cheap. As {@link #present} it says nothing of the others.
   */
  Set<WorkspaceId> instances();

  /**
   * Removes what is kept of a workspace that is no more, its last log for example, but neither
   * files nor anything of one that has an instance: what a host that was away missed of a {@link
   * #delete}. A host that misses none needs none of it.
   */
  default void forget(WorkspaceId workspace) {}

  /**
   * Begins anew, where several processes take turns at a host: forgets what was under way here, and
   * what goes on behind a call from now on makes and ends nothing once {@code holds} says no. What
   * runs is not touched. A host that only one process has needs none of it.
   */
  default void beginTurn(BooleanSupplier holds) {}

  /** The end of what the last instance's supervisor printed, at most 64 KiB; may be empty. */
  String log(WorkspaceId workspace);

  /** Lets go of the host; instances run on. */
  @Override
  void close();
}
