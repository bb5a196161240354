package dev.berth.runtime.runc.build;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of a .dockerignore file. It matches a path and all that is below what it matches, in
 * time that grows with the product of both lengths: a stranger wrote both.
 */
final class Glob {
  private sealed interface Token {
    record One(int codePoint) implements Token {}

    /** {@code ?}: any but a slash. */
    record Any() implements Token {}

    /** {@code *}: any number of any but a slash. */
    record Star() implements Token {}

    /** {@code **}: any number of whole folders, none too. */
    record Folders() implements Token {}

    /** {@code **} at the end: anything. */
    record Rest() implements Token {}

    /** {@code [a-z]}; ranges in pairs, first and last. */
    record Letters(boolean not, List<Integer> ranges) implements Token {
      boolean has(int codePoint) {
        for (int i = 0; i < ranges.size(); i += 2) {
          if (ranges.get(i) <= codePoint && codePoint <= ranges.get(i + 1)) return !not;
        }
        return not;
      }
    }
  }

  private final List<Token> tokens;

  private Glob(List<Token> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  static Glob of(String pattern) {
    var tokens = new ArrayList<Token>();
    var letters = pattern.codePoints().toArray();
    for (int i = 0; i < letters.length; i++) {
      switch (letters[i]) {
        case '*' -> {
          if (i + 1 == letters.length || letters[i + 1] != '*') {
            tokens.add(new Token.Star());
          } else {
            i++;
            if (i + 1 < letters.length && letters[i + 1] == '/') i++;
            tokens.add(i + 1 == letters.length ? new Token.Rest() : new Token.Folders());
          }
        }
        case '?' -> tokens.add(new Token.Any());
        case '\\' -> tokens.add(new Token.One(i + 1 < letters.length ? letters[++i] : '\\'));
        case '[' -> {
          int end = endOfClass(letters, i);
          if (end < 0) {
            tokens.add(new Token.One('['));
          } else {
            tokens.add(classOf(letters, i + 1, end));
            i = end;
          }
        }
        default -> tokens.add(new Token.One(letters[i]));
      }
    }
    return new Glob(tokens);
  }

  private static int endOfClass(int[] letters, int start) {
    for (int i = start + 2; i < letters.length; i++) if (letters[i] == ']') return i;
    return -1;
  }

  private static Token classOf(int[] letters, int from, int end) {
    boolean not = letters[from] == '^';
    var ranges = new ArrayList<Integer>();
    for (int i = not ? from + 1 : from; i < end; i++) {
      boolean range = i + 2 < end && letters[i + 1] == '-';
      ranges.add(letters[i]);
      ranges.add(letters[range ? i + 2 : i]);
      if (range) i += 2;
    }
    return new Token.Letters(not, List.copyOf(ranges));
  }

  /** Whether it matches {@code path}, or a folder that {@code path} is in. */
  boolean covers(String path) {
    // here[i]: the text so far fits the tokens before i. inside[i]: and i is Folders, within a
    // name.
    var here = new boolean[tokens.size() + 1];
    var inside = new boolean[tokens.size() + 1];
    here[0] = true;
    skip(here);
    var letters = path.codePoints().toArray();
    for (int letter : letters) {
      if (letter == '/' && here[tokens.size()]) return true;
      var next = new boolean[tokens.size() + 1];
      var within = new boolean[tokens.size() + 1];
      for (int i = 0; i < tokens.size(); i++) {
        if (!here[i] && !inside[i]) continue;
        switch (tokens.get(i)) {
          case Token.One(var wanted) -> next[i + 1] |= here[i] && letter == wanted;
          case Token.Any _ -> next[i + 1] |= letter != '/';
          case Token.Letters some -> next[i + 1] |= letter != '/' && some.has(letter);
          case Token.Star _ -> next[i] |= letter != '/';
          case Token.Rest _ -> next[i] = true;
          case Token.Folders _ -> {
            within[i] = true;
            next[i + 1] |= letter == '/';
          }
        }
      }
      skip(next);
      here = next;
      inside = within;
    }
    return here[tokens.size()];
  }

  /** What may stand for nothing is passed. */
  private void skip(boolean[] here) {
    for (int i = 0; i < tokens.size(); i++) {
      if (!here[i]) continue;
      switch (tokens.get(i)) {
        case Token.Star _, Token.Folders _, Token.Rest _ -> here[i + 1] = true;
        case Token.One _, Token.Any _, Token.Letters _ -> {}
      }
    }
  }
}
