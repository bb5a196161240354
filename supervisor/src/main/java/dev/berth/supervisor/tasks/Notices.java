package dev.berth.supervisor.tasks;

import dev.berth.protocol.Notice;
import java.util.List;

/** What the user is to read before anything else in a terminal. */
final class Notices {
  /** More than a screen of them nobody reads. */
  private static final int LINES_MAX = 40;

  private static final int LINE_CHARS_MAX = 500;

  private Notices() {}

  /** Dimmed lines. A notice may quote a repository: nothing in it moves the cursor. */
  static String head(List<Notice> notices) {
    var head = new StringBuilder();
    for (var notice : notices.subList(0, Math.min(notices.size(), LINES_MAX))) {
      var plain = notice.text().replaceAll("\\p{Cntrl}|[\\x80-\\x9f]", " ");
      head.append("\033[2m")
          .append(plain, 0, Math.min(plain.length(), LINE_CHARS_MAX))
          .append("\033[0m\r\n");
    }
    return head.toString();
  }
}
