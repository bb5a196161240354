package dev.berth.runtime.runc.build;

import dev.berth.base.Problem;
import dev.berth.base.file.FileLocks;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.WorkspaceSize;
import dev.berth.runtime.runc.ImageBuilds;
import dev.berth.runtime.runc.ImageBuilds.Outcome;
import dev.berth.runtime.runc.ImageBuilds.Progress;
import dev.berth.runtime.runc.RootFilesystem;
import dev.berth.runtime.runc.RuncDriver;
import dev.berth.runtime.runc.RuncOptions;
import dev.berth.runtime.runc.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances in which strangers' words are run to make images: how many there are at a time, in
 * what they run, and who waits for whom.
 *
 * <p>Their folder: {@code locks/}, {@code tree/} what instances run, {@code instances/} the
 * driver's state; beside them each kind of build keeps what it knows.
 */
final class Builders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Builders.class);

  /** Two: one that waits for its registry lets another use the processor. */
  private static final int AT_ONCE = 2;

  private static final long WAIT_MILLIS = 200;

  /** What begins the name of a root file system that is not the builder's own. */
  private static final String BASE = "base/";

  private final BuildOptions options;
  private final FileLocks locks;
  private final Semaphore places = new Semaphore(AT_ONCE, true);

  /** Who builds what is locked, for others to read along. */
  private final ConcurrentHashMap<String, WorkspaceId> building = new ConcurrentHashMap<>();

  /** What instances run in that are not the builder. */
  private final ConcurrentHashMap<String, RootFilesystem> bases = new ConcurrentHashMap<>();

  private Optional<RuncDriver> driver = Optional.empty();

  private Builders(BuildOptions options) {
    this.options = options;
    this.locks = new FileLocks(name -> options.root().resolve("locks").resolve(name));
  }

  /** Opens them over their folder; what a killed process left running is ended. */
  static Builders open(BuildOptions options) throws InterruptedException {
    var builders = new Builders(options);
    try {
      for (var name : List.of("contexts", "features", "locks", "instances/workspaces")) {
        Files.createDirectories(options.root().resolve(name));
      }
      Files.setPosixFilePermissions(options.root(), PosixFilePermissions.fromString("rwx------"));
      try (var left = Files.list(options.root().resolve("instances/workspaces"))) {
        if (left.findAny().isPresent()) builders.driver();
      }
      return builders;
    } catch (IOException e) {
      throw builders.unusable(e);
    }
  }

  BuildOptions options() {
    return options;
  }

  Path root() {
    return options.root();
  }

  private Path instances() {
    return options.root().resolve("instances");
  }

  /** Most installations never build: bridge and rules are made at the first need. */
  private synchronized RuncDriver driver() throws IOException, InterruptedException {
    if (driver.isPresent()) return driver.get();
    var tree = BuilderTree.write(options.root().resolve("tree"), options.registries());
    var opened =
        RuncDriver.open(
            new RuncOptions(
                instances(),
                tree,
                (reference, progress) -> {
                  var base = Optional.ofNullable(bases.get(reference));
                  return base.isPresent()
                      ? base.get()
                      : options.builder().fetch(reference, progress);
                },
                "builder",
                options.network(),
                Seeds.NONE,
                options.runtime(),
                ImageBuilds.NONE,
                RuncOptions.BUILDERS_IDS));
    for (var left : opened.present()) {
      Thread.ofVirtual().start(() -> BuildInstance.remove(opened, left));
    }
    driver = Optional.of(opened);
    return opened;
  }

  private synchronized Optional<RuncDriver> opened() {
    return driver;
  }

  /** Why there is no builder, where none can be made. */
  Optional<Outcome> unable(Progress progress) throws InterruptedException {
    try {
      options.builder().fetch("builder", progress::detail);
      return Optional.empty();
    } catch (Problem.Unavailable e) {
      LOG.warn("no builder of images can be made: {}", e.words(), e);
      return Optional.of(new Outcome.Unable(e.words()));
    }
  }

  /** What an instance is told that fetches a commit. */
  static Map<String, String> fetching(InstanceImage.Repository repository) {
    var plan = new HashMap<String, String>();
    plan.put("DO", "fetch");
    plan.put("URL", repository.cloneUrl());
    plan.put("COMMIT", repository.commit());
    repository.ref().ifPresent(ref -> plan.put("REF", ref));
    repository
        .login()
        .ifPresent(login -> {
          plan.put("LOGIN_ORIGIN", login.origin());
          plan.put("LOGIN_USER", login.user());
          plan.put("LOGIN_TOKEN", login.token());
        });
    return plan;
  }

  // ---- one of few

  /** One of the places for builds, for what is locked as {@code key}. Waits for it. */
  Place place(String key, Progress progress) throws InterruptedException {
    while (!places.tryAcquire(1, TimeUnit.SECONDS)) {
      progress.detail("waiting for other images to be built");
    }
    return new Place(key);
  }

  /** The right to run instances, one after the other; all end with it. */
  final class Place implements AutoCloseable {
    private final String key;
    private final java.util.ArrayList<BuildInstance> instances = new java.util.ArrayList<>();
    private final java.util.ArrayList<String> shown = new java.util.ArrayList<>();

    private Place(String key) {
      this.key = key;
    }

    /** One that runs in the builder. */
    BuildInstance instance(String made, WorkspaceSize size, Progress progress)
        throws IOException, InterruptedException {
      return instance(made, size, new InstanceImage.Default(), progress);
    }

    /** One that runs in {@code base}. */
    BuildInstance instance(String made, WorkspaceSize size, RootFilesystem base, Progress progress)
        throws IOException, InterruptedException {
      var reference = BASE + key;
      bases.put(reference, base);
      shown.add(reference);
      return instance(made, size, new InstanceImage.Reference(reference), progress);
    }

    private BuildInstance instance(
        String made, WorkspaceSize size, InstanceImage image, Progress progress)
        throws IOException, InterruptedException {
      var instance = new BuildInstance(driver(), instances(), made, size, image, options, progress);
      instances.add(instance);
      building.put(key, instance.id());
      return instance;
    }

    @Override
    public void close() {
      instances.forEach(BuildInstance::close);
      building.remove(key);
      shown.forEach(bases::remove);
      places.release();
    }
  }

  // ---- one at a time

  interface Made {
    RootFilesystem make() throws IOException, InterruptedException;
  }

  /** Lets {@code made} run while nobody else does what has that name; shows how far another is. */
  RootFilesystem alone(String name, Progress progress, Made made)
      throws IOException, InterruptedException {
    while (true) {
      var held = locks.tryTake(name);
      if (held.isPresent()) {
        try (var _ = held.get()) {
          return made.make();
        }
      }
      readAlong(name, progress);
      Thread.sleep(WAIT_MILLIS);
    }
  }

  private void readAlong(String name, Progress progress) {
    var other = Optional.ofNullable(building.get(name));
    if (other.isEmpty() || opened().isEmpty()) return;
    progress.detail("another start has it built");
    progress.log(opened().get().log(other.get()));
  }

  Problem unusable(IOException e) {
    return new Problem.Unavailable(
        "The folder of builds, %s, cannot be used: %s.".formatted(options.root(), e.getMessage()),
        "See that its disk is there, writable and not full.",
        e);
  }

  /** Removes bridge, rules and control groups. */
  void dismantle() throws InterruptedException {
    try {
      if (!Files.exists(instances().resolve("network.json"))) return;
      driver().dismantle();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Ends what is being built. */
  @Override
  public void close() {
    var opened = opened();
    if (opened.isEmpty()) return;
    for (var id : building.values()) opened.get().delete(id);
    opened.get().close();
  }
}
