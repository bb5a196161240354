package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.base.process.Turns;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Points that are copies of folders; {@code <folder>/points/<workspace>}, one for each. */
final class KeptSeeds implements Seeds {
  private static final String POINT = "point";

  private final Path folder;

  /** What comes between in the next freezing. */
  private final AtomicReference<Runnable> between = new AtomicReference<>(() -> {});

  /** What comes before the next answer to when a point was saved. */
  private final AtomicReference<Runnable> looking = new AtomicReference<>(() -> {});

  private final AtomicInteger newestAsked = new AtomicInteger();

  KeptSeeds(Path folder) {
    this.folder = folder;
  }

  void between(Runnable what) {
    between.set(what);
  }

  void looking(Runnable what) {
    looking.set(what);
  }

  /** How often somebody has asked what was saved last. */
  int newestAsked() {
    return newestAsked.get();
  }

  Seed of(WorkspaceId workspace) {
    return new Seed(workspace, POINT);
  }

  /** Made a moment ago, for somebody who begins as it. */
  Seed live(WorkspaceId workspace) {
    return new Seed(workspace, POINT, true);
  }

  /** Saves what the workspace has on disk now; of one that lies on nothing. */
  Seed save(TestHost host, WorkspaceId workspace) throws IOException, InterruptedException {
    var point = place(workspace);
    Command.of("rm", "-rf", point.toString()).orProblem("see rm");
    Files.createDirectories(point);
    var from = host.root().resolve("workspaces").resolve(workspace.value());
    var rest = Rest.of(from);
    for (var part : new String[] {"files", "upper"}) {
      copy(from.resolve(part), point);
    }
    at(workspace, Instant.now());
    if (rest.isPresent()) rest.get().note(POINT);
    return of(workspace);
  }

  /** As with a clock that was set. */
  void at(WorkspaceId workspace, Instant moment) throws IOException {
    Files.writeString(place(workspace).resolve("at"), moment.toString());
  }

  private static void copy(Path from, Path into) throws InterruptedException {
    Command.of("cp", "-a", from.toString(), into.toString()).orProblem("see cp");
  }

  private Path place(WorkspaceId workspace) {
    return folder.resolve("points").resolve(workspace.value());
  }

  @Override
  public Instant savedAt(Seed seed, UserId owner) throws IOException {
    looking.getAndSet(() -> {}).run();
    var at = place(seed.workspace()).resolve("at");
    if (!owner.equals(TestHost.OWNER) || !Files.exists(at))
      throw new Problem.Missing("There is none.", "Save.");
    return Instant.parse(Files.readString(at));
  }

  @Override
  public Optional<Seed> newest(WorkspaceId workspace, UserId owner) {
    newestAsked.incrementAndGet();
    return Files.exists(place(workspace)) ? Optional.of(of(workspace)) : Optional.empty();
  }

  @Override
  public void restore(Seed seed, UserId owner, Path into) throws InterruptedException {
    for (var part : new String[] {"files", "upper"}) {
      copy(place(seed.workspace()).resolve(part), into);
    }
  }

  @Override
  public <T> T undisturbed(WorkspaceId workspace, Turns.Work<T> work)
      throws IOException, InterruptedException {
    between.getAndSet(() -> {}).run();
    return work.run();
  }
}
