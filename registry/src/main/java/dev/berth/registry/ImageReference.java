package dev.berth.registry;

import dev.berth.base.Problem;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which image is meant, with Docker's defaults filled in: {@code ubuntu} is {@code
 * docker.io/library/ubuntu:latest}.
 *
 * @param registry host and, where one was written, port: {@code ghcr.io}, {@code localhost:5000}
 * @param path the repository in it: {@code library/ubuntu}
 * @param tag what was written, or {@code latest}; empty where a digest alone was written
 * @param digest which content is meant, whatever the tag says by now
 */
public record ImageReference(
    String registry, String path, Optional<String> tag, Optional<Digest> digest) {
  private static final String DOCKER_HUB = "docker.io";

  /** Of host, path, tag and digest together; each of them has a smaller bound of its own. */
  private static final int LONGEST = 1024;

  /** What the distribution specification allows a name. */
  private static final int LONGEST_NAME = 255;

  private static final Pattern HOST =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
              + "|\\[[0-9a-f:]{2,39}]");
  private static final Pattern PATH_PART = Pattern.compile("[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SCHEME = Pattern.compile("([a-z][a-z+-]*)://.*");

  /**
   * The reference that {@code text} is, whole; {@link Problem.Invalid}, with a cure, where none.
   */
  public static ImageReference parse(String text) {
    refuseWhatIsNoReference(text);
    int at = text.indexOf('@');
    var digest = at < 0 ? Optional.<Digest>empty() : Optional.of(digest(text, at));
    var beforeDigest = at < 0 ? text : text.substring(0, at);

    int colon = beforeDigest.lastIndexOf(':');
    boolean tagged = colon > beforeDigest.lastIndexOf('/');
    var tag = tagged ? Optional.of(tag(text, beforeDigest.substring(colon + 1))) : defaultTag(at);
    return named(text, tagged ? beforeDigest.substring(0, colon) : beforeDigest, tag, digest);
  }

  /** The same image, but exactly this content of it. */
  public ImageReference at(Digest content) {
    return new ImageReference(registry, path, tag, Optional.of(content));
  }

  /** The whole reference, every default written out. */
  @Override
  public String toString() {
    return registry
        + "/"
        + path
        + tag.map(name -> ":" + name).orElse("")
        + digest.map(content -> "@" + content).orElse("");
  }

  private static void refuseWhatIsNoReference(String text) {
    if (text.isBlank()) {
      throw new Problem.Invalid(
          "The image's name is empty.", "Write one, such as ubuntu:24.04 or ghcr.io/owner/image.");
    }
    if (text.length() > LONGEST) {
      throw invalid(
          text,
          "it has %d characters, and at most %d are allowed".formatted(text.length(), LONGEST),
          "Shorten it.");
    }
    if (!text.equals(text.strip()) || text.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
      throw invalid(
          text,
          "it holds a space or a character that no image name has",
          "Write it in plain letters, digits and . _ - / : @ only.");
    }
    var scheme = SCHEME.matcher(text);
    if (scheme.matches()) {
      throw invalid(
          text,
          "an image is no URL",
          "Leave out %s:// and write %s."
              .formatted(scheme.group(1), Shown.cut(text.substring(scheme.end(1) + 3))));
    }
    if (IMAGE_ID.matcher(text).matches()) {
      throw invalid(
          text,
          "64 hex digits are the id of an image, which no registry knows",
          "Write name@sha256:... with the name of its repository.");
    }
  }

  private static Digest digest(String text, int at) {
    var written = text.substring(at + 1);
    if (!written.contains(":") && TAG.matcher(written).matches()) {
      throw invalid(
          text,
          "what stands behind @ is a digest, and %s is none".formatted(Shown.cut(written)),
          "Write :%s if you mean the tag.".formatted(Shown.cut(written)));
    }
    return Digest.parse(written);
  }

  private static Optional<String> defaultTag(int at) {
    return at < 0 ? Optional.of("latest") : Optional.empty();
  }

  private static String tag(String text, String tag) {
    if (TAG.matcher(tag).matches()) return tag;
    if (tag.isEmpty()) {
      throw invalid(text, "no tag stands behind the colon", "Write one, or leave out the colon.");
    }
    throw invalid(
        text,
        "%s is no tag".formatted(Shown.cut(tag)),
        "A tag has at most 128 letters, digits and _ . -, and begins with neither . nor -.");
  }

  private static ImageReference named(
      String text, String name, Optional<String> tag, Optional<Digest> digest) {
    int slash = name.indexOf('/');
    var first = slash < 0 ? "" : name.substring(0, slash);
    if (!isHost(first)) return onHub(text, name, tag, digest);
    var registry = registry(text, first);
    if (registry.equals(DOCKER_HUB)) return onHub(text, name.substring(slash + 1), tag, digest);
    return new ImageReference(registry, path(text, name.substring(slash + 1)), tag, digest);
  }

  private static ImageReference onHub(
      String text, String name, Optional<String> tag, Optional<Digest> digest) {
    var path = name.contains("/") ? name : "library/" + name;
    return new ImageReference(DOCKER_HUB, path(text, path), tag, digest);
  }

  /** Docker's rule: without a dot, a colon or the name localhost it is the hub's {@code owner/}. */
  private static boolean isHost(String first) {
    return first.equals("localhost")
        || first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || !first.equals(first.toLowerCase(Locale.ROOT));
  }

  private static String registry(String text, String written) {
    var lower = written.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    boolean withPort = colon > lower.lastIndexOf(']');
    var host = withPort ? lower.substring(0, colon) : lower;
    if (host.length() > 253 || !HOST.matcher(host).matches()) {
      throw invalid(
          text,
          Shown.cut(host) + " is no host name",
          "Write the registry's host, such as ghcr.io.");
    }
    if (withPort && !isPort(lower.substring(colon + 1))) {
      throw invalid(
          text,
          Shown.cut(lower.substring(colon + 1)) + " is no port",
          "Write a number from 1 to 65535 behind the host, or leave out the colon.");
    }
    boolean hub = host.equals(DOCKER_HUB) || host.equals("index.docker.io");
    return hub && !withPort ? DOCKER_HUB : lower;
  }

  private static boolean isPort(String digits) {
    if (digits.isEmpty() || digits.length() > 5) return false;
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) return false;
    int port = Integer.parseInt(digits);
    return port >= 1 && port <= 65535;
  }

  private static String path(String text, String path) {
    if (path.length() > LONGEST_NAME) {
      throw invalid(
          text, "its name has more than %d characters".formatted(LONGEST_NAME), "Shorten it.");
    }
    for (var part : path.split("/", -1)) {
      if (PATH_PART.matcher(part).matches()) continue;
      var lower = part.toLowerCase(Locale.ROOT);
      if (PATH_PART.matcher(lower).matches()) {
        throw invalid(
            text,
            "the name of an image is in small letters",
            "Write %s instead of %s.".formatted(lower, part));
      }
      if (part.isEmpty()) {
        throw invalid(text, "a part of its name is empty", "Write one / between two names.");
      }
      throw invalid(
          text,
          Shown.cut(part) + " is no name",
          "A name has small letters and digits, with . _ - between them.");
    }
    return path;
  }

  private static Problem.Invalid invalid(String text, String why, String remedy) {
    return new Problem.Invalid("%s names no image: %s.".formatted(Shown.cut(text), why), remedy);
  }
}
