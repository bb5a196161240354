package dev.berth.registry.pull;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.registry.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the JSON documents that an image consists of, each of which a stranger wrote. */
final class Manifests {
  static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

  private static final Set<String> CONFIGS =
      Set.of(
          "application/vnd.oci.image.config.v1+json",
          "application/vnd.docker.container.image.v1+json");
  private static final Set<String> LAYERS =
      Set.of(
          "application/vnd.oci.image.layer.v1.tar",
          "application/vnd.oci.image.layer.v1.tar+gzip",
          "application/vnd.oci.image.layer.v1.tar+zstd",
          "application/vnd.docker.image.rootfs.diff.tar",
          "application/vnd.docker.image.rootfs.diff.tar.gzip",
          "application/vnd.docker.image.rootfs.diff.tar.zstd");

  /** What containerd and Docker cap a manifest at, and what the specification lets a client. */
  static final int MOST_BYTES = 4 * 1024 * 1024;

  /** Docker's bound too: overlayfs's mount options held no more. */
  static final int MOST_LAYERS = 127;

  /** More variables than this no image sets; each is one line of a process's environment. */
  private static final int MOST_VARIABLES = 1024;

  /** The kernel takes no longer one (MAX_ARG_STRLEN): what is set so could not start a program. */
  private static final int LONGEST_VARIABLE = 128 << 10;

  /** All of an image's together; of usual images they have some hundred characters. */
  private static final int MOST_ENVIRONMENT = 512 << 10;

  /** What is read of a label at most. */
  private static final int LONGEST_LABEL = 1 << 20;

  /** Of a user or a folder (PATH_MAX). */
  private static final int LONGEST_NAME = 4096;

  /** The largest layer: 1 TiB compressed is more than any disk here holds. */
  private static final long LARGEST_LAYER_BYTES = 1L << 40;

  /** The label in which dev containers keep what their images say to editors and at starts. */
  private static final String METADATA = "devcontainer.metadata";

  /** What stands behind a digest, with the size that it must have. */
  record Descriptor(
      @Nullable String mediaType,
      @Nullable String digest,
      long size,
      @Nullable PlatformText platform) {}

  /** A platform as it is written. */
  record PlatformText(
      @Nullable String architecture, @Nullable String os, @Nullable String variant) {
    Optional<Platform> read() {
      if (os == null || architecture == null) return Optional.empty();
      return Optional.of(new Platform(os, architecture, Optional.ofNullable(variant)));
    }
  }

  /** A manifest or a list of manifests: which it is, only its content tells for certain. */
  record Document(
      int schemaVersion,
      @Nullable Descriptor config,
      @Nullable List<@Nullable Descriptor> layers,
      @Nullable List<@Nullable Descriptor> manifests) {}

  /** An image's configuration, as far as we need it. */
  record Config(
      @Nullable String architecture,
      @Nullable String os,
      @Nullable String variant,
      @Nullable Settings config,
      @Nullable RootFs rootfs) {}

  record RootFs(@Nullable List<@Nullable String> diff_ids) {}

  record Settings(
      @Nullable List<@Nullable String> Env,
      @Nullable String User,
      @Nullable String WorkingDir,
      @Nullable Map<String, @Nullable String> Labels) {}

  private final Asked image;
  private final Platform platform;

  Manifests(Asked image, Platform platform) {
    this.image = image;
    this.platform = platform;
  }

  /** What a document is. */
  sealed interface Kind {
    /** The manifest for our platform is another document. */
    record Elsewhere(Digest manifest, long sizeBytes) implements Kind {}

    /** A manifest. */
    record Here(Digest config, long configBytes, List<Descriptor> layers) implements Kind {}
  }

  Kind read(byte[] json) {
    var document = parsed(json, Document.class);
    if (document.schemaVersion == 1) {
      throw invalid(
          "it is in Docker's format of before 2016 (schema 1)",
          "Push it again with a current docker, podman or skopeo.");
    }
    // Both at once is one document that two readers see two images in (CVE-2021-41190).
    if (document.manifests != null && document.layers == null && document.config == null) {
      return elsewhere(document.manifests);
    }
    if (document.manifests == null && document.layers != null && document.config != null) {
      return here(document.config, document.layers);
    }
    throw invalid(
        "its manifest is neither that of an image nor a list of such", "Use a container image.");
  }

  private Kind elsewhere(List<@Nullable Descriptor> manifests) {
    var offered = new ArrayList<Platform>();
    for (var one : manifests) {
      if (one == null || one.platform == null) continue;
      var runsOn = one.platform.read();
      if (runsOn.isEmpty() || runsOn.get().os().equals("unknown")) continue; // attestations
      offered.add(runsOn.get());
      if (platform.runs(runsOn.get())) return new Kind.Elsewhere(digest(one), size(one));
    }
    throw wrongPlatform(
        offered.stream()
            .limit(20)
            .map(Platform::toString)
            .map(Manifests::printable)
            .distinct()
            .collect(Collectors.joining(", ")));
  }

