package dev.berth.runtime.runc.build;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.definition.Feature;
import dev.berth.definition.Feature.Place;
import dev.berth.definition.devcontainer.FeatureOrder;
import dev.berth.definition.devcontainer.LockFile;
import dev.berth.registry.ImageReference;
import dev.berth.registry.pull.Platform;
import dev.berth.registry.pull.RegistryAccess;
import dev.berth.registry.pull.RegistryClient;
import dev.berth.runtime.runc.ImageBuilds.Installation;
import dev.berth.runtime.runc.ImageBuilds.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Finds features, in registries and in the repository, and all that they depend on. */
final class FeatureSource implements AutoCloseable {
  /** What whoever cannot have them can do. */
  static final String OR_DEFAULT =
      " Or start this workspace with the default image (berth start --default-image).";

  private static final String MEDIA_TYPE = "application/vnd.devcontainers.layer.v1+tar";

  /** Registries slow down who asks more, and each may bring as much as one may hold. */
  private static final int AT_ONCE = 3;

  /** They are held in memory until they are written: two such builds are, of 512 MiB. */
  private static final long MOST_TOGETHER = 32L << 20;

  private final RegistryClient registries;

  private FeatureSource(RegistryClient registries) {
    this.registries = registries;
  }

  static FeatureSource open(RegistryAccess access) {
    return new FeatureSource(RegistryClient.open(access, Platform.here()));
  }

  /** All that are wanted and all that these depend on, the one that is installed first first. */
  List<FeatureFiles> inOrder(Installation wish, Builders.Place place, Progress progress)
      throws IOException, InterruptedException {
    return inOrder(wish, found(wish, place, progress));
  }

  private Map<Feature, FeatureFiles> found(
      Installation wish, Builders.Place place, Progress progress)
      throws IOException, InterruptedException {
    var locked = wish.image().locked();
    var found = new LinkedHashMap<>(local(wish, place, progress));
    var wanted = new LinkedHashSet<>(pinned(wish));
    while (true) {
      found.values().forEach(one -> wanted.addAll(one.metadata().dependsOn()));
      wanted.removeAll(found.keySet());
      checkBounds(found, wanted);
      if (wanted.isEmpty()) return found;
      progress.detail("fetching " + FeatureFiles.name(wanted.getFirst()));
      var archives = wanted.stream().filter(FeatureSource::isArchive).toList();
      addArchived(found, archives, wish, place, progress);
      wanted.removeAll(archives);
      // Few at a time, so that what they hold together is known before it is too much.
      var next = wanted.stream().limit(AT_ONCE).toList();
      for (var one : fetched(next, locked)) found.put(one.feature(), one);
    }
  }

  private static void checkBounds(Map<Feature, FeatureFiles> found, Set<Feature> wanted) {
    if (found.size() + wanted.size() > FeatureOrder.MOST) throw tooMany();
    long bytes = found.values().stream().mapToLong(FeatureFiles::bytes).sum();
    if (bytes > MOST_TOGETHER) {
      throw new Problem.Invalid(
          "The features are together of more than %d MiB.".formatted(MOST_TOGETHER >> 20),
          "Leave some of them out." + OR_DEFAULT);
    }
  }

  private static List<Feature> pinned(Installation wish) {
    return wish.image().features().stream()
        .map(feature -> LockFile.pinned(feature, wish.image().locked()))
        .toList();
  }

  /** The features of the repository itself, which an instance fetches. */
  private static Map<Feature, FeatureFiles> local(
      Installation wish, Builders.Place place, Progress progress)
      throws IOException, InterruptedException {
    var features = wish.image().features().stream().filter(FeatureSource::isLocal).toList();
    if (features.isEmpty()) return Map.of();
    var repository =
        wish.image()
            .repository()
            .orElseThrow(() ->
                new Problem.Invalid(
                    "The repository has no commit that its features could be taken from.",
                    "Commit them." + OR_DEFAULT));
    var plan = new HashMap<>(Builders.fetching(repository));
    plan.put("FEATURES", Json.write(features.stream().map(FeatureSource::folder).toList()));
    var instance = place.instance("The features of the repository", wish.size(), progress);
    var end = instance.run(plan, wish.sources());
    if (!instance.has("listing")) {
      throw new Problem.Unavailable(
          "The repository could not be fetched for its features: %s".formatted(instance.words(end)),
          BuildInstance.GIT_REMEDY);
    }
    var found = new LinkedHashMap<Feature, FeatureFiles>();
    for (int i = 0; i < features.size(); i++) {
      var feature = features.get(i);
      found.put(feature, local(feature, instance, "feature-" + i, wish.image().locked()));
      checkBounds(found, Set.of());
    }
    return found;
  }

  private static FeatureFiles local(
      Feature feature, BuildInstance instance, String file, Map<String, String> locked)
      throws IOException {
    if (!instance.has(file)) {
      throw new Problem.Invalid(
          "There is no folder %s in the repository, which is named as a feature."
              .formatted(folder(feature)),
          "Correct the name, or commit the folder." + OR_DEFAULT);
    }
    return left(feature, instance, file, locked);
  }

