package dev.berth.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The files of one single-page application, all in memory: they are less than 1 MB together. */
public final class Pages {
  /** Where the dashboard's files lie in the jar. */
  public static final String SITE = "dev/berth/dashboard/site/";

  /** Where the files of a workspace's terminal page lie in the jar. */
  public static final String WORKSPACE = "dev/berth/dashboard/workspace/";

  private final Map<String, Page> byPath;
  private final Map<String, String> headers;

  private Pages(Map<String, Page> byPath, String styles) {
    this.byPath = byPath;
    this.headers =
        Map.of(
            // Nothing but our own files and our own API; no frames, no forms, no inline script.
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src %s; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                .formatted(styles),
            "X-Content-Type-Options",
            "nosniff",
            // "same-origin" and not "no-referrer", with which some requests say "Origin: null".
            "Referrer-Policy",
            "same-origin",
            // Else a workspace's page that opened us could navigate us to "#<context URL>".
            "Cross-Origin-Opener-Policy",
            "same-origin");
  }

  /** The dashboard: {@code /} and {@code /assets/}. */
  public static Pages site() {
    return new Pages(load(SITE, "/"), "'self'");
  }

  /**
   * A workspace's start page and terminals: {@code /} and {@code /_berth/page/assets/}, since the
   * rest of its host is its editor's. The terminal emulator makes style elements while it runs.
   */
  public static Pages workspace() {
    return new Pages(load(WORKSPACE, "/_berth/page/"), "'self' 'unsafe-inline'");
  }

  /** The file at a request's path, which is compared whole; {@code /} is the page itself. */
  public Optional<Page> find(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  /** All paths that {@link #find} knows. */
  public List<String> paths() {
    return byPath.keySet().stream().sorted().toList();
  }

  /** What every answer with one of these files must carry. */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * One file.
   *
   * @param hashed whether its path changes with its content, so that it may be kept for ever
   * @param body not to be changed
   * @param gzip the same, compressed, for who accepts it; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and copied by nobody
  public record Page(String path, String contentType, boolean hashed, byte[] body, byte[] gzip) {

    /** For a year, which is as long as a cache keeps anything; the page itself is asked for. */
    public String cacheControl() {
      return hashed ? "public, max-age=31536000, immutable" : "no-cache";
    }
  }

  private static Map<String, Page> load(String root, String base) {
    return new String(read(root + "files.txt"), StandardCharsets.UTF_8)
        .lines()
        .map(file -> page(root, base, file))
        .collect(Collectors.toUnmodifiableMap(Page::path, Function.identity()));
  }

  private static Page page(String root, String base, String file) {
    return new Page(
        file.equals("index.html") ? "/" : base + file,
        contentType(file),
        file.matches(".*-[A-Z0-9]{8}\\.[a-z]+"), // as esbuild names what it makes
        read(root + file),
        read(root + file + ".gz"));
  }

  private static String contentType(String file) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      case "txt" -> "text/plain; charset=utf-8";
      default -> throw new IllegalStateException("no content type is known for " + file);
    };
  }

  private static byte[] read(String resource) {
    try (InputStream in = Pages.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) throw new IllegalStateException("the jar lacks " + resource);
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
