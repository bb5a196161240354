package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs instances as containers of runc on this machine. One per state folder at a time. */
public final class RuncDriver implements Driver {
  private final Host host;

  /** One for each workspace that was ever started or ended here: some hundred bytes each. */
  private final ConcurrentHashMap<WorkspaceId, Seat> seats = new ConcurrentHashMap<>();

  private RuncDriver(Host host) {
    this.host = host;
  }

  /**
   * Opens the driver over its state folder and sets up the network; instances of an earlier one run
   * on. {@link Problem.Unavailable} where this machine lacks what it needs.
   */
  public static RuncDriver open(RuncOptions options) throws InterruptedException {
    try {
      return new RuncDriver(Host.open(options));
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The state of workspaces under %s cannot be read or made: %s."
              .formatted(options.root(), e.getMessage()),
          "See that the disk is there, writable and not full.",
          e);
    }
  }

  /**
   * Makes a workspace's file system of nothing and lets go of it; {@link Problem.Unavailable} where
   * this machine cannot.
   */
  public void tryMounts() throws InterruptedException {
    try {
      host.tryMounts();
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "A workspace's file system cannot be made under %s: %s."
              .formatted(host.root(), e.getMessage()),
          "See that the disk is there, writable and not full.",
          e);
    }
  }

  @Override
  public void start(InstanceSpec spec) {
    seat(spec.workspace()).start(spec);
  }

  @Override
  public void stop(WorkspaceId workspace, Instant killAfter) {
    seat(workspace).stop(killAfter);
  }

  @Override
  public Observation observe(WorkspaceId workspace) {
    return seat(workspace).observe();
  }

  @Override
  public boolean delete(WorkspaceId workspace) {
    try {
      return seat(workspace).delete();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false; // it goes on
    }
  }

  @Override
  public Set<WorkspaceId> present() {
    try (Stream<Path> folders = Files.list(host.workspaces())) {
      return folders
          .map(folder -> WorkspaceId.parse(folder.getFileName().toString()))
          .flatMap(Optional::stream)
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The workspaces under %s cannot be listed: %s."
              .formatted(host.workspaces(), e.getMessage()),
          "See whether the disk is well.",
          e);
    }
  }

  @Override
  public Set<WorkspaceId> instances() {
    return present().stream()
        .filter(workspace -> !(observe(workspace) instanceof Observation.Absent))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String log(WorkspaceId workspace) {
    try {
      return host.folder(workspace).console().end();
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The log of %s cannot be read: %s.".formatted(workspace, e.getMessage()),
          "See whether the disk of %s is well.".formatted(host.root()),
          e);
    }
  }

  @Override
  public void close() {}

  /**
   * Removes bridge and firewall rules, for the end of an installation; stop its instances first.
   */
  public void dismantle() throws InterruptedException {
    try {
      host.dismantle();
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "Not all of this installation's network and control groups could be removed: %s."
              .formatted(e.getMessage()),
          "Stop its workspaces and try again.",
          e);
    }
  }

  private Seat seat(WorkspaceId workspace) {
    return seats.computeIfAbsent(workspace, id -> new Seat(host, id));
  }
}
