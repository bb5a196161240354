package dev.berth.base.trust;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Has this process trust authorities beside those that its Java knows: by the settings that all of
 * Java reads, so that each client does that names no authorities of its own, whoever wrote it.
 */
public final class ProcessTrust {
  /** The name, in the folder, of the file that {@link #begin} returns. */
  public static final String BUNDLE = "authorities.pem";

  private static final String STORE_FILE = "authorities.jks";
  private static final String STORE = "javax.net.ssl.trustStore";

  /**
   * Where distributions keep what curl and git trust: Debian's and Alpine's, Fedora's, openSUSE's.
   */
  private static final List<String> BUNDLES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/ca-bundle.pem",
          "/etc/ssl/cert.pem");

  private ProcessTrust() {}

  /**
   * From now on; before the first TLS connection, and once in a process.
   *
   * @param folder gets the files that are read, and is made where it is missing
   * @return a file for programs that take what they trust as one: what this machine's do, and these
   */
  public static Path begin(Authorities authorities, Path folder) {
    try {
      Files.createDirectories(folder);
      var store = folder.resolve(STORE_FILE);
      write(store, store(Stream.concat(known().stream(), authorities.certificates().stream())));
      var bundle = folder.resolve(BUNDLE);
      write(bundle, (machines() + authorities.pem()).getBytes(StandardCharsets.ISO_8859_1));
      System.setProperty(STORE, store.toString());
      return bundle;
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "What is trusted cannot be written to %s: %s.".formatted(folder, Reason.of(e)),
          "See that it may be written, and that its disk is not full.",
          e);
    }
  }

  /** The same as the process that has begun with {@code folder}; nothing where none has. */
  public static void resume(Path folder) {
    var store = folder.resolve(STORE_FILE);
    if (Files.isReadable(store)) System.setProperty(STORE, store.toString());
  }

  /** Leaves nothing in {@code folder}, for who trusts no more than is usual. */
  public static void end(Path folder) {
    try {
      for (var file : files(folder)) Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "What was trusted cannot be removed from %s: %s.".formatted(folder, Reason.of(e)),
          "Remove it by hand.",
          e);
    }
  }

  /** What {@link #begin} writes into {@code folder}. */
  public static List<Path> files(Path folder) {
    return List.of(folder.resolve(STORE_FILE), folder.resolve(BUNDLE));
  }

  /** In the form that each Java reads, also an old one that is told nothing else of it. */
  public static byte[] store(Stream<X509Certificate> certificates) {
    try {
      var store = KeyStore.getInstance("JKS");
      store.load(null, null);
      var all = certificates.distinct().toList();
      for (int i = 0; i < all.size(); i++) store.setCertificateEntry("authority-" + i, all.get(i));
      var bytes = new ByteArrayOutputStream();
      store.store(bytes, "changeit".toCharArray()); // Java's usual word, of no secrecy
      return bytes.toByteArray();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("every Java writes certificates", e);
    }
  }

  /** Those that this process's Java knows. */
  public static List<X509Certificate> known() {
    try {
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init((KeyStore) null);
      return Arrays.stream(trust.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .flatMap(one -> Arrays.stream(((X509TrustManager) one).getAcceptedIssuers()))
          .toList();
    } catch (GeneralSecurityException e) {
      throw new Problem.Unavailable(
          "The certificates that Java trusts cannot be read: %s.".formatted(e.getMessage()),
          "Look at the file that -D%s names in BERTH_JAVA_OPTIONS, or at the JDK's own."
              .formatted(STORE),
          e);
    }
  }

  private static String machines() throws IOException {
    Optional<Path> found = BUNDLES.stream().map(Path::of).filter(Files::isReadable).findFirst();
    if (found.isEmpty()) return new Authorities(known()).pem();
    var text = Files.readString(found.get(), StandardCharsets.ISO_8859_1);
    return text.endsWith("\n") ? text : text + "\n";
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    var next = file.resolveSibling(file.getFileName() + ".new");
    Files.write(next, bytes);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
