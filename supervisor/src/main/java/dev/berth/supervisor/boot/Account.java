package dev.berth.supervisor.boot;

import dev.berth.protocol.Notice;
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
 * The account of the image that the user's processes run as: gitpod, 33333 (gitpod-classic 7.6), or
 * one that a dev container names.
 *
 * @param home exists, and is the user's
 * @param notices what could not be made as it should be, for the user to read
 */
public record Account(String name, Identity identity, Path home, List<Notice> notices) {
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
   *
   * @param wanted another account of the image, by its name or number, with a group behind a colon
   *     or not. It gets 33333 for its number, and its home with it, since that is the owner of the
   *     workspace's files, as dev containers give it the number of who works on the machine. Root
   *     stays root
   */
  public static Account ensure(Path root, Optional<String> wanted) {
    var notices = new ArrayList<Notice>();
    var asked = wanted.map(text -> text.split(":", 2)[0]).filter(name -> !name.equals(NAME));
    if (asked.isPresent()) {
      var line = Passwd.of(root).named(asked.get());
      if (line.map(Passwd.Line::id).orElse(asked.get()).matches("0|root")) return root(root, line);
      if (line.isEmpty()) {
        notices.add(
            Notice.warning(
                "There is no user %s in this image; your processes run as %s. Name one that the image has as remoteUser."
                    .formatted(
                        asked.get(),
                        Passwd.of(root).numbered(ID).map(Passwd.Line::name).orElse(NAME))));
      } else {
        var taken = taken(root, line.get(), notices);
        if (taken.isPresent()) return taken.get();
      }
    }
    return usual(root, notices);
  }

  private static Account root(Path root, Optional<Passwd.Line> line) {
    var name = line.map(Passwd.Line::name).orElse("root");
    var home = Path.of(line.map(Passwd.Line::home).orElse("/root"));
    var notices = new ArrayList<Notice>();
    try {
      Files.createDirectories(root.resolve(home.toString().substring(1)));
    } catch (IOException e) {
      notices.add(
          Notice.warning("The home %s cannot be made in this image (%s).".formatted(home, e)));
    }
    return new Account(name, new Identity(0, 0, groups(root, name)), home, notices);
  }

  /** The account with our number; empty where it cannot have it. */
  private static Optional<Account> taken(Path root, Passwd.Line line, List<Notice> notices) {
    var passwd = Passwd.of(root);
    try {
      if (!line.id().equals(Integer.toString(ID))) {
        // One of our own making, in the default image or by an earlier start, gives way.
        var other = passwd.numbered(ID).filter(holder -> !holder.name().equals(NAME));
        if (other.isPresent()) {
          notices.add(
              Notice.warning(
                  "User id %d belongs to %s in this image, so your processes run as that user, not as %s. Build the image without %2$s."
                      .formatted(ID, other.get().name(), line.name())));
          return Optional.empty();
        }
        passwd.renumber(line, ID);
      }
      makeHome(root, root.resolve(line.home().substring(1)));
      allowSudo(root, line.name());
      var identity = new Identity(ID, ID, groups(root, line.name()));
      return Optional.of(new Account(line.name(), identity, Path.of(line.home()), notices));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the account cannot be taken", e);
      notices.add(
          Notice.warning(
              "Your processes cannot run as %s in this image (%s); they run as %s."
                  .formatted(line.name(), e, NAME)));
      return Optional.empty();
    }
  }

  private static Account usual(Path root, List<Notice> notices) {
    var etc = root.resolve("etc");
    var passwd = Passwd.of(root);
    var named = passwd.named(NAME);
    var numbered = passwd.numbered(ID);
    var home = Path.of(numbered.map(Passwd.Line::home).orElse("/home/" + NAME));
    var name = numbered.map(Passwd.Line::name).orElse(NAME);
    try {
      if (numbered.isPresent() && !name.equals(NAME) && notices.isEmpty()) {
        notices.add(
            Notice.warning(
                "User id %d belongs to %s in this image; your processes run as that user. Build the image with user %s as %d."
                    .formatted(ID, name, NAME, ID)));
      } else if (named.isPresent() && numbered.isEmpty()) {
        notices.add(
            Notice.warning(
                "User %s has id %s in this image; your processes run as %d all the same. Build the image with user %s as %d."
                    .formatted(NAME, named.get().id(), ID, NAME, ID)));
      } else if (numbered.isEmpty()) {
        var shell = Files.exists(root.resolve("bin/bash")) ? "/bin/bash" : "/bin/sh";
        append(etc.resolve("passwd"), "%s:x:%d:%d::%s:%s".formatted(NAME, ID, ID, home, shell));
      }
      if (passwd.group(ID).isEmpty()) {
        append(etc.resolve("group"), "%s:x:%d:".formatted(NAME, ID));
      }
      var shadow = etc.resolve("shadow");
      // A star: no password opens it, and sudo does not call the account locked.
      if (Files.exists(shadow) && !Passwd.has(shadow, name)) {
        append(shadow, name + ":*:20000:0:99999:7:::");
      }
      makeHome(root, root.resolve(home.toString().substring(1)));
      allowSudo(root, name);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the account cannot be made", e);
      notices.add(
          Notice.warning(
              "The account %s cannot be made in this image (%s); your processes run as %d all the same. Build the image with user %s as %d."
                  .formatted(NAME, e, ID, NAME, ID)));
    }
    return new Account(name, new Identity(ID, ID, groups(root, name)), home, notices);
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
    new Identity(ID, ID, List.of()).own(path);
  }

  private static void allowSudo(Path root, String name) throws IOException {
    var folder = root.resolve("etc/sudoers.d");
    var file = folder.resolve("90-berth");
    if (!Files.isDirectory(folder) || Files.exists(file)) return;
    Files.writeString(file, name + " ALL=(ALL) NOPASSWD:ALL\n");
    Files.setAttribute(file, "unix:mode", 0440);
  }

  private static List<Integer> groups(Path root, String name) {
    return Passwd.of(root).groupsOf(name);
  }

  private static void append(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    var before = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    var gap = before.length > 0 && before[before.length - 1] != '\n' ? "\n" : "";
    Files.writeString(
        file, gap + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
