package dev.berth.cli;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A repository whose newest commit is a working copy as it is: with what is not committed, without
 * what {@code .gitignore} leaves out, and with its history. It shares the objects of the working
 * copy's own repository, in which nothing is written. Closing it deletes it.
 */
final class WorkingCommit implements AutoCloseable {
  /** What a killed command left behind is of no use after that. */
  private static final Duration LEFT_BEHIND = Duration.ofHours(24);

  private final Path folder;
  private final Path repository;
  private final Thread onInterrupt = Thread.ofPlatform().unstarted(this::delete);

  private WorkingCommit(Path folder, Path repository) {
    this.folder = folder;
    this.repository = repository;
  }

  /** Where it can be opened. */
  String url() {
    return repository.toUri().toString().replaceFirst("/$", "");
  }

  /**
   * Makes one of {@code place}.
   *
   * @param trials where such are kept
   */
  static WorkingCommit of(Path place, Path trials) throws InterruptedException {
    var name = String.valueOf(place.getFileName()).replaceAll("[^A-Za-z0-9._-]", "-");
    var random = new byte[16];
    new SecureRandom().nextBytes(random);
    var folder = trials.resolve("trial-" + HexFormat.of().formatHex(random));
    var made = new WorkingCommit(folder, folder.resolve(name.startsWith(".") ? "_" + name : name));
    Runtime.getRuntime().addShutdownHook(made.onInterrupt);
    try {
      Files.createDirectories(folder);
      deleteOld(trials);
      made.fill(place);
      return made;
    } catch (IOException e) {
      made.close();
      throw new Problem.Unavailable(
          "The working copy cannot be copied to %s: %s.".formatted(folder, e.getMessage()),
          "Run as the user that runs `berth up`, usually root.",
          e);
    } catch (RuntimeException | InterruptedException e) {
      made.close();
      throw e;
    }
  }

  private void fill(Path place) throws IOException, InterruptedException {
    run(Command.of("git", "init", "--quiet", "--bare", repository.toString()));
    var own = own(place);
    if (own.isPresent()) share(own.get());
    var head = own.isPresent() ? ask(place, "rev-parse", "--verify", "--quiet", "HEAD") : none();
    if (head.isPresent()) in(place, "read-tree", head.get());
    in(place, "add", "--all", "--", ".");
    var tree = in(place, "write-tree");
    var commit =
        head.isPresent()
            ? in(place, "commit-tree", tree, "-m", "The working copy", "-p", head.get())
            : in(place, "commit-tree", tree, "-m", "The working copy");
    var branch =
        own.isPresent() ? ask(place, "symbolic-ref", "--short", "--quiet", "HEAD") : none();
    var ref = "refs/heads/" + branch.orElse("main");
    in(place, "update-ref", ref, commit);
    in(place, "symbolic-ref", "HEAD", ref);
    if (Files.exists(repository.resolve("objects/info/alternates"))) {
      in(place, "repack", "-a", "-d", "--quiet"); // what was borrowed lies where nobody may look
      Files.delete(repository.resolve("objects/info/alternates"));
    }
    Files.deleteIfExists(repository.resolve("index"));
    readable();
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  /** The git folder of a working copy's repository; empty where {@code place} is in none. */
  private static Optional<Path> own(Path place) throws InterruptedException {
    var top = ask(place, "rev-parse", "--show-toplevel");
    if (top.isEmpty()) return Optional.empty();
    if (!isSame(Path.of(top.get()), place)) {
      throw new Problem.Invalid(
          "%s is a part of the repository %s.".formatted(place, top.get()),
          "Name the repository's own folder.");
    }
    return ask(place, "rev-parse", "--path-format=absolute", "--git-common-dir").map(Path::of);
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException _) {
      return false;
    }
  }

  /** By hard links, so that a large history costs nothing; by copies on another file system. */
  private void share(Path own) throws IOException {
    var from = own.resolve("objects");
    var into = repository.resolve("objects");
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(into.resolve(from.relativize(path).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              link(path, into.resolve(from.relativize(path).toString()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    for (var name : new String[] {"shallow", "info/exclude"}) {
      var file = own.resolve(name);
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) continue;
      Files.deleteIfExists(repository.resolve(name));
      Files.copy(file, repository.resolve(name));
    }
  }

  private static void link(Path from, Path to) throws IOException {
    try {
      // Git never writes into an object: its files are made whole and renamed.
      if (from.getFileName().toString().equals("alternates")) Files.copy(from, to);
      else Files.createLink(to, from);
    } catch (FileAlreadyExistsException _) {
      return; // a folder of git's own making
    } catch (IOException | UnsupportedOperationException _) {
      Files.copy(from, to);
    }
  }

  /** The workspace's user clones it. */
  private void readable() throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private String in(Path place, String... arguments) throws InterruptedException {
    var argv = new String[arguments.length + 5];
    argv[0] = "git";
    argv[1] = "-c";
    argv[2] = "user.name=Berth";
    argv[3] = "-c";
    argv[4] = "user.email=berth@localhost";
    System.arraycopy(arguments, 0, argv, 5, arguments.length);
    return run(
        Command.of(argv)
            .with("GIT_DIR", repository.toString())
            .with("GIT_WORK_TREE", place.toString())
            .in(place));
  }

  private static String run(Command command) throws InterruptedException {
    return command
        .within(Duration.ofMinutes(10)) // a working copy of gigabytes on a slow disk
        .orProblem("Look at what git says of the folder.")
        .text()
        .strip();
  }

  /** What the working copy's own repository says; somebody else's is asked nothing but this. */
  private static Optional<String> ask(Path place, String... arguments) throws InterruptedException {
    var argv = new String[arguments.length + 5];
    argv[0] = "git";
    argv[1] = "-c";
    argv[2] = "safe.directory=*";
    argv[3] = "-C";
    argv[4] = place.toString();
    System.arraycopy(arguments, 0, argv, 5, arguments.length);
    var outcome = Command.of(argv).run();
    return outcome.ok() ? Optional.of(outcome.text().strip()) : Optional.empty();
  }

  private static void deleteOld(Path trials) throws IOException {
    var before = FileTime.from(Instant.now().minus(LEFT_BEHIND));
    try (var all = Files.newDirectoryStream(trials, "trial-*")) {
      for (var each : all) {
        if (Files.getLastModifiedTime(each).compareTo(before) < 0) delete(each);
      }
    }
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(onInterrupt);
    } catch (IllegalStateException _) {
      // The command was interrupted, and the hook does the same.
    }
  }

  private void delete() {
    try {
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) return;
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(path);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
              throws IOException {
            Files.delete(path);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
