package dev.berth.supervisor.terminal;

/**
 * Somebody who types into a terminal over connections that may break, of which the newest counts.
 * It is known how many bytes of him were taken, so that he can type again what was lost on its way,
 * and no more. Any thread may call.
 */
public final class Typist {
  private final Terminal terminal;
  private int turns;
  private volatile long taken;

  Typist(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Begins a connection of his: what still comes over an earlier one is not taken any more. Waits
   * for what is just being typed over that.
   */
  public synchronized Turn turn() {
    return new Turn(++turns, turns > 1);
  }

  private synchronized void type(int turn, byte[] bytes) throws InterruptedException {
    if (turn != turns) return; // he types it again over the newer connection
    terminal.type(bytes);
    taken += bytes.length;
  }

  /** One connection of his. */
  public final class Turn {
    private final int number;
    private final boolean known;

    private Turn(int number, boolean known) {
      this.number = number;
      this.known = known;
    }

    /** Whether there was one before, so that {@link #taken} counts what he typed over that too. */
    public boolean known() {
      return known;
    }

    /** How many bytes of his were taken over all his connections. */
    public long taken() {
      return taken;
    }

    /** Types {@code bytes}, as {@link Terminal#type} does. */
    public void type(byte[] bytes) throws InterruptedException {
      Typist.this.type(number, bytes);
    }
  }
}
