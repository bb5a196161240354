package dev.berth.cli.definition;

import dev.berth.base.Problem;
import dev.berth.base.file.FolderTree;
import dev.berth.base.process.AtEnd;
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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A repository whose newest commit is a working copy as it is: with what is not committed, without
 * what {@code .gitignore} leaves out, and with its history. It shares the objects of the working
 * copy's own repository, in which nothing is written. Closing it deletes it.
 */
final class WorkingCommit implements AutoCloseable {
  /** What a killed command left behind is of no use after that. */
  private static final Duration LEFT_BEHIND = Duration.ofHours(24);

  static final String MESSAGE = "The working copy";

  /** Two million files, listed. */
  private static final int INDEX_BYTES_MAX = 256 << 20;

  private final Path folder;
  private final Path repository;
  private final AtEnd atEnd;

  private WorkingCommit(Path folder, Path repository) {
    this.folder = folder;
    this.repository = repository;
    this.atEnd = AtEnd.of(this::delete);
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
    var owner = OwnersGit.of(place);
    var own = own(owner);
    if (owner.isOurs()) {
      fillFromOurs(owner, own);
    } else {
      try (var copy = OwnersCopy.open(owner)) {
        in(place, "symbolic-ref", "HEAD", copy.into(repository, own.isPresent()));
      }
    }
    readable();
  }

  private void fillFromOurs(OwnersGit owner, Optional<Path> own)
      throws IOException, InterruptedException {
    var place = owner.place();
    if (own.isPresent()) share(own.get());
    var head = own.isPresent() ? owner.ask("rev-parse", "--verify", "--quiet", "HEAD") : none();
    if (head.isPresent()) in(place, "read-tree", head.get());
    add(place);
    var tree = in(place, "write-tree");
    var commit =
        head.isPresent()
            ? in(place, "commit-tree", tree, "-m", MESSAGE, "-p", head.get())
            : in(place, "commit-tree", tree, "-m", MESSAGE);
    var branch = own.isPresent() ? owner.ask("symbolic-ref", "--short", "--quiet", "HEAD") : none();
    var ref = "refs/heads/" + branch.orElse("main");
    in(place, "update-ref", ref, commit);
    in(place, "symbolic-ref", "HEAD", ref);
    if (Files.exists(repository.resolve("objects/info/alternates"))) {
      in(place, "repack", "-a", "-d", "--quiet"); // what was borrowed lies where nobody may look
      Files.delete(repository.resolve("objects/info/alternates"));
    }
    Files.deleteIfExists(repository.resolve("index"));
  }

  /**
   * Adds all files. In a repository of the index git would look for changes, and so run what that
   * repository's configuration names, whoever owns it; one that is new it only asks for its commit.
   */
  private void add(Path place) throws InterruptedException {
    var before = repositories(place);
    index(place, before.stream().map(entry -> "0 " + "0".repeat(40) + entry.substring(47)));
    in(place, "add", "--all", "--", ".");
    var found = repositories(place).stream().map(WorkingCommit::path).toList();
    index(
        place,
        before.stream()
            .filter(entry -> !found.contains(path(entry)))
            .filter(entry -> Files.isDirectory(place.resolve(path(entry)))));
  }

  /** The repositories in the index: mode 160000, commit, stage, a tab and the path. */
  private List<String> repositories(Path place) throws InterruptedException {
    var all = git(place, "ls-files", "--stage", "-z").printing(INDEX_BYTES_MAX);
    return Stream.of(run(all).split("\0")).filter(entry -> entry.startsWith("160000 ")).toList();
  }

  private static String path(String entry) {
    return entry.substring(entry.indexOf('\t') + 1);
  }

  private void index(Path place, Stream<String> entries) throws InterruptedException {
    var lines = entries.map(entry -> entry + "\0").collect(Collectors.joining());
    if (!lines.isEmpty()) run(git(place, "update-index", "-z", "--index-info").reading(lines));
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  /** The git folder of a working copy's repository; empty where its folder is in none. */
  private static Optional<Path> own(OwnersGit owner) throws IOException, InterruptedException {
    var place = owner.place();
    var top = owner.git(Map.of(), "rev-parse", "--show-toplevel").run();
    if (!top.ok()) {
      if (!Files.exists(place.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
      throw new Problem.Invalid(
          "%s is no repository that its owner could use: %s.".formatted(place, top.lastError()),
          "Let it belong to one user as a whole.");
    }
    if (!isSame(Path.of(top.text().strip()), place)) {
      throw new Problem.Invalid(
          "%s is a part of the repository %s.".formatted(place, top.text().strip()),
          "Name the repository's own folder.");
    }
    var common = owner.ask("rev-parse", "--path-format=absolute", "--git-common-dir");
    var folder = common.map(Path::of);
    if (folder.isPresent() && !owner.owns(folder.get())) {
      throw new Problem.Invalid(
          "The repository of %s is kept in %s, which is somebody else's."
              .formatted(place, folder.get()),
          "Try a clone of it.");
    }
    return folder;
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
      if (from.getFileName().toString().equals("alternates") || !isReadable(from)) {
        Files.copy(from, to);
      } else {
        Files.createLink(to, from);
      }
    } catch (FileAlreadyExistsException _) {
      return; // a folder of git's own making
    } catch (IOException | UnsupportedOperationException _) {
      Files.copy(from, to);
    }
  }

  private static boolean isReadable(Path file) throws IOException {
    return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
  }

  /**
   * The workspace's user clones it, whatever umask made its files. A linked one is the working
   * copy's own and can be read as it is. Nobody else comes here: the installation's folder is its
   * owner's alone.
   */
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

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (!isReadable(path)) {
              Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private String in(Path place, String... arguments) throws InterruptedException {
    return run(git(place, arguments)).strip();
  }

  private Command git(Path place, String... arguments) {
    var argv =
        new ArrayList<>(
            List.of("git", "-c", "user.name=Berth", "-c", "user.email=berth@localhost"));
    argv.addAll(List.of(arguments));
    return Command.of(argv)
        .with("GIT_DIR", repository.toString())
        .with("GIT_WORK_TREE", place.toString())
        .in(place);
  }

  private static String run(Command command) throws InterruptedException {
    return command
        .within(OwnersGit.LONGEST)
        .orProblem("Look at what git says of the folder.")
        .text();
  }

  private static void deleteOld(Path trials) throws IOException {
    var before = FileTime.from(Instant.now().minus(LEFT_BEHIND));
    try (var all = Files.newDirectoryStream(trials, "trial-*")) {
      for (var each : all) {
        if (Files.getLastModifiedTime(each).compareTo(before) < 0) {
          new FolderTree(each).remove();
        }
      }
    }
  }

  @Override
  public void close() {
    atEnd.close();
  }

  private void delete() {
    try {
      new FolderTree(folder).remove();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
