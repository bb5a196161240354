package dev.berth.supervisor.gp;

import java.util.List;

/**
 * One command.
 *
 * @param name one word or two: {@code ports list}
 * @param operands as the help shows them
 * @param least how many operands there must be
 * @param most how many there may be
 * @param hidden not in the help: an old name, or for programs only
 */
record Verb(
    String name,
    String operands,
    int least,
    int most,
    String summary,
    List<Flag> flags,
    boolean hidden,
    Deed deed) {

  /** What it does; the exit code. */
  interface Deed {
    int run(Call call) throws Exception;
  }

  Verb {
    flags = List.copyOf(flags);
  }

  static final int ANY = Integer.MAX_VALUE;

  static Verb of(String name, String summary, Deed deed) {
    return new Verb(name, "", 0, 0, summary, List.of(), false, deed);
  }

  /** The same that takes operands. */
  Verb taking(int fewest, int greatest, String shown) {
    return new Verb(name, shown, fewest, greatest, summary, flags, hidden, deed);
  }

  /** The same with options. */
  Verb with(Flag... more) {
    return new Verb(name, operands, least, most, summary, List.of(more), hidden, deed);
  }

  /** The same under another name that the help does not show. */
  Verb alsoCalled(String other) {
    return new Verb(other, operands, least, most, summary, flags, true, deed);
  }

  /** The same, not shown in the help. */
  Verb unseen() {
    return alsoCalled(name);
  }
}
