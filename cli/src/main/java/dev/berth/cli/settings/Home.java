package dev.berth.cli.settings;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.text.Reason;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The folder of an installation: what lies where in it. Nobody but its owner may look inside.
 *
 * @param configuration its berth.yaml, which may lie elsewhere
 */
public record Home(Path folder, Path configuration) {
  private static final String DEFAULT = "/var/lib/berth";

  /** With its configuration in it. */
  public Home(Path folder) {
    this(folder, folder.resolve("berth.yaml"));
  }

  /**
   * What a running server tells the other commands.
   *
   * @param api where control's API is, on loopback
   * @param dashboard the installation's address, as browsers know it
   * @param gatewayHost where the gateway is reached from here
   * @param certificate the file of the certificate that the gateway shows; empty without TLS
   * @param tlsBefore whether that address is of something before the gateway that ends TLS
   */
  public record Server(
      long pid,
      String api,
      String dashboard,
      String gatewayHost,
      int gatewayPort,
      Optional<String> certificate,
      boolean tlsBefore,
      String version) {}

  /** The one that the environment names, or the usual one. */
  public static Home find() {
    var folder = named("BERTH_HOME").orElseGet(() -> Path.of(DEFAULT).toAbsolutePath());
    return named("BERTH_CONFIGURATION")
        .map(file -> new Home(folder, file))
        .orElseGet(() -> new Home(folder));
  }

  private static Optional<Path> named(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(text -> !text.isBlank())
        .map(text -> Path.of(text).toAbsolutePath());
  }

  /** Makes the folder where it is not there. */
  public void create() {
    var mine = PosixFilePermissions.fromString("rwx------");
    try {
      Files.createDirectories(folder);
      if (!Files.getPosixFilePermissions(folder).equals(mine)) shut(mine);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The folder %s cannot be made: %s.".formatted(folder, Reason.of(e)),
          "Run as root, or set BERTH_HOME to a folder that you may write.",
          e);
    }
  }

  /** A volume that is mounted into a container is root's, whoever may write there. */
  private void shut(Set<PosixFilePermission> mine) throws IOException {
    try {
      Files.setPosixFilePermissions(folder, mine);
    } catch (FileSystemException e) {
      if (!Files.isWritable(folder)) throw e;
    }
  }

  Path key() {
    return folder.resolve("secret.key");
  }

  public Path sshKeys() {
    return folder.resolve("ssh");
  }

  public Path token() {
    return folder.resolve("token");
  }

  public Path database() {
    return folder.resolve("database");
  }

  public Path images() {
    return folder.resolve("images");
  }

  public Path snapshots() {
    return folder.resolve("snapshots");
  }

  public Path instances() {
    return folder.resolve("instances");
  }

  /** Builds of Dockerfiles. */
  public Path builds() {
    return folder.resolve("builds");
  }

  public Path gitCache() {
    return folder.resolve("cache/git");
  }

  /** Copies of working copies that `berth validate --start` tries. */
  public Path trials() {
    return folder.resolve("trials");
  }

  /** What this installation's processes trust, where it has authorities of its own. */
  public Path trust() {
    return folder.resolve("trust");
  }

  /** Trees of browser editors, one folder each. */
  public Path editors() {
    return folder.resolve("editors");
  }

  /** Copies of what the registry of extensions has. */
  public Path galleryCache() {
    return folder.resolve("cache/extensions");
  }

  /** One that has ended stays listed until its parent has asked how. */
  private static boolean runs(ProcessHandle process) {
    try {
      var stat = Files.readString(Path.of("/proc/%d/stat".formatted(process.pid())));
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException e) {
      return process.isAlive();
    }
  }

  /** The server that runs with this folder, if one does. */
  public Optional<Server> server() {
    try {
      var server = Json.read(Files.readAllBytes(serverFile()), Server.class);
      var told = Files.getLastModifiedTime(serverFile()).toInstant();
      return ProcessHandle.of(server.pid())
          .filter(Home::runs)
          .filter(process -> began(process).isBefore(told))
          .map(_ -> server);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Problem.Refused(
          "%s cannot be read: %s.".formatted(serverFile(), Reason.of(e)),
          "Run as the user that runs `berth up`, usually root.");
    }
  }

  /** After a reboot another process may have the number: it began after the server told its own. */
  private static Instant began(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.MIN);
  }

  /** Tells the other commands that this process serves. */
  public void tell(Server server, String token) {
    write(token(), token.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    write(serverFile(), Json.bytes(server));
  }

  /** Takes back what {@link #tell} told. */
  public void untell() {
    try {
      Files.deleteIfExists(serverFile());
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "%s cannot be removed: %s.".formatted(serverFile(), Reason.of(e)),
          "Remove it by hand.",
          e);
    }
  }

  private Path serverFile() {
    return folder.resolve("server.json");
  }

  private static void write(Path file, byte[] content) {
    try {
      var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      var temporary = Files.createTempFile(file.getParent(), "write", ".new", mine);
      Files.write(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "%s cannot be written: %s.".formatted(file, Reason.of(e)),
          "Check that the disk is not full and that you may write there.",
          e);
    }
  }
}
