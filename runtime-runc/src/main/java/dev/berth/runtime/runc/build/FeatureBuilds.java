package dev.berth.runtime.runc.build;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import dev.berth.definition.devcontainer.ImageMetadata;
import dev.berth.registry.Digest;
import dev.berth.runtime.runc.ImageBuilds.Installation;
import dev.berth.runtime.runc.ImageBuilds.Outcome;
import dev.berth.runtime.runc.ImageBuilds.Progress;
import dev.berth.runtime.runc.RootFilesystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs features into an image: an instance of that image runs their scripts, and what they
 * changed becomes one more layer. What goes into it names it.
 *
 * <p>Its folder: {@code features/known/KEY} what a wish meant when registries were asked last,
 * {@code features/images/IDENTITY} the layer and what belongs to it.
 */
final class FeatureBuilds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeatureBuilds.class);

  /** Changes when the same features are to be installed another way. */
  private static final String WAY = "berth features 1";

  /** For so long a version is not asked for again: the specification's tools never do. */
  private static final Duration TRUSTED = Duration.ofDays(1);

  /** What is read of a definition's file, too. */
  private static final int LONGEST_LABEL = 1 << 20;

  /** Removing or syncing a layer of hundreds of thousands of files. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Builders builders;
  private final FeatureSource source;
  private final Clock clock;

  private FeatureBuilds(Builders builders, FeatureSource source, Clock clock) {
    this.builders = builders;
    this.source = source;
    this.clock = clock;
  }

  static FeatureBuilds open(Builders builders) {
    var source = FeatureSource.open(builders.options().registries());
    return new FeatureBuilds(builders, source, Clock.systemUTC());
  }

  /**
   * What a wish meant.
   *
   * @param image names what came of it
   * @param asked when its registries were asked
   */
  private record Known(String image, Instant asked) {}

  /**
   * What belongs to a layer.
   *
   * @param env of all processes
   * @param label the image's metadata
   */
  private record Kept(Map<String, String> env, String label) {}

  Outcome install(Installation wish, Progress progress) throws InterruptedException {
    try {
      var key = key(wish);
      var there = there(key, wish);
      if (there.isPresent()) return new Outcome.Built(there.get());
      if (wish.image().features().stream().anyMatch(FeatureSource::needsBuilder)) {
        var unable = builders.unable(progress);
        if (unable.isPresent()) return unable.get();
      }
      return new Outcome.Built(
          builders.alone(
              "features-" + key,
              progress,
              () -> {
                var meanwhile = there(key, wish);
                return meanwhile.isPresent() ? meanwhile.get() : make(wish, key, progress);
              }));
    } catch (IOException e) {
      throw builders.unusable(e);
    }
  }

  private RootFilesystem make(Installation wish, String key, Progress progress)
      throws IOException, InterruptedException {
    try (var place = builders.place("features-" + key, progress)) {
      List<FeatureFiles> features;
      try {
        features = source.inOrder(wish, place, progress);
      } catch (Problem.Unavailable e) {
        var last = known(key).flatMap(known -> image(known.image(), wish.base()));
        if (last.isEmpty()) throw e;
        LOG.warn("registries cannot be asked; features are those of the last time", e);
        progress.detail("registries cannot be asked; the features are those of the last time");
        return last.get();
      }
      var script =
          InstallScript.of(
              wish.base().env(),
              user(wish),
              features.stream()
                  .map(one ->
                      new InstallScript.Step(
                          FeatureFiles.name(one.feature()),
                          one.metadata(),
                          one.feature().options()))
                  .toList());
      var identity = identity(wish.base(), features, script);
      return builders.alone(
          "image-" + identity,
          progress,
          () -> {
            var image = image(identity, wish.base());
            if (image.isEmpty()) {
              run(wish, features, script, identity, place, progress);
              image = image(identity, wish.base());
            }
            keep(key, new Known(identity, clock.instant()));
            return image.orElseThrow();
          });
    }
  }

  /** As whom the workspace will work, as far as anybody says; root is what an image begins with. */
  private static String user(Installation wish) {
    return wish.image()
        .user()
        .or(() -> wish.base().metadata().flatMap(ImageMetadata::user))
        .or(wish.base()::user)
        .orElse("root");
  }

  // ---- what is there

  private Optional<RootFilesystem> there(String key, Installation wish) throws IOException {
    var known = known(key);
    boolean certain = wish.image().features().stream().allMatch(FeatureSource::isLocal);
    return known
        .filter(one -> certain || one.asked().isAfter(clock.instant().minus(TRUSTED)))
        .flatMap(one -> image(one.image(), wish.base()));
  }

  /** All that a repository says, and the folders of its image, whose names say what is in them. */
  private static String key(Installation wish) {
    var image = wish.image();
    boolean local = image.features().stream().anyMatch(FeatureSource::isLocal);
    var parts = new ArrayList<String>();
    parts.add(base(wish.base()));
    for (var feature : image.features()) {
      parts.add(FeatureFiles.name(feature) + Json.write(new TreeMap<>(feature.options())));
    }
    parts.add(user(wish));
    parts.add(Json.write(image.first()));
    parts.add(Json.write(image.locked()));
    parts.add(local ? image.repository().map(one -> one.commit()).orElse("") : "");
    return hash(parts);
  }

  private static String identity(
      RootFilesystem base, List<FeatureFiles> features, InstallScript script) {
    var parts = new ArrayList<>(List.of(WAY, base(base), script.text()));
    features.forEach(feature -> parts.add(feature.content()));
    return hash(parts);
  }

  private static String base(RootFilesystem base) {
    return Json.write(
        List.of(
            base.layers().stream().map(Path::toString).toList(),
            new TreeMap<>(base.env()),
            base.metadata().orElse("")));
  }

  private static String hash(List<String> parts) {
    return Digest.of(Json.write(parts).getBytes(StandardCharsets.UTF_8)).hex();
  }

  private Path known() {
    return builders.root().resolve("features/known");
  }

  private Path images() {
    return builders.root().resolve("features/images");
  }

  private Optional<Known> known(String key) throws IOException {
    var file = known().resolve(key);
    if (!Files.exists(file)) return Optional.empty();
    return Optional.of(Json.read(Files.readAllBytes(file), Known.class));
  }

  private void keep(String key, Known known) throws IOException {
    Files.createDirectories(known());
    var next = known().resolve(key + ".new");
    Files.write(next, Json.bytes(known));
    Files.move(next, known().resolve(key), StandardCopyOption.ATOMIC_MOVE);
  }

  private Optional<RootFilesystem> image(String identity, RootFilesystem base) {
    var folder = images().resolve(identity);
    if (!Files.isDirectory(folder)) return Optional.empty();
    try {
      var kept = Json.read(Files.readAllBytes(folder.resolve("image.json")), Kept.class);
      var layers =
          Stream.concat(Stream.of(folder.resolve("layer")), base.layers().stream()).toList();
      return Optional.of(
          new RootFilesystem(layers, kept.env(), base.user(), Optional.of(kept.label())));
    } catch (IOException e) {
      throw builders.unusable(e);
    }
  }

  // ---- install

  private void run(
      Installation wish,
      List<FeatureFiles> features,
      InstallScript script,
      String identity,
      Builders.Place place,
      Progress progress)
      throws IOException, InterruptedException {
    var instance =
        place.instance("The image with its features", wish.size(), wish.base(), progress);
    var folder = instance.file(InstallScript.FOLDER);
    FeatureFiles.makeFolder(instance.files());
    FeatureFiles.makeFolder(folder);
    for (int i = 0; i < features.size(); i++) {
      features.get(i).write(folder.resolve(Integer.toString(i)));
    }
    Files.writeString(folder.resolve(InstallScript.NAME), script.text());
    var end = instance.run(Map.of("DO", "features"), List.of());
    if (!instance.has("done")) throw failed(features, instance, end);
    var entries =
        features.stream()
            .map(one -> one.metadata().entry(FeatureFiles.name(one.feature())))
            .toList();
    var label = ImageMetadata.label(wish.base().metadata(), entries);
    if (label.length() > LONGEST_LABEL) {
      throw new Problem.Invalid(
          "The features say more of themselves than an image's label holds.",
          "Leave some of them out." + FeatureSource.OR_DEFAULT);
    }
    take(instance.upper(), identity, new Kept(script.env(), label));
  }

  /** Where its folder has its name, all of it is on the disk. */
  private void take(Path upper, String identity, Kept kept)
      throws IOException, InterruptedException {
    Files.createDirectories(images());
    var next = images().resolve(identity + ".new");
    if (Files.exists(next)) remove(next);
    Files.createDirectory(next);
    Files.move(upper, next.resolve("layer"), StandardCopyOption.ATOMIC_MOVE);
    Files.write(next.resolve("image.json"), Json.bytes(kept));
    Command.of("sync", "--file-system", next.toString())
        .within(PATIENCE)
        .orProblem("See the machine's kernel log for its disk.");
    Files.move(next, images().resolve(identity), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void remove(Path folder) throws InterruptedException {
    Command.of("rm", "-rf", "--one-file-system", "--", folder.toString())
        .within(PATIENCE)
        .orProblem("Remove %s by hand.".formatted(folder));
  }

  private static Problem failed(List<FeatureFiles> features, BuildInstance instance, String end)
      throws IOException {
    var number =
        instance.has("failed")
            ? new String(instance.read("failed"), StandardCharsets.UTF_8).strip()
            : "";
    var which =
        number.matches("\\d{1,3}") && Integer.parseInt(number) < features.size()
            ? "The feature " + FeatureFiles.name(features.get(Integer.parseInt(number)).feature())
            : "One of the features";
    return new Problem.Invalid(
        "%s could not be installed: %s."
            .formatted(which, instance.words(end).replaceFirst("\\.$", "")),
        "Its log tells more. Leave it out or take another version of it, and open the new commit."
            + FeatureSource.OR_DEFAULT);
  }

  @Override
  public void close() {
    source.close();
  }
}
