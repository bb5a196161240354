package dev.berth.runtime.runc.build;

import dev.berth.base.Problem;
import dev.berth.base.file.FileLocks;
import dev.berth.base.json.Json;
import dev.berth.protocol.WorkspaceId;
import dev.berth.registry.Digest;
import dev.berth.registry.pull.OciLayout;
import dev.berth.registry.pull.Platform;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.runc.ImageBuilds;
import dev.berth.runtime.runc.RootFilesystem;
import dev.berth.runtime.runc.RuncDriver;
import dev.berth.runtime.runc.RuncOptions;
import dev.berth.runtime.runc.Seeds;
import dev.berth.runtime.runc.layers.LayerStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds images in instances of a driver of its own, so that a Dockerfile is kept from everything
 * that a workspace is kept from. What goes into an image names it: it is built once.
 *
 * <p>Its folder: {@code contexts/KEY} what the build of a commit is made from, {@code locks/},
 * {@code tree/} what instances run, {@code instances/} the driver's state.
 */
public final class DockerfileBuilds implements ImageBuilds, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DockerfileBuilds.class);

  /** Two: one that waits for its registry lets another use the processor. */
  private static final int AT_ONCE = 2;

  private static final long WAIT_MILLIS = 200;

  /** Registries that a builder cannot reach are not asked by its host either. */
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|[a-z0-9.-]+\\.localhost|127\\.[0-9.]+|\\[::1])(:\\d+)?/.*");

  private final BuildOptions options;
  private final LayerStore images;
  private final FileLocks locks;
  private final Semaphore places = new Semaphore(AT_ONCE, true);

  /** Who builds what is locked, for others to read along. */
  private final ConcurrentHashMap<String, WorkspaceId> building = new ConcurrentHashMap<>();

  private Optional<RuncDriver> driver = Optional.empty();

  private DockerfileBuilds(BuildOptions options, LayerStore images) {
    this.options = options;
    this.images = images;
    this.locks = new FileLocks(name -> options.root().resolve("locks").resolve(name));
  }

  /**
   * What a commit's build is made from.
   *
   * @param image the last one that came of it, by what names it
   */
  private record Known(BuildContext context, Optional<String> image) {}

  /** Opens the builds over their folder; what a killed process left running is ended. */
  public static DockerfileBuilds open(BuildOptions options, LayerStore images)
      throws InterruptedException {
    var builds = new DockerfileBuilds(options, images);
    try {
      for (var name : List.of("contexts", "locks", "instances/workspaces")) {
        Files.createDirectories(options.root().resolve(name));
      }
      Files.setPosixFilePermissions(options.root(), PosixFilePermissions.fromString("rwx------"));
      try (var left = Files.list(options.root().resolve("instances/workspaces"))) {
        if (left.findAny().isPresent()) builds.driver();
      }
      return builds;
    } catch (IOException e) {
      throw builds.unusable(e);
    }
  }

  /** Most installations never build: bridge and rules are made at the first need. */
  private synchronized RuncDriver driver() throws IOException, InterruptedException {
    if (driver.isPresent()) return driver.get();
    var tree = BuilderTree.write(options.root().resolve("tree"), options.insecureRegistries());
    var opened =
        RuncDriver.open(
            new RuncOptions(
                instances(),
                tree,
                options.builder(),
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

  private Path instances() {
    return options.root().resolve("instances");
  }

  @Override
  public Outcome build(Order order, Progress progress) throws InterruptedException {
    try {
      var key = key(order.dockerfile());
      var there = there(key);
      if (there.isPresent()) return new Outcome.Built(there.get());
      var unable = unable(progress);
      if (unable.isPresent()) return unable.get();
      return new Outcome.Built(
          alone(
              key,
              progress,
              () -> {
                var meanwhile = there(key);
                return meanwhile.isPresent() ? meanwhile.get() : make(order, key, progress);
              }));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private Optional<Outcome> unable(Progress progress) throws InterruptedException {
    try {
      options.builder().fetch("builder", progress::detail);
      return Optional.empty();
    } catch (Problem.Unavailable e) {
      LOG.warn("no builder of images can be made: {}", e.words(), e);
      return Optional.of(new Outcome.Unable(e.words()));
    }
  }

  private RootFilesystem make(Order order, String key, Progress progress)
      throws IOException, InterruptedException {
    while (!places.tryAcquire(1, TimeUnit.SECONDS)) {
      progress.detail("waiting for other images to be built");
    }
    try (var instance =
        new BuildInstance(driver(), instances(), order, options.bounds(), progress)) {
      building.put(key, instance.id());
      var context = fetched(order, instance);
      keep(key, new Known(context, Optional.empty()));
      var identity = identity(context).name();
      return alone(
          "image-" + identity.hex(),
          progress,
          () -> {
            var image = images.built(identity);
            if (image.isEmpty()) image = Optional.of(built(order, instance, identity, progress));
            keep(key, new Known(context, Optional.of(identity.toString())));
            return image.get();
          });
    } finally {
      building.remove(key);
      places.release();
    }
  }

  // ---- what is there

  private Optional<RootFilesystem> there(String key) throws IOException, InterruptedException {
    var known = known(key);
    if (known.isEmpty()) return Optional.empty();
    var identity = identity(known.get().context());
    if (!identity.certain() && known.get().image().isPresent()) {
      // A registry does not answer: as with what is pulled, the last one will do.
      var last = images.built(Digest.parse(known.get().image().get()));
      if (last.isPresent()) return last;
    }
    return images.built(identity.name());
  }

  /**
   * What names an image.
   *
   * @param certain whether all that it begins with could be told
   */
  private record Identity(Digest name, boolean certain) {}

  private Identity identity(BuildContext context) throws InterruptedException {
    var parts = new ArrayList<String>();
    parts.add(context.content());
    parts.add(Platform.here().toString());
    boolean certain = true;
    for (var base : context.bases()) {
      var digest =
          LOOPBACK.matcher(base).matches() ? Optional.<Digest>empty() : images.meaning(base);
      certain &= digest.isPresent();
      parts.add(base + " " + digest.map(Digest::toString).orElse(""));
    }
    return new Identity(
        Digest.of(String.join("\n", parts).getBytes(StandardCharsets.UTF_8)), certain);
  }

  /** A commit names all files of its repository, wherever it was fetched from. */
  private static String key(InstanceImage.Dockerfile dockerfile) {
    var parts =
        List.of(
            "1",
            dockerfile.repository().commit(),
            dockerfile.path(),
            dockerfile.context(),
            Json.write(dockerfile.args()),
            dockerfile.target().orElse(""));
    return Digest.of(Json.write(parts).getBytes(StandardCharsets.UTF_8)).hex();
  }

  private Path context(String key) {
    return options.root().resolve("contexts").resolve(key);
  }

  private Optional<Known> known(String key) throws IOException {
    if (!Files.exists(context(key))) return Optional.empty();
    return Optional.of(Json.read(Files.readAllBytes(context(key)), Known.class));
  }

  private void keep(String key, Known known) throws IOException {
    var next = context(key + ".new");
    Files.write(next, Json.bytes(known));
    Files.move(next, context(key), StandardCopyOption.ATOMIC_MOVE);
  }

  // ---- fetch and build

  private BuildContext fetched(Order order, BuildInstance instance)
      throws IOException, InterruptedException {
    var dockerfile = order.dockerfile();
    var repository = dockerfile.repository();
    var plan = new HashMap<String, String>();
    plan.put("DO", "fetch");
    plan.put("URL", repository.cloneUrl());
    plan.put("COMMIT", repository.commit());
    repository.ref().ifPresent(ref -> plan.put("REF", ref));
    plan.put("DOCKERFILE", dockerfile.path());
    plan.put("CONTEXT", dockerfile.context());
    repository
        .login()
        .ifPresent(login -> {
          plan.put("LOGIN_ORIGIN", login.origin());
          plan.put("LOGIN_USER", login.user());
          plan.put("LOGIN_TOKEN", login.token());
        });
    var end = instance.run(plan, order.sources());
    if (!instance.has("listing")) {
      throw new Problem.Unavailable(
          "The repository could not be fetched to build %s: %s"
              .formatted(dockerfile.path(), words(instance, end)),
          "See that the machine reaches the git host, and the login that you keep for it.");
    }
    return BuildContext.of(
        dockerfile, instance.read("listing"), instance.read("dockerfile"), instance.read("ignore"));
  }

  private RootFilesystem built(
      Order order, BuildInstance instance, Digest identity, Progress progress)
      throws InterruptedException {
    var arguments = arguments(order.dockerfile());
    var end = instance.run(Map.of("DO", "build", "ARGUMENTS", Json.write(arguments)), List.of());
    var layout = OciLayout.of(instance.file("image"), Platform.here());
    if (!layout.exists()) {
      throw new Problem.Invalid(
          "The image of %s could not be built: %s"
              .formatted(order.dockerfile().path(), words(instance, end)),
          "Its log tells more. Repair the Dockerfile and open the new commit, or start this"
              + " workspace with the default image.");
    }
    return images.takeIn(identity, layout, progress::detail);
  }

  /** Nothing of a name begins with a dash here: each stands behind its option's own "=". */
  private static List<String> arguments(InstanceImage.Dockerfile dockerfile) {
    var arguments = new ArrayList<String>();
    arguments.add("--file=/workspace/source/" + dockerfile.path());
    dockerfile.args().forEach((name, value) -> arguments.add("--build-arg=" + name + "=" + value));
    dockerfile.target().ifPresent(target -> arguments.add("--target=" + target));
    arguments.add("/workspace/source/" + dockerfile.context());
    return arguments;
  }

  private static String words(BuildInstance instance, String end) {
    var last = instance.lastLine();
    return last.isEmpty() || end.contains("memory") ? end : last;
  }

  // ---- one at a time

  private interface Made {
    RootFilesystem make() throws IOException, InterruptedException;
  }

  /** Lets {@code made} run while nobody else does what has that name; shows how far another is. */
  private RootFilesystem alone(String name, Progress progress, Made made)
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

  private synchronized Optional<RuncDriver> opened() {
    return driver;
  }

  private void readAlong(String name, Progress progress) {
    var other = Optional.ofNullable(building.get(name));
    if (other.isEmpty() || opened().isEmpty()) return;
    progress.detail("another start has it built");
    progress.log(opened().get().log(other.get()));
  }

  private Problem unusable(IOException e) {
    return new Problem.Unavailable(
        "The folder of builds, %s, cannot be used: %s.".formatted(options.root(), e.getMessage()),
        "See that its disk is there, writable and not full.",
        e);
  }

  /** Removes bridge, rules and control groups of the builds. */
  public void dismantle() throws InterruptedException {
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
