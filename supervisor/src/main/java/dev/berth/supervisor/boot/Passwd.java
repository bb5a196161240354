package dev.berth.supervisor.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The accounts of an image, as its files passwd and group have them. An image's author wrote them.
 */
final class Passwd {
  private static final System.Logger LOG = System.getLogger(Passwd.class.getName());

  /** The kernel lets a process have more; no image has as many. */
  private static final int MOST_GROUPS = 256;

  private final Path root;

  private Passwd(Path root) {
    this.root = root;
  }

  /** Those of the image under {@code root}; read anew by each call. */
  static Passwd of(Path root) {
    return new Passwd(root);
  }

  /** An account. Its home is absolute. */
  record Line(String name, String id, String group, String home) {}

  /** By name, or by number. */
  Optional<Line> named(String asked) {
    int column = asked.matches("[0-9]{1,9}") ? 2 : 0;
    return find(passwd(), column, asked);
  }

  Optional<Line> numbered(int id) {
    return find(passwd(), 2, Integer.toString(id));
  }

  /** The name of the group with that number. */
  Optional<String> group(int id) {
    return lines(group()).stream()
        .filter(line -> line.size() > 2 && line.get(2).equals(Integer.toString(id)))
        .map(List::getFirst)
        .findFirst();
  }

  /** The groups that name {@code account} as one of theirs. */
  List<Integer> groupsOf(String account) {
    return lines(group()).stream()
        .filter(line -> line.size() > 3 && List.of(line.get(3).split(",")).contains(account))
        .flatMap(line -> number(line.get(2)).stream())
        .limit(MOST_GROUPS)
        .toList();
  }

  /** Whether one of the file's lines begins with {@code name}. */
  static boolean has(Path file, String name) {
    return lines(file).stream().anyMatch(line -> line.getFirst().equals(name));
  }

  /**
   * Gives the account the number {@code id}, for its group too, and what it owns in its home with
   * it. Its own group is renumbered; one that it shares keeps its number, and it stays in it. The
   * line comes last: who is stopped before it does it all again.
   */
  void renumber(Line account, int id) throws IOException {
    var groupName = number(account.group()).flatMap(this::group);
    boolean own = groupName.equals(Optional.of(account.name())) && group(id).isEmpty();
    handOver(account, own, id);
    if (own) {
      rewrite(group(), account.name(), fields -> fields.set(2, Integer.toString(id)), false);
    } else {
      join(account);
      if (group(id).isEmpty()) add(group(), "%s-files:x:%d:".formatted(account.name(), id));
    }
    rewrite(
        passwd(),
        account.name(),
        fields -> {
          fields.set(2, Integer.toString(id));
          fields.set(3, Integer.toString(id));
        },
        true);
  }

  private void join(Line account) throws IOException {
    var shared = number(account.group()).flatMap(this::group);
    if (shared.isEmpty()) return;
    rewrite(
        group(),
        shared.get(),
        fields -> {
          while (fields.size() < 4) fields.add("");
          var members = new ArrayList<>(List.of(fields.get(3).split(",")));
          members.removeIf(String::isEmpty);
          if (!members.contains(account.name())) members.add(account.name());
          fields.set(3, String.join(",", members));
        },
        false);
  }

  private void handOver(Line account, boolean withGroup, int id) throws IOException {
    var home = root.resolve(account.home().substring(1));
    if (account.home().equals("/") || !Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)) return;
    var old = number(account.id()).orElse(-1);
    var oldGroup = withGroup ? number(account.group()).orElse(-1) : -1;
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            return visitFile(folder, attributes);
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            pass(file, "unix:uid", old, id);
            pass(file, "unix:gid", oldGroup, id);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void pass(Path file, String attribute, int from, int to) throws IOException {
    var now = Files.getAttribute(file, attribute, LinkOption.NOFOLLOW_LINKS);
    if (now instanceof Integer id && id == from) {
      Files.setAttribute(file, attribute, to, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private interface Change {
    void of(List<String> fields);
  }

  /**
   * The file with one line changed, at once and with the same rights.
   *
   * @param first whether the line comes before all others, as of two accounts with one number the
   *     first gives the name
   */
  private static void rewrite(Path file, String name, Change change, boolean first)
      throws IOException {
    var all = new ArrayList<String>();
    for (var line : lines(file)) {
      var fields = new ArrayList<>(line);
      boolean meant = fields.size() > 2 && fields.getFirst().equals(name);
      if (meant) change.of(fields);
      all.add(meant && first ? 0 : all.size(), String.join(":", fields));
    }
    var next = file.resolveSibling(file.getFileName() + ".berth");
    Files.write(next, all, StandardCharsets.ISO_8859_1);
    Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(file));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void add(Path file, String line) throws IOException {
    var lines =
        Stream.concat(
            lines(file).stream().map(fields -> String.join(":", fields)), Stream.of(line));
    Files.write(file, lines.toList(), StandardCharsets.ISO_8859_1);
  }

  private static Optional<Line> find(Path file, int column, String value) {
    return lines(file).stream()
        .filter(line -> line.size() > 3 && line.get(column).equals(value))
        .map(line -> new Line(line.get(0), line.get(2), line.get(3), home(line)))
        .findFirst();
  }

  private static String home(List<String> line) {
    var said = line.size() > 5 ? line.get(5) : "";
    var home = Path.of(said.indexOf('\0') < 0 ? said : "").normalize();
    return home.isAbsolute() ? home.toString() : "/home/" + line.getFirst().replace('/', '-');
  }

  private static Optional<Integer> number(String text) {
    return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private Path passwd() {
    return root.resolve("etc/passwd");
  }

  private Path group() {
    return root.resolve("etc/group");
  }

  private static List<List<String>> lines(Path file) {
    try {
      return Files.isRegularFile(file)
          ? Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
              .map(line -> List.of(line.split(":", -1)))
              .toList()
          : List.of();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot read " + file, e);
      return List.of();
    }
  }
}
