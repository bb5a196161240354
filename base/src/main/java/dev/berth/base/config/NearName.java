package dev.berth.base.config;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that somebody may have meant. */
public final class NearName {
  private NearName() {}

  /** The name of {@code known} nearest to {@code written}, if it is near enough to be a slip. */
  public static Optional<String> of(String written, Collection<String> known) {
    if (written.length() > 64) return Optional.empty();
    Optional<String> nearest = Optional.empty();
    int least = Math.max(1, written.length() / 3) + 1;
    for (var name : known) {
      int distance = distance(written, name);
      if (distance < least) {
        least = distance;
        nearest = Optional.of(name);
      }
    }
    return nearest;
  }

  /** How many letters must be added, dropped, changed or swapped with their neighbour. */
  private static int distance(String a, String b) {
    var rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) rows[i][0] = i;
    for (int j = 0; j <= b.length(); j++) rows[0][j] = j;
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        rows[i][j] =
            Math.min(Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1), rows[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
    return rows[a.length()][b.length()];
  }
}
