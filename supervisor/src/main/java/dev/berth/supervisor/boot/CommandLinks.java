package dev.berth.supervisor.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * The names under which the supervisor's tree is found, and what keeps a login shell from losing
 * the image's own PATH.
 */
public final class CommandLinks {
  /** Where the commands lie. */
  public static final String FOLDER = "/.supervisor/bin";

  /** What git runs when a host wants a login. */
  public static final String GIT_HELPER = FOLDER + "/gp credential-helper";

  private static final System.Logger LOG = System.getLogger(CommandLinks.class.getName());

  private CommandLinks() {}

  /** Has the PATH that processes of the user begin with. */
  static final String PATH_VARIABLE = "BERTH_PATH";

  /**
   * Read before all else there. Debian's and Alpine's profiles set PATH anew, so that what an image
   * says in its ENV would be found by programs and by no terminal; dev containers' own images bring
   * such a file of theirs.
   */
  private static final String PROFILE = "00-berth-path.sh";

  private static final String RESTORE =
      "# A login shell begins with the PATH that the image and the workspace say.\n"
          + "[ -z \"$%1$s\" ] || export PATH=\"$%1$s\"\n".formatted(PATH_VARIABLE);

  /** Makes them in the image under {@code root}; what the image has under a name stays. */
  public static void make(Path root) {
    restorePath(root);
    var folder =
        Optional.of(root.resolve("usr/bin")).filter(Files::isDirectory).orElse(root.resolve("bin"));
    for (var name : List.of("gp", "berth")) {
      var link = folder.resolve(name);
      if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) continue;
      try {
        Files.createSymbolicLink(link, Path.of(FOLDER, name));
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "no link " + link, e); // PATH has the folder too
      }
    }
  }

  private static void restorePath(Path root) {
    var folder = root.resolve("etc/profile.d");
    var file = folder.resolve(PROFILE);
    if (!Files.isDirectory(folder) || Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return;
    try {
      Files.writeString(file, RESTORE);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "login shells lose the image's PATH", e);
    }
  }
}
