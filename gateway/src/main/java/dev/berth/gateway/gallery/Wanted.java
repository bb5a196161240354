package dev.berth.gateway.gallery;

import dev.berth.base.Problem;
import dev.berth.base.http.Request;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Something of the registry that is asked for: what may not be asked is no Wanted. Nothing of who
 * asks is in it, so the registry learns nothing of him, and an answer is everybody's.
 *
 * @param target path and query, as the registry is asked
 * @param question the body of a POST; empty for a GET
 */
record Wanted(String target, Optional<String> question, Kind kind) {
  /** How long an answer holds. */
  enum Kind {
    /** What changes: searches, lists of versions. three days let a weekend pass. */
    LISTING(Duration.ofMinutes(5), Duration.ofDays(3)),
    /**
     * A file of one version, which is never another one; asked for again after a day all the same,
     * for a version may be withdrawn because it does harm.
     */
    FILE(Duration.ofDays(1), Duration.ofDays(30));

    /** Within it a copy is as good as the registry's own answer. */
    final Duration fresh;

    /** Within it a copy is better than none. */
    final Duration kept;

    Kind(Duration fresh, Duration kept) {
      this.fresh = fresh;
      this.kept = kept;
    }
  }

  private static final int LONGEST = 2048;

  /** What RFC 3986 lets stand in a path. */
  private static final Pattern PATH =
      Pattern.compile("/(?:vscode|api)/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*");

  private static final Pattern FILES =
      Pattern.compile(
          "/vscode/(?:asset|unpkg)/[^/]+/[^/]+/[0-9][^/]*/.+"
              + "|/vscode/gallery/publishers/[^/]+/vsextensions/[^/]+/[0-9][^/]*/vspackage"
              + "|/api/[^/]+/[^/]+(?:/[^/]+)?/[0-9][^/]*/file/.+");

  /** The questions that have a body; all others of the registry's POSTs change something. */
  private static final Set<String> QUESTIONS =
      Set.of("/vscode/gallery/extensionquery", "/api/-/query");

  /**
   * What {@code request} wants.
   *
   * @param path of the registry's
   */
  static Wanted of(Request request, String path) {
    if (path.length() > LONGEST || !PATH.matcher(path).matches() || wanders(path)) {
      throw new Problem.Missing(
          "The registry of extensions has nothing at this path.",
          "Paths begin with /vscode/gallery/, /vscode/asset/ or /api/.");
    }
    var target = path + query(request);
    if (target.length() > LONGEST) {
      throw new Problem.Invalid("The address is too long.", "Ask for less at once.");
    }
    var method = request.method();
    if (method.equals("GET") || method.equals("HEAD")) {
      var kind = FILES.matcher(path).matches() ? Kind.FILE : Kind.LISTING;
      return new Wanted(target, Optional.empty(), kind);
    }
    if (method.equals("POST") && QUESTIONS.contains(path)) {
      var question = new String(request.body(), StandardCharsets.UTF_8);
      return new Wanted(target, Optional.of(question), Kind.LISTING);
    }
    throw new Problem.Refused("Extensions are read here only.", "Publish at the registry itself.");
  }

  /** Whether some reader could take a segment for one above. */
  private static boolean wanders(String path) {
    var decoded = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    return path.contains("//")
        || Arrays.stream(decoded.split("[/\\\\]", -1))
            .anyMatch(segment -> segment.equals("..") || segment.equals("."))
        || decoded.chars().anyMatch(Character::isISOControl);
  }

  private static String query(Request request) {
    var words =
        request.query().entrySet().stream()
            .flatMap(entry -> entry.getValue().stream().map(value -> word(entry.getKey(), value)))
            .collect(Collectors.joining("&"));
    return words.isEmpty() ? "" : "?" + words;
  }

  private static String word(String name, String value) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "="
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** The name of its copy: 64 hexadecimal digits. */
  String key() {
    var all = new ByteArrayOutputStream();
    all.writeBytes(target.getBytes(StandardCharsets.UTF_8));
    all.write('\n'); // in no target
    question.ifPresent(words -> all.writeBytes(words.getBytes(StandardCharsets.UTF_8)));
    if (question.isPresent()) all.write('\n'); // an empty question is not a GET
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(all.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }
}
