package dev.berth.base.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The names that somebody probably meant. */
public final class NearName {
  /** A comparison costs the product of both lengths. */
  private static final int LONGEST = 80;

  private static final int MOST_COMPARED = 5000; // some 10 ms

  private record Near(String name, int changes) {}

  private NearName() {}

  /** The known name with the fewest changed letters, at most a third of them; else empty. */
  public static Optional<String> of(String written, Collection<String> known) {
    return of(written, known, 1).stream().findFirst();
  }

  /** The nearest known names, nearest first. */
  public static List<String> of(String written, Collection<String> known, int most) {
    if (written.length() > LONGEST) return List.of();
    return known.stream()
        .filter(name -> name.length() <= LONGEST)
        .limit(MOST_COMPARED)
        .map(name -> new Near(name, changes(lower(written), lower(name))))
        .filter(near -> near.changes <= Math.max(1, near.name.length() / 3))
        .sorted(Comparator.comparingInt(Near::changes))
        .limit(most)
        .map(Near::name)
        .toList();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Letters to add, drop, change or swap with the next (optimal string alignment). */
  private static int changes(String from, String to) {
    var rows = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) rows[i][0] = i;
    for (int j = 0; j <= to.length(); j++) rows[0][j] = j;
    for (int i = 1; i <= from.length(); i++) {
      for (int j = 1; j <= to.length(); j++) {
        int other = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        int least = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1);
        least = Math.min(least, rows[i - 1][j - 1] + other);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          least = Math.min(least, rows[i - 2][j - 2] + 1);
        }
        rows[i][j] = least;
      }
    }
    return rows[from.length()][to.length()];
  }
}
