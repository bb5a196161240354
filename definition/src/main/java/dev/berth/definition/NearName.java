package dev.berth.definition;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The name that somebody probably meant. */
final class NearName {
  private NearName() {}

  /** The known name with the fewest changed letters, at most a third of them; else empty. */
  static Optional<String> of(String written, Collection<String> known) {
    if (written.length() > 40) return Optional.empty(); // no name of ours is half as long
    String best = "";
    int least = Integer.MAX_VALUE;
    for (var name : known) {
      int changes = changes(written.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (changes <= Math.max(1, name.length() / 3) && changes < least) {
        best = name;
        least = changes;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  /** Letters to add, drop, change or swap with the next (optimal string alignment). */
  private static int changes(String from, String to) {
    var rows = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) rows[i][0] = i;
    for (int j = 0; j <= to.length(); j++) rows[0][j] = j;
    for (int i = 1; i <= from.length(); i++) {
      for (int j = 1; j <= to.length(); j++) {
        int other = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        rows[i][j] =
            Math.min(Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1), rows[i - 1][j - 1] + other);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[from.length()][to.length()];
  }
}
