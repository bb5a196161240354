package dev.berth.runtime.runc.build;

import dev.berth.base.Problem;
import dev.berth.definition.Feature;
import dev.berth.definition.devcontainer.FeatureMetadata;
import dev.berth.definition.devcontainer.LockFile;
import dev.berth.definition.reading.Findings;
import dev.berth.registry.Digest;
import dev.berth.runtime.runc.layers.SmallArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A feature as it was found.
 *
 * @param feature held to the build that a lock file names
 * @param files by their paths
 * @param content a hash of their names, contents and modes
 */
record FeatureFiles(
    Feature feature,
    FeatureMetadata metadata,
    Map<String, SmallArchive.File> files,
    String content) {
  /** The largest of those that everybody uses has 100 KiB; some bring a small program. */
  static final int MOST_BYTES = 8 << 20;

  private static final SmallArchive.Limits LIMITS = new SmallArchive.Limits(MOST_BYTES, 2_000);

  /** Reads its archive; {@link Problem.Invalid} where that is no feature's. */
  static FeatureFiles read(Feature feature, byte[] archive, Map<String, String> locked) {
    var name = name(feature);
    var files = new TreeMap<>(SmallArchive.read("the feature " + name, archive, LIMITS));
    var description = files.get(FeatureMetadata.FILE);
    if (description == null || !files.containsKey("install.sh")) {
      throw new Problem.Invalid(
          "%s is no feature: it has no %s."
              .formatted(name, description == null ? FeatureMetadata.FILE : "install.sh"),
          "Check the name.");
    }
    var findings = new Findings(FeatureMetadata.FILE);
    var metadata =
        FeatureMetadata.read(description.bytes(), findings)
            .orElseThrow(() ->
                new Problem.Invalid(
                    "The %s of %s cannot be read. %s"
                        .formatted(
                            FeatureMetadata.FILE,
                            name,
                            findings.inOrder().stream()
                                .map(finding -> finding.what())
                                .findFirst()
                                .orElse("")),
                    "Use another version of the feature."));
    var pinned = metadata.dependsOn().stream().map(one -> LockFile.pinned(one, locked)).toList();
    return new FeatureFiles(feature, metadata.dependingOn(pinned), files, content(files));
  }

  private static String content(TreeMap<String, SmallArchive.File> files) {
    var hash = Digest.of(new byte[0]).hasher();
    files.forEach((path, file) -> {
      for (var part :
          List.of(
              path.getBytes(StandardCharsets.UTF_8),
              file.bytes(),
              new byte[] {(byte) (file.executable() ? 1 : 0)})) {
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
        hash.update(part);
      }
    });
    return HexFormat.of().formatHex(hash.digest());
  }

  /** Of all its files. */
  long bytes() {
    return files.values().stream().mapToLong(file -> file.bytes().length).sum();
  }

  /** As a repository would write it. */
  static String name(Feature feature) {
    return switch (feature.place()) {
      case Feature.Place.Registry(_, _, var version) ->
          feature.place().id() + (version.startsWith("sha256:") ? "@" : ":") + version;
      case Feature.Place.Local local -> local.id();
      case Feature.Place.Archive archive -> archive.id();
    };
  }

  /** Writes them below {@code folder}, which is made, readable for everybody. */
  void write(Path folder) throws IOException {
    makeFolder(folder);
    for (var entry : files.entrySet()) {
      var file = folder.resolve(entry.getKey());
      var parent = folder;
      for (var part : folder.relativize(file.getParent())) {
        if (part.toString().isEmpty()) continue;
        parent = parent.resolve(part);
        makeFolder(parent);
      }
      Files.write(file, entry.getValue().bytes());
      var mode = entry.getValue().executable() ? "rwxr-xr-x" : "rw-r--r--";
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
  }

  static void makeFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
