package dev.berth.snapshots.save;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern of one name: {@code *}, {@code ?}, {@code [a-z]}, {@code \} before what is meant as it
 * is. Goes through a name once, with a bit for each place in the pattern that may be reached, so it
 * takes no longer however many stars it has. Letters are bytes (ISO 8859-1). A value.
 */
final class Glob {
  /** Stands for any number of folders; is asked by nobody. */
  static final Glob ANY_FOLDERS = of("**");

  private static final int LETTERS = 256;

  /** No name is longer, so no pattern of more letters fits one. */
  private static final int NAME_BYTES_MAX = 255;

  /** The places that stand before a star, where any letter may come. */
  private final long[] stars;

  private final int length;

  /** Which of {@link #places} a letter has; letters that are alike share one. */
  private final byte[] groups = new byte[LETTERS];

  /** The places where a letter of that group may come next. */
  private final long[][] places;

  private Glob(List<long[]> letters, long[] stars) {
    this.length = letters.size();
    this.stars = stars;
    if (isTooLong()) {
      this.places = new long[0][];
      return;
    }
    var all = new ArrayList<long[]>();
    var here = new long[stars.length];
    for (int letter = 0; letter < LETTERS; letter++) {
      Arrays.fill(here, 0);
      for (int i = 0; i < length; i++) if (has(letters.get(i), letter)) set(here, i);
      groups[letter] = (byte) group(here, all);
    }
    this.places = all.toArray(long[][]::new);
  }

  private static int group(long[] here, List<long[]> all) {
    for (int i = 0; i < all.size(); i++) if (Arrays.equals(all.get(i), here)) return i;
    all.add(here.clone());
    return all.size() - 1;
  }

  static Glob of(String pattern) {
    var letters = new ArrayList<long[]>();
    var stars = new ArrayList<Integer>();
    for (int at = 0; at < pattern.length(); ) {
      if (pattern.charAt(at) == '*') {
        stars.add(letters.size());
        at++;
        continue;
      }
      var here = new long[LETTERS / Long.SIZE];
      at = letter(pattern, at, here);
      letters.add(here);
    }
    var places = new long[letters.size() / Long.SIZE + 1];
    for (int place : stars) set(places, place);
    return new Glob(letters, places);
  }

  /** What stands for one letter at {@code at}; where the pattern goes on behind it. */
  private static int letter(String pattern, int at, long[] letters) {
    char wanted = pattern.charAt(at);
    if (wanted == '?') {
      Arrays.fill(letters, -1);
      return at + 1;
    }
    if (wanted == '\\' && at + 1 < pattern.length()) {
      set(letters, pattern.charAt(at + 1));
      return at + 2;
    }
    int end = wanted == '[' ? pattern.indexOf(']', at + 2) : -1;
    if (end < 0) {
      set(letters, wanted);
      return at + 1;
    }
    among(pattern.substring(at + 1, end), letters);
    return end + 1;
  }

  private static void among(String all, long[] letters) {
    boolean not = all.startsWith("!") || all.startsWith("^");
    for (int i = not ? 1 : 0; i < all.length(); i++) {
      char first = all.charAt(i);
      boolean range = i + 2 < all.length() && all.charAt(i + 1) == '-';
      char last = range ? all.charAt(i + 2) : first;
      if (range) i += 2;
      for (int letter = first; letter <= last; letter++) set(letters, letter);
    }
    for (int i = 0; not && i < letters.length; i++) letters[i] = ~letters[i];
  }

  private boolean isTooLong() {
    return length > NAME_BYTES_MAX;
  }

  boolean fits(byte[] name) {
    if (isTooLong()) return false;
    var reached = new long[stars.length];
    reached[0] = 1;
    for (byte letter : name) {
      var next = places[groups[letter & 0xff] & 0xff];
      long carried = 0;
      long any = 0;
      for (int i = 0; i < reached.length; i++) {
        long went = reached[i] & next[i];
        reached[i] = (went << 1) | carried | (reached[i] & stars[i]);
        carried = went >>> (Long.SIZE - 1);
        any |= reached[i];
      }
      if (any == 0) return false;
    }
    return has(reached, length);
  }

  private static boolean has(long[] bits, int index) {
    return ((bits[index >> 6] >>> index) & 1) != 0;
  }

  private static void set(long[] bits, int index) {
    bits[index >> 6] |= 1L << index;
  }
}
