package dev.berth.supervisor.terminal;

/** Somebody who looks at a terminal. Belongs to one thread. */
public final class Viewer {
  /** What is sent at once: enough to fill a network's window, little enough to stay responsive. */
  static final int OUTPUT_BYTES_MAX = 32 * 1024;

  private final Terminal terminal;
  private Seen seen;

  Viewer(Terminal terminal, long from) {
    this.terminal = terminal;
    this.seen = new Seen(from, false, 0, false);
  }

  /** What a viewer sees. */
  public sealed interface Event {}

  /**
   * What follows begins at {@code offset}. Comes first, and again whenever output was forgotten
   * that this viewer was too slow for.
   */
  public record Hello(long offset, int cols, int rows, String title, int titles) implements Event {}

  /** More output. */
  public record Output(byte[] bytes) implements Event {}

  /** The title changed, for the {@code titles}th time. */
  public record Title(String title, int titles) implements Event {}

  /** The process ended, and all its output was seen. */
  public record Exit(int code) implements Event {}

  /** The terminal is deleted. Nothing follows. */
  public record Gone() implements Event {}

  record Seen(long offset, boolean greeted, int titles, boolean exit) {}

  /** The next of it; waits for it. */
  public Event next() throws InterruptedException {
    var event = terminal.next(seen);
    seen =
        switch (event) {
          case Hello(var offset, _, _, _, var titles) -> new Seen(offset, true, titles, seen.exit);
          case Output(var bytes) ->
              new Seen(seen.offset + bytes.length, true, seen.titles, seen.exit);
          case Title(_, var titles) -> new Seen(seen.offset, true, titles, seen.exit);
          case Exit _ -> new Seen(seen.offset, true, seen.titles, true);
          case Gone _ -> seen;
        };
    return event;
  }
}