  private Kind here(Descriptor config, List<@Nullable Descriptor> layers) {
    if (!CONFIGS.contains(String.valueOf(config.mediaType))) {
      throw invalid(
          "it holds no file system but " + printable(String.valueOf(config.mediaType)),
          "Use a container image.");
    }
    if (layers.size() > MOST_LAYERS) {
      throw invalid(
          "it has %d layers, and at most %d are allowed".formatted(layers.size(), MOST_LAYERS),
          "Build it with fewer steps, or squash it.");
    }
    var read = new ArrayList<Descriptor>();
    for (var layer : layers) {
      if (layer == null || !LAYERS.contains(String.valueOf(layer.mediaType))) {
        var type = layer == null ? "null" : String.valueOf(layer.mediaType);
        throw invalid(
            "one of its layers is of the kind %s, which cannot be unpacked"
                .formatted(printable(type)),
            "Build it for Linux with layers of gzip, zstd or plain tar.");
      }
      read.add(layer);
    }
    return new Kind.Here(digest(config), size(config), read);
  }

  /** The image that {@code manifest} and its configuration describe. */
  ResolvedImage image(Digest named, List<Descriptor> layers, byte[] configJson) {
    var config = parsed(configJson, Config.class);
    refuseOtherPlatforms(config);
    var diffIds = config.rootfs == null ? null : config.rootfs.diff_ids;
    if (diffIds == null || diffIds.size() != layers.size()) {
      throw invalid(
          "its configuration tells of another number of layers than its manifest",
          "Push it again.");
    }
    var read = new ArrayList<ImageLayer>();
    for (int i = 0; i < layers.size(); i++) {
      var layer = layers.get(i);
      var diffId = Digest.parse(String.valueOf(diffIds.get(i)));
      read.add(new ImageLayer(digest(layer), size(layer), diffId));
    }
    var settings = config.config == null ? new Settings(null, null, null, null) : config.config;
    return new ResolvedImage(
        named,
        read,
        env(settings.Env == null ? List.of() : settings.Env),
        present(settings.User).filter(user -> user.length() <= LONGEST_NAME),
        present(settings.WorkingDir).filter(path -> path.length() <= LONGEST_NAME),
        present(settings.Labels == null ? null : settings.Labels.get(METADATA))
            .filter(label -> label.length() <= LONGEST_LABEL));
  }

  /** The one layer of that kind in a manifest of something that is no image. */
  ImageLayer only(byte[] json, String mediaType) {
    var document = parsed(json, Document.class);
    var layers = document.layers == null ? List.<@Nullable Descriptor>of() : document.layers;
    if (document.manifests != null || layers.size() != 1) {
      throw invalid("its manifest names not one layer", "Push it again with its own tool.");
    }
    var layer = layers.getFirst();
    if (layer == null || !mediaType.equals(layer.mediaType)) {
      throw invalid(
          "it is of the kind %s and not of %s"
              .formatted(
                  printable(layer == null ? "null" : String.valueOf(layer.mediaType)), mediaType),
          "Check the name.");
    }
    return new ImageLayer(digest(layer), size(layer), digest(layer));
  }

  private void refuseOtherPlatforms(Config config) {
    var runsOn = new PlatformText(config.architecture, config.os, config.variant).read();
    if (runsOn.isPresent() && !platform.runs(runsOn.get())) {
      throw wrongPlatform(printable(runsOn.get().toString()));
    }
  }

  private Problem wrongPlatform(String offered) {
    return invalid(
        "it is not for %s but for %s"
            .formatted(platform, offered.isEmpty() ? "no platform that it tells" : offered),
        "Use an image that is built for %s.".formatted(platform));
  }

  private static Map<String, String> env(List<@Nullable String> lines) {
    var env = new LinkedHashMap<String, String>();
    int room = MOST_ENVIRONMENT;
    for (var line : lines) {
      int equals = line == null ? -1 : line.indexOf('=');
      if (line == null || equals < 1 || line.indexOf('\0') >= 0) continue;
      if (line.length() > LONGEST_VARIABLE || line.length() > room) continue;
      room -= line.length();
      env.put(line.substring(0, equals), line.substring(equals + 1));
      if (env.size() >= MOST_VARIABLES) break;
    }
    return env;
  }

  private static Optional<String> present(@Nullable String text) {
    return Optional.ofNullable(text).filter(some -> !some.isBlank());
  }

  private Digest digest(Descriptor of) {
    return Digest.parse(String.valueOf(of.digest));
  }

  private long size(Descriptor of) {
    if (of.size >= 0 && of.size <= LARGEST_LAYER_BYTES) return of.size;
    throw invalid("its manifest tells of a size of %d bytes".formatted(of.size), "Push it again.");
  }

  private <T> T parsed(byte[] json, Class<T> type) {
    try {
      return Json.read(json, type);
    } catch (Problem.Invalid e) {
      throw new Problem.Invalid(
          "Cannot use %s: %s sent a manifest or configuration that cannot be read."
              .formatted(image, image.registry()),
          "Check that %s is a container registry, and push the image again."
              .formatted(image.registry()),
          e);
    }
  }

  private Problem.Invalid invalid(String why, String remedy) {
    return new Problem.Invalid("Cannot use %s: %s.".formatted(image, why), remedy);
  }

  /** Some of what a stranger wrote, for a message. */
  private static String printable(String text) {
    return text.substring(0, Math.min(text.length(), 80)).replaceAll("[^ -~]", "?");
  }
}
