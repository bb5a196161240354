package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.Feature.Place;
import dev.berth.definition.reading.Findings;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what names a feature: a registry's path, a folder of the repository or an archive. */
final class FeatureReference {
  private static final int MOST = 512;

  /**
   * As images are named; the first part must look like a host, for a feature names its registry.
   */
  private static final Pattern REGISTRY =
      Pattern.compile(
          "((?:[a-z0-9-]+\\.)+[a-z0-9-]+(?::[0-9]{1,5})?|localhost(?::[0-9]{1,5})?)((?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?");

  private static final Pattern OLD_RELEASE =
      Pattern.compile("[\\w.-]+/[\\w.-]+/[\\w.-]+(@[\\w.-]+)?");

  private final Findings findings;
  private final FilePaths paths;

  FeatureReference(Findings findings, FilePaths paths) {
    this.findings = findings;
    this.paths = paths;
  }

  Optional<Place> read(String text, dev.berth.definition.reading.Place at) {
    if (text.length() > MOST) return refused(text, at, "is longer than 512 characters");
    if (text.startsWith("./") || text.startsWith("../")) return local(text, at);
    if (text.startsWith("/")) return refused(text, at, "is a path outside the repository");
    if (text.startsWith("https://")) {
      return text.matches("https://[!-~&&[^\"'`\\\\]]+")
          ? Optional.of(new Place.Archive(text))
          : refused(text, at, "is no address");
    }
    if (text.startsWith("http://")) return refused(text, at, "comes unprotected");
    var reference = registry(text);
    if (reference.isPresent()) return reference;
    if (!text.contains("/")) {
      return refused(text, at, "is a short name of the first days that no registry stands behind");
    }
    return refused(
        text,
        at,
        OLD_RELEASE.matcher(text).matches()
            ? "is the older form that names a GitHub release"
            : "names no registry");
  }

  /** A feature of a registry, whose names know no capitals. */
  static Optional<Place> registry(String text) {
    int tag = text.lastIndexOf(':') > text.lastIndexOf('/') ? text.lastIndexOf(':') : text.length();
    var name = text.substring(0, tag).toLowerCase(Locale.ROOT) + text.substring(tag);
    var match = REGISTRY.matcher(name);
    if (!match.matches()) return Optional.empty();
    var version =
        Optional.ofNullable(match.group(4))
            .or(() -> Optional.ofNullable(match.group(3)))
            .orElse("latest");
    return Optional.of(new Place.Registry(match.group(1), match.group(2).substring(1), version));
  }

  private Optional<Place> local(String text, dev.berth.definition.reading.Place at) {
    var folder = paths.resolve(text, at);
    boolean below = paths.folder().equals(".") || (text.startsWith("./") && !text.contains(".."));
    if (folder.isPresent() && !below) {
      return refused(text, at, "lies outside the folder of this file");
    }
    return folder.map(Place.Local::new);
  }

  private Optional<Place> refused(String text, dev.berth.definition.reading.Place at, String why) {
    findings.error(
        at,
        "The feature %s %s; it is not installed.".formatted(Quoted.text(text), why),
        "Write it like \"ghcr.io/devcontainers/features/node:1\", or \"./folder\" for one of this repository.");
    return Optional.empty();
  }
}
