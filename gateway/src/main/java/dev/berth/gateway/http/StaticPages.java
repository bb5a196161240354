package dev.berth.gateway.http;

import dev.berth.base.Problem;
import dev.berth.gateway.statics.ContentTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** The files of the workspace's own page, read once and kept with their compressed form. */
public final class StaticPages {
  /**
   * A file as it is sent.
   *
   * @param forever whether its name changes with its content, as esbuild names what it makes
   */
  record Page(String type, String etag, boolean forever, Bytes plain, Optional<Bytes> gzip) {}

  /** Reads one file by its name; empty where there is none. */
  private interface Source {
    Optional<InputStream> open(String name) throws IOException;
  }

  /** Plain names only: no dot first, so neither ".." nor hidden files. */
  private static final Pattern NAME =
      Pattern.compile(
          "([A-Za-z0-9_-][A-Za-z0-9._-]{0,127}/){0,8}[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

  private static final Pattern HASHED = Pattern.compile(".*-[A-Z0-9]{8}\\.[a-z]+");

  /** The IDE's page has some dozen files; each is read from disk once. */
  private static final int MOST = 2000;

  private final Source source;
  private final Map<String, Page> read = new ConcurrentHashMap<>();

  private StaticPages(Source source) {
    this.source = source;
  }

  /** The files of a folder. */
  public static StaticPages folder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new Problem.Invalid(
          "The folder %s of the workspace's pages is not there.".formatted(folder),
          "Build the dashboard, or set another folder.");
    }
    return new StaticPages(name -> {
      var file = folder.resolve(name);
      return Files.isRegularFile(file) ? Optional.of(Files.newInputStream(file)) : Optional.empty();
    });
  }

  /** The files below {@code prefix} ("pages/workspace") of a class loader. */
  public static StaticPages resources(ClassLoader loader, String prefix) {
    return new StaticPages(
        name -> Optional.ofNullable(loader.getResourceAsStream(prefix + "/" + name)));
  }

  /** The file of a request's path; that of "/" is index.html. */
  Optional<Page> find(String path) {
    var name = path.equals("/") ? "index.html" : path.substring(1);
    var known = read.get(name);
    if (known != null) return Optional.of(known);
    if (!NAME.matcher(name).matches() || read.size() >= MOST) return Optional.empty();
    try (var in = source.open(name).orElse(null)) {
      if (in == null) return Optional.empty();
      var page = page(name, in.readAllBytes());
      read.put(name, page);
      return Optional.of(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Page page(String name, byte[] plain) throws IOException {
    return new Page(
        ContentTypes.of(name),
        etag(plain),
        HASHED.matcher(name).matches(),
        Bytes.of(plain),
        gzip(plain));
  }

  private static Optional<Bytes> gzip(byte[] plain) throws IOException {
    var bytes = new ByteArrayOutputStream(plain.length / 3 + 64);
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    }
    return bytes.size() < plain.length * 9 / 10
        ? Optional.of(Bytes.of(bytes.toByteArray()))
        : Optional.empty();
  }

  private static String etag(byte[] plain) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(plain);
      return "\"" + HexFormat.of().formatHex(hash, 0, 12) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }
}
