package dev.berth.supervisor.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The names under which the supervisor's tree is found: a login shell sets its PATH anew, but every
 * PATH has /usr/bin.
 */
public final class CommandLinks {
  /** Where the commands lie. */
  public static final String FOLDER = "/.supervisor/bin";

  /** What git runs when a host wants a login. */
  public static final String GIT_HELPER = FOLDER + "/gp credential-helper";

  private static final System.Logger LOG = System.getLogger(CommandLinks.class.getName());

  private CommandLinks() {}

  /** Makes them in the image under {@code root}; what the image has under a name stays. */
  public static void make(Path root) {
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
}