  /** What an instance left of a feature. */
  private static FeatureFiles left(
      Feature feature, BuildInstance instance, String file, Map<String, String> locked)
      throws IOException {
    var archive =
        instance
            .read(file, FeatureFiles.MOST_BYTES)
            .orElseThrow(() ->
                new Problem.Invalid(
                    "The feature %s is of more than %d MiB."
                        .formatted(FeatureFiles.name(feature), FeatureFiles.MOST_BYTES >> 20),
                    "Let it fetch what is large." + OR_DEFAULT));
    return FeatureFiles.read(feature, archive, locked);
  }

  /**
   * Adds those at addresses, one after the other, so that all together are no more than may be. An
   * instance fetches them, which reaches what a workspace reaches: the machine itself would reach
   * its own network, too.
   */
  private static void addArchived(
      Map<Feature, FeatureFiles> found,
      List<Feature> features,
      Installation wish,
      Builders.Place place,
      Progress progress)
      throws IOException, InterruptedException {
    if (features.isEmpty()) return;
    var plan = new HashMap<String, String>();
    plan.put("DO", "archives");
    plan.put("ARCHIVES", Json.write(features.stream().map(FeatureFiles::name).toList()));
    plan.put("MOST_BYTES", Integer.toString(FeatureFiles.MOST_BYTES));
    var instance = place.instance("The features at addresses", wish.size(), progress);
    var end = instance.run(plan, List.of());
    for (int i = 0; i < features.size(); i++) {
      var feature = features.get(i);
      if (!instance.has("archive-" + i)) {
        throw new Problem.Unavailable(
            "The feature %s cannot be had: %s"
                .formatted(FeatureFiles.name(feature), instance.words(end)),
            "See that a workspace reaches its address." + OR_DEFAULT);
      }
      found.put(feature, left(feature, instance, "archive-" + i, wish.image().locked()));
      checkBounds(found, Set.of());
    }
  }

  static boolean isLocal(Feature feature) {
    return feature.place() instanceof Place.Local;
  }

  private static boolean isArchive(Feature feature) {
    return feature.place() instanceof Place.Archive;
  }

  /** Whether an instance of the builder is needed to have it. */
  static boolean needsBuilder(Feature feature) {
    return isLocal(feature) || isArchive(feature);
  }

  private static String folder(Feature feature) {
    return feature.place() instanceof Place.Local(var folder) ? folder : "";
  }

  private List<FeatureFiles> fetched(List<Feature> features, Map<String, String> locked)
      throws InterruptedException {
    var factory = Thread.ofVirtual().name("feature-", 0).factory();
    try (var threads = Executors.newFixedThreadPool(AT_ONCE, factory)) {
      var running = new ArrayList<Future<FeatureFiles>>();
      for (var one : features) running.add(threads.submit(() -> fetched(one, locked)));
      try {
        var all = new ArrayList<FeatureFiles>();
        for (var one : running) all.add(one.get());
        return all;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Problem problem) throw problem;
        throw new IllegalStateException("fetching features", Objects.requireNonNull(e.getCause()));
      } finally {
        running.forEach(task -> task.cancel(true));
      }
    }
  }

  private FeatureFiles fetched(Feature feature, Map<String, String> locked)
      throws InterruptedException {
    var name = FeatureFiles.name(feature);
    try {
      var archive =
          switch (feature.place()) {
            case Place.Registry _ ->
                registries.artifact(
                    ImageReference.parse(name), MEDIA_TYPE, FeatureFiles.MOST_BYTES);
            case Place.Local _ ->
                throw new Problem.Invalid(
                    "another feature depends on it, and features of the repository are those that"
                        + " its devcontainer.json names.",
                    "Name it there too.");
            case Place.Archive _ -> throw new IllegalStateException("an instance fetches it");
          };
      return FeatureFiles.read(feature, archive, locked);
    } catch (Problem.Unavailable e) {
      throw new Problem.Unavailable(
          "The feature %s cannot be had: %s".formatted(name, reason(e, name)),
          e.remedy() + OR_DEFAULT,
          e);
    } catch (Problem e) {
      throw new Problem.Invalid(
          "The feature %s cannot be used: %s".formatted(name, reason(e, name)),
          e.remedy() + OR_DEFAULT,
          e);
    }
  }

  /** What a problem tells beside the name, which stands before it already. */
  private static String reason(Problem problem, String name) {
    return problem
        .what()
        .replaceFirst("^Cannot (pull|use) (the feature )?\\Q" + name + "\\E: ", "")
        .replaceFirst("^Cannot (pull|use) \\Q" + name + "\\E \\(([^)]+)\\): ", "$2, ");
  }

  private static List<FeatureFiles> inOrder(Installation wish, Map<Feature, FeatureFiles> found) {
    var order =
        FeatureOrder.of(
            pinned(wish),
            wish.image().first(),
            feature -> Objects.requireNonNull(found.get(feature)).metadata());
    return switch (order) {
      case FeatureOrder.Sorted(var features) ->
          features.stream().map(one -> Objects.requireNonNull(found.get(one))).toList();
      case FeatureOrder.Circle(var features) ->
          throw new Problem.Invalid(
              "These features wait for each other: %s."
                  .formatted(String.join(", ", features.stream().map(FeatureFiles::name).toList())),
              "Leave one of them out." + OR_DEFAULT);
      case FeatureOrder.TooMany _ -> throw tooMany();
    };
  }

  private static Problem tooMany() {
    return new Problem.Invalid(
        "The features depend on more than %d others.".formatted(FeatureOrder.MOST),
        "Leave some of them out." + OR_DEFAULT);
  }

  @Override
  public void close() {
    registries.close();
  }
}
