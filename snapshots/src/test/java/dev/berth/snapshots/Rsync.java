package dev.berth.snapshots;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What another program says of two trees. */
final class Rsync {
  private Rsync() {}

  /**
   * Each difference on a line: contents, rights, owners, times to the nanosecond, links,
   * attributes.
   */
  static String differences(Path one, Path other) throws Exception {
    var process =
        new ProcessBuilder(
                "rsync",
                "-aHXn",
                "--devices",
                "--specials",
                "--checksum",
                "--modify-window=-1",
                "--delete",
                "--itemize-changes",
                one + "/",
                other + "/")
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    int code = process.waitFor();
    return code == 0 ? said : said + "rsync ended with " + code;
  }
}
