package dev.berth.runtime.runc.build;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.registry.Digest;
import dev.berth.registry.pull.OciLayout;
import dev.berth.registry.pull.Platform;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.runc.ImageBuilds;
import dev.berth.runtime.runc.RootFilesystem;
import dev.berth.runtime.runc.layers.LayerStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Builds images in instances of a driver of its own, so that a Dockerfile is kept from everything
 * that a workspace is kept from. What goes into an image names it: it is built once, and once for
 * each owner where there are submodules, since a login may reach those that another does not.
 *
 * <p>In the folder of {@link Builders}: {@code contexts/KEY} what the build of a commit is made
 * from.
 */
public final class DockerfileBuilds implements ImageBuilds, AutoCloseable {
  /** Registries that a builder cannot reach are not asked by its host either. */
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|[a-z0-9.-]+\\.localhost|127\\.[0-9.]+|\\[::1])(:\\d+)?/.*");

  /** The mark of build.sh where not all submodules could be fetched. */
  private static final String MISSING = "missing";

  private final Builders builders;
  private final LayerStore images;
  private final FeatureBuilds features;

  private DockerfileBuilds(Builders builders, LayerStore images, FeatureBuilds features) {
    this.builders = builders;
    this.images = images;
    this.features = features;
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
    var builders = Builders.open(options);
    return new DockerfileBuilds(builders, images, FeatureBuilds.open(builders));
  }

  @Override
  public Outcome build(Order order, Progress progress) throws InterruptedException {
    try {
      var key = key(order);
      var there = there(key);
      if (there.isPresent()) return new Outcome.Built(there.get());
      var unable = builders.unable(progress);
      if (unable.isPresent()) return unable.get();
      return new Outcome.Built(
          builders.alone(
              key,
              progress,
              () -> {
                var meanwhile = there(key);
                return meanwhile.isPresent() ? meanwhile.get() : make(order, key, progress);
              }));
    } catch (IOException e) {
      throw builders.unusable(e);
    }
  }

  @Override
  public Outcome install(Installation installation, Progress progress) throws InterruptedException {
    return features.install(installation, progress);
  }

  private RootFilesystem make(Order order, String key, Progress progress)
      throws IOException, InterruptedException {
    try (var place = builders.place(key, progress)) {
      var instance =
          place.instance("The image of " + order.dockerfile().path(), order.size(), progress);
      var context = fetched(order, instance);
      // What is missing may be had at the next start.
      boolean whole = !instance.has(MISSING);
      if (whole) keep(key, new Known(context, Optional.empty()));
      var identity = identity(context).name();
      return builders.alone(
          "image-" + identity.hex(),
          progress,
          () -> {
            var image = images.built(identity);
            if (image.isEmpty()) image = Optional.of(built(order, instance, identity, progress));
            if (whole) keep(key, new Known(context, Optional.of(identity.toString())));
            return image.get();
          });
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

  /**
   * A commit names all files of its repository, wherever it was fetched from; who may have them,
   * and its submodules, is another question for each owner.
   */
  private static String key(Order order) {
    var dockerfile = order.dockerfile();
    var parts =
        new ArrayList<>(
            List.of(
                "2",
                order.owner().value(),
                dockerfile.repository().commit(),
                dockerfile.path(),
                dockerfile.context(),
                Json.write(dockerfile.args()),
                dockerfile.target().orElse("")));
    parts.addAll(dockerfile.flags());
    return Digest.of(Json.write(parts).getBytes(StandardCharsets.UTF_8)).hex();
  }

  private Path context(String key) {
    return builders.root().resolve("contexts").resolve(key);
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
    var plan = Builders.fetching(repository);
    plan.put("DOCKERFILE", dockerfile.path());
    plan.put("CONTEXT", dockerfile.context());
    var end = instance.run(plan, order.sources());
    if (!instance.has("listing")) {
      throw new Problem.Unavailable(
          "The repository could not be fetched to build %s: %s"
              .formatted(dockerfile.path(), instance.words(end)),
          BuildInstance.GIT_REMEDY);
    }
    return BuildContext.of(
        order,
        instance.read("listing"),
        instance.readSmall("dockerfile"),
        instance.readSmall("ignore"),
        instance.has(MISSING) ? instance.read(MISSING) : new byte[0]);
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
              .formatted(order.dockerfile().path(), instance.words(end)),
          "Its log tells more. Repair the Dockerfile and open the new commit, or start this"
              + " workspace with the default image (berth start --default-image).");
    }
    return images.takeIn(identity, layout, progress::detail);
  }

  /** Nothing of a name begins with a dash here: each stands behind its option's own "=". */
  private static List<String> arguments(InstanceImage.Dockerfile dockerfile) {
    var arguments = new ArrayList<String>();
    arguments.add("--file=/workspace/source/" + dockerfile.path());
    dockerfile.args().forEach((name, value) -> arguments.add("--build-arg=" + name + "=" + value));
    dockerfile.target().ifPresent(target -> arguments.add("--target=" + target));
    // What it prints is what its user waits with.
    dockerfile.flags().stream()
        .filter(flag -> !flag.equals("-q") && !flag.equals("--quiet"))
        .forEach(arguments::add);
    arguments.add("/workspace/source/" + dockerfile.context());
    return arguments;
  }

  /** Removes bridge, rules and control groups of the builds. */
  public void dismantle() throws InterruptedException {
    builders.dismantle();
  }

  /** Ends what is being built. */
  @Override
  public void close() {
    features.close();
    builders.close();
  }
}
