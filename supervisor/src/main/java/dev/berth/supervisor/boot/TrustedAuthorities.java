package dev.berth.supervisor.boot;

import dev.berth.base.Problem;
import dev.berth.base.trust.Authorities;
import dev.berth.base.trust.ProcessTrust;
import dev.berth.protocol.Notice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The installation's own authorities in an instance: in the files in which distributions keep what
 * is trusted, where a tool that makes these anew finds them, and in the environment for programs
 * that look elsewhere. What an image brings is a stranger's: no link of its leads us out of the
 * folders in which such files lie.
 *
 * @param env for the user's processes, unless the image or the user says another value
 * @param javaOptions for their Javas; empty for none
 * @param notices what could not be done, for the user to read
 */
public record TrustedAuthorities(
    Map<String, String> env, String javaOptions, List<Notice> notices) {
  /** An instance in which only its image's are trusted. */
  public static final TrustedAuthorities NONE = new TrustedAuthorities(Map.of(), "", List.of());

  /** Debian's, Alpine's and Arch's; Fedora's; openSUSE's; BSD's name, which several have, too. */
  private static final List<String> BUNDLES =
      List.of(
          "etc/ssl/certs/ca-certificates.crt",
          "etc/pki/tls/certs/ca-bundle.crt",
          "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
          "etc/ssl/ca-bundle.pem",
          "etc/ssl/cert.pem",
          "etc/pki/tls/cert.pem");

  /** Where such files really lie. */
  private static final List<String> PLACES = List.of("etc", "usr", "var/lib/ca-certificates");

  /** What update-ca-certificates and update-ca-trust read. */
  private static final List<Anchors> ANCHORS =
      List.of(
          new Anchors("usr/local/share/ca-certificates", ".crt"),
          new Anchors("etc/pki/ca-trust/source/anchors", ".pem"),
          new Anchors("etc/pki/trust/anchors", ".pem"));

  /** In memory where the first cannot be written. */
  private static final List<String> OWN = List.of("run/berth", "dev/shm/berth");

  /** Mozilla's has 250 KiB. */
  private static final int MOST_BYTES = 4 << 20;

  private static final System.Logger LOG = System.getLogger(TrustedAuthorities.class.getName());

  public TrustedAuthorities {
    env = Map.copyOf(env);
    notices = List.copyOf(notices);
  }

  private record Anchors(String folder, String end) {
    String name(int number) {
      return "berth-" + number + end;
    }

    boolean isOurs(String name) {
      return name.matches("berth-[0-9]{1,4}\\" + end);
    }
  }

  /**
   * Lets {@code pem} be trusted in the image under {@code root}, and nothing that was put there by
   * an earlier start. May be repeated.
   */
  public static TrustedAuthorities put(Path root, String pem) {
    try {
      return new Putting(root.toRealPath(), wanted(pem)).run();
    } catch (IOException | Problem e) {
      LOG.log(System.Logger.Level.WARNING, "authorities cannot be added", e);
      return new TrustedAuthorities(
          Map.of(),
          "",
          List.of(
              Notice.warning(
                  "What this installation trusts could not be added to this image (%s): certificates of its private authorities are not trusted here."
                      .formatted(words(e)))));
    }
  }

  private static Authorities wanted(String pem) {
    return pem.isEmpty() ? Authorities.NONE : Authorities.in(pem, "the boot plan");
  }

  private static String words(Exception e) {
    return e instanceof Problem problem ? problem.what() : e.toString();
  }

  /** One start's work. */
  private static final class Putting {
    private final Path root;
    private final Authorities wanted;
    private final List<Notice> notices = new ArrayList<>();

    Putting(Path root, Authorities wanted) {
      this.root = root;
      this.wanted = wanted;
    }

    TrustedAuthorities run() throws IOException {
      var before = before();
      if (before.isEmpty() && wanted.isEmpty()) return NONE;
      var bundles = bundles();
      // What an image trusted by itself before us it trusts when we are gone.
      var ours = bundles.isEmpty() ? wanted : Authorities.NONE;
      for (var bundle : bundles) ours = ours.and(put(bundle, before));
      anchor(ours);
      if (wanted.isEmpty()) return new TrustedAuthorities(Map.of(), "", notices);
      return environment(bundles.stream().findFirst());
    }

    /** What an earlier start added. */
    private Authorities before() throws IOException {
      var before = Authorities.NONE;
      for (var anchors : ANCHORS) {
        var folder = folder(anchors);
        if (folder.isEmpty()) continue;
        for (var file : ours(anchors, folder.get())) {
          var text = read(file).orElse("");
          // Whoever wrote something else there wanted it to be gone.
          try {
            before = before.and(Authorities.in(text, file.toString()));
          } catch (Problem.Invalid e) {
            LOG.log(System.Logger.Level.INFO, "not ours any more: " + file, e);
          }
        }
      }
      return before;
    }

    // ---- the image's own files

    /** A file that programs read and what is in it, and its name where nothing is a link. */
    private record Bundle(Path named, Path real, CertificateBundle content) {}

    private List<Bundle> bundles() throws IOException {
      var found = new ArrayList<Bundle>();
      var seen = new HashSet<Path>();
      for (var name : BUNDLES) {
        var named = root.resolve(name);
        if (!Files.exists(named)) continue;
        var real = named.toRealPath();
        if (!seen.add(real)) continue;
        var text = lies(real) ? read(real) : Optional.<String>empty();
        if (text.isEmpty()) {
          notices.add(
              Notice.warning(
                  "%s leads to %s in this image, which is left as it is: programs that read it do not trust this installation's private authorities."
                      .formatted(inside(named), inside(real))));
          continue;
        }
        found.add(new Bundle(named, real, new CertificateBundle(text.get())));
      }
      return found;
    }

    private boolean lies(Path real) {
      return PLACES.stream().anyMatch(place -> real.startsWith(root.resolve(place)));
    }

    /** Those that are in it by us only. */
    private Authorities put(Bundle bundle, Authorities before) {
      var images = bundle.content().without(before);
      var ours = images.missing(wanted);
      var whole = images.with(wanted);
      if (!whole.equals(bundle.content())) {
        try {
          write(bundle.real(), whole.text().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
          notices.add(
              Notice.warning(
                  "%s of this image cannot be changed (%s): programs that read it do not trust this installation's private authorities."
                      .formatted(inside(bundle.named()), e)));
        }
      }
      return ours.isEmpty()
          ? Authorities.NONE
          : Authorities.in(String.join("", ours), "the boot plan");
    }

    // ---- what makes them anew

    private Optional<Path> folder(Anchors anchors) throws IOException {
      var folder = root.resolve(anchors.folder());
      if (!Files.isDirectory(folder)) return Optional.empty();
      var real = folder.toRealPath();
      return lies(real) ? Optional.of(real) : Optional.empty();
    }

    private static List<Path> ours(Anchors anchors, Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .filter(file -> anchors.isOurs(String.valueOf(file.getFileName())))
            .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
            .sorted()
            .toList();
      }
    }

    /** One file for each, since some of those tools take the first of a file only. */
    private void anchor(Authorities ours) {
      try {
        boolean any = false;
        for (var anchors : ANCHORS) {
          var folder = folder(anchors);
          if (folder.isEmpty()) continue;
          any = true;
          anchor(anchors, folder.get(), ours);
        }
        if (any || ours.isEmpty()) return;
        // An image without a bundle: whoever installs one there has them in it.
        var debians = ANCHORS.getFirst();
        Files.createDirectories(root.resolve(debians.folder()));
        var made = folder(debians);
        if (made.isPresent()) anchor(debians, made.get(), ours);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "authorities are not kept for tools", e);
        notices.add(
            Notice.warning(
                "This installation's private authorities are gone from this image's trusted ones when its update-ca-certificates runs (%s)."
                    .formatted(e)));
      }
    }

    private static void anchor(Anchors anchors, Path folder, Authorities ours) throws IOException {
      var pems = ours.pems();
      for (int i = 0; i < pems.size(); i++) {
        var file = folder.resolve(anchors.name(i + 1));
        var bytes = pems.get(i).getBytes(StandardCharsets.US_ASCII);
        if (!read(file).equals(Optional.of(pems.get(i)))) write(file, bytes);
      }
      for (var file : ours(anchors, folder)) {
        var name = String.valueOf(file.getFileName());
        int number = Integer.parseInt(name.replaceAll("[^0-9]", ""));
        if (number > pems.size()) Files.deleteIfExists(file);
      }
    }

    // ---- programs that look elsewhere

    private TrustedAuthorities environment(Optional<Bundle> bundle) throws IOException {
      var own = own();
      var extra = own.resolve("authorities.pem");
      write(extra, wanted.pem().getBytes(StandardCharsets.US_ASCII));
      var env = new HashMap<String, String>();
      env.put("NODE_EXTRA_CA_CERTS", inside(extra));

      // As it is now: it may be one that could not be changed.
      var images = bundle.map(Bundle::real).flatMap(Putting::text).map(CertificateBundle::new);
      boolean changed = images.filter(one -> one.missing(wanted).isEmpty()).isPresent();
      var whole =
          images
              .orElseGet(() -> new CertificateBundle(new Authorities(ProcessTrust.known()).pem()))
              .with(wanted);
      var all = own.resolve("all.pem");
      if (changed) {
        Files.deleteIfExists(all);
        all = bundle.orElseThrow().named();
      } else {
        write(all, whole.text().getBytes(StandardCharsets.ISO_8859_1));
        env.put("GIT_SSL_CAINFO", inside(all));
        env.put("CURL_CA_BUNDLE", inside(all));
      }
      env.put("SSL_CERT_FILE", inside(all));
      env.put("REQUESTS_CA_BUNDLE", inside(all));
      var store = own.resolve("authorities.jks");
      keepStore(store, own.resolve("authorities.of"), whole.text());
      var option = "-Djavax.net.ssl.trustStore=" + inside(store);
      return new TrustedAuthorities(env, option, notices);
    }

    /** To read a bundle's certificates takes a fifth of a second, so it is done once for each. */
    private static void keepStore(Path store, Path of, String bundle) throws IOException {
      var digest = digest(bundle);
      if (Files.exists(store) && read(of).equals(Optional.of(digest))) return;
      Files.deleteIfExists(of);
      var known = Authorities.readable(bundle);
      write(store, ProcessTrust.store(known.certificates().stream()));
      write(of, digest.getBytes(StandardCharsets.US_ASCII));
    }

    private static String digest(String text) {
      try {
        var digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.ISO_8859_1)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    private static Optional<String> text(Path file) {
      try {
        return read(file);
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    /** A folder that only root may write and all may read. */
    private Path own() throws IOException {
      var failures = new IOException("no folder of %s can be written".formatted(OWN));
      for (var name : OWN) {
        var folder = root.resolve(name);
        try {
          if (Files.isSymbolicLink(folder)) Files.delete(folder);
          Files.createDirectories(folder);
          if (!folder.toRealPath().equals(folder)) continue; // a link above it
          var trust = folder.resolve("trust");
          if (!Files.isDirectory(trust, LinkOption.NOFOLLOW_LINKS)) Files.deleteIfExists(trust);
          Files.createDirectories(trust);
          Files.setAttribute(trust, "unix:uid", 0);
          Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
          Files.setPosixFilePermissions(trust, PosixFilePermissions.fromString("rwxr-xr-x"));
          return trust;
        } catch (IOException e) {
          failures.addSuppressed(e);
        }
      }
      throw failures;
    }

    private String inside(Path file) {
      return "/" + root.relativize(file);
    }

    /** Empty for what is no plain file, or larger than such a file is. */
    private static Optional<String> read(Path file) throws IOException {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
      try (var stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        var bytes = stream.readNBytes(MOST_BYTES + 1);
        return bytes.length > MOST_BYTES
            ? Optional.empty()
            : Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
      }
    }

    /** Whole, in the place of what has the name, and never through a link. */
    private static void write(Path file, byte[] bytes) throws IOException {
      var next = file.resolveSibling(".berth-trust.new");
      Files.deleteIfExists(next);
      Files.write(next, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
