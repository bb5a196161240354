package dev.berth.supervisor.boot;

import dev.berth.supervisor.process.Identity;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The account of the image that the user's processes run as: gitpod, 33333 (gitpod-classic 7.6).
 *
 * @param home exists, and is the user's
 * @param notices what could not be made as it should be, for the user to read
 */
public record Account(Identity identity, Path home, List<String> notices) {
  public static final String NAME = "gitpod";
  public static final int ID = 33333;

  private static final System.Logger LOG = System.getLogger(Account.class.getName());

  public Account {
    notices = List.copyOf(notices);
  }

  /**
   * Adds to the image under {@code root} what is missing: lines of passwd, group and shadow, the
   * home with the image's skeleton in it, the right to sudo. May be repeated. What cannot be added,
   * for example to a read-only file, becomes a notice: the processes then run as 33333 all the
   * same.
   */
  public static Account ensure(Path root) {
    var notices = new ArrayList<String>();
    var etc = root.resolve("etc");
    var passwd = lines(etc.resolve("passwd"));
    var named = find(passwd, 0, NAME);
    var numbered = find(passwd, 2, Integer.toString(ID));
    var home = numbered.map(line -> line.get(5)).filter(path -> path.startsWith("/"));
    var homeInside = Path.of(home.orElse("/home/" + NAME));
    try {
      if (numbered.isPresent() && !numbered.get().getFirst().equals(NAME)) {
        notices.add(
            "User id %d belongs to %s in this image; your processes run as that user. Build the image with user %s as %d."
                .formatted(ID, numbered.get().getFirst(), NAME, ID));
      } else if (named.isPresent() && numbered.isEmpty()) {
        notices.add(
            "User %s has id %s in this image; your processes run as %d all the same. Build the image with user %s as %d."
                .formatted(NAME, named.get().get(2), ID, NAME, ID));
      } else if (numbered.isEmpty()) {
        var shell = Files.exists(root.resolve("bin/bash")) ? "/bin/bash" : "/bin/sh";
        append(
            etc.resolve("passwd"), "%s:x:%d:%d::%s:%s".formatted(NAME, ID, ID, homeInside, shell));
      }
      if (find(lines(etc.resolve("group")), 2, Integer.toString(ID)).isEmpty()) {
        append(etc.resolve("group"), "%s:x:%d:".formatted(NAME, ID));
      }
      var shadow = etc.resolve("shadow");
      // A star: no password opens it, and sudo does not call the account locked.
      if (Files.exists(shadow) && find(lines(shadow), 0, NAME).isEmpty()) {
        append(shadow, NAME + ":*:20000:0:99999:7:::");
      }
      makeHome(root, root.resolve(homeInside.toString().substring(1)));
      allowSudo(root);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the account cannot be made", e);
      notices.add(
          "The account %s cannot be made in this image (%s); your processes run as %d all the same. Build the image with user %s as %d."
              .formatted(NAME, e, ID, NAME, ID));
    }
    return new Account(new Identity(ID, ID, groups(etc)), homeInside, notices);
  }

  private static void makeHome(Path root, Path home) throws IOException {
    if (!Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(home);
      var skeleton = root.resolve("etc/skel");
      if (Files.isDirectory(skeleton)) copy(skeleton, home);
    }
    if (Files.getAttribute(home, "unix:uid") instanceof Integer uid && uid == 0) own(home);
  }

  /** An image's own folder, so not hostile, and small; links are copied as links. */
  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            var target = to.resolve(from.relativize(folder).toString());
            Files.createDirectories(target);
            own(target);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            var target = to.resolve(from.relativize(file).toString());
            Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
            own(target);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Makes {@code path} itself, not what it may link to, the user's. */
  public static void own(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", ID, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", ID, LinkOption.NOFOLLOW_LINKS);
  }

  private static void allowSudo(Path root) throws IOException {
    var folder = root.resolve("etc/sudoers.d");
    var file = folder.resolve("90-berth");
    if (!Files.isDirectory(folder) || Files.exists(file)) return;
    Files.writeString(file, NAME + " ALL=(ALL) NOPASSWD:ALL\n");
    Files.setAttribute(file, "unix:mode", 0440);
  }

  private static List<Integer> groups(Path etc) {
    return lines(etc.resolve("group")).stream()
        .filter(line -> line.size() > 3 && List.of(line.get(3).split(",")).contains(NAME))
        .flatMap(line -> number(line.get(2)).stream())
        .limit(256)
        .toList();
  }

  private static Optional<Integer> number(String text) {
    return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private static Optional<List<String>> find(List<List<String>> lines, int column, String value) {
    return lines.stream()
        .filter(line -> line.size() > column && line.get(column).equals(value))
        .map(line -> line.size() < 7 ? pad(line) : line)
        .findFirst();
  }

  private static List<String> pad(List<String> line) {
    var padded = new ArrayList<>(line);
    while (padded.size() < 7) padded.add("");
    return padded;
  }

  private static List<List<String>> lines(Path file) {
    try {
      return Files.isRegularFile(file)
          ? Files.readAllLines(file, java.nio.charset.StandardCharsets.ISO_8859_1).stream()
              .map(line -> List.of(line.split(":", -1)))
              .toList()
          : List.of();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot read " + file, e);
      return List.of();
    }
  }

  private static void append(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    var before = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    var gap = before.length > 0 && before[before.length - 1] != '\n' ? "\n" : "";
    Files.writeString(
        file, gap + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
