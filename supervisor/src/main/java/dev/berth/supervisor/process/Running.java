package dev.berth.supervisor.process;

import dev.berth.base.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A program whose keyboard and screen are with a client: what it prints goes there to the last
 * byte, and then how it ended. Closing it closes its pipes, or hangs up its terminal, whereupon the
 * kernel tells the shell and what runs in the foreground; nothing else of it is ended.
 */
public final class Running implements AutoCloseable {
  /** What a shell exits with where a program is there and cannot be run. */
  public static final int CANNOT_RUN = 126;

  private static final int NOT_FOUND = 127;

  /** What a terminal's output may take from the kernel to us after the program's end. */
  private static final Duration LAST_WORDS = Duration.ofMillis(300);

  /** Takes what a program prints, always on the same thread. */
  public interface Sink {
    /** Up to {@link Descriptor#BUFFER_BYTES}; {@code bytes} has others after the call. */
    void take(byte[] bytes, int length) throws IOException, InterruptedException;
  }

  /** Takes the exit code. */
  public interface Exit {
    void take(int code) throws IOException, InterruptedException;
  }

  private interface Rest {
    void await() throws InterruptedException;
  }

  private final Child child;
  private final Descriptor input;
  private final Optional<Pty> terminal;
  private final Rest rest;
  private final Runnable closing;

  private Running(
      Child child, Descriptor input, Optional<Pty> terminal, Rest rest, Runnable closing) {
    this.child = child;
    this.input = input;
    this.terminal = terminal;
    this.rest = rest;
    this.closing = closing;
  }

  /** Starts {@code launch} with three pipes. */
  public static Running piped(Processes processes, Launch launch, Sink output, Sink errors) {
    var piped = processes.startPiped(launch);
    var printing = carry(piped.output(), output);
    var complaining = carry(piped.errors(), errors);
    return new Running(
        piped.child(),
        piped.input(),
        Optional.empty(),
        () -> {
          piped.endWhenEmpty();
          printing.join();
          complaining.join();
        },
        piped::close);
  }

  /** Starts {@code launch} in a terminal. */
  public static Running inTerminal(Processes processes, Launch launch, Pty.Size size, Sink output) {
    var pty = processes.startInTerminal(launch, size);
    var printing = carry(pty.master(), output);
    return new Running(
        pty.child(),
        pty.master(),
        Optional.of(pty),
        () -> {
          if (!printing.join(LAST_WORDS)) pty.master().endWhenEmpty();
          printing.join();
        },
        pty.master()::close);
  }

  private static Thread carry(Descriptor from, Sink to) {
    return Thread.ofVirtual()
        .name("program-output")
        .start(() -> {
          var bytes = new byte[Descriptor.BUFFER_BYTES];
          try {
            for (int n; (n = from.read(bytes)) >= 0; ) to.take(bytes, n);
          } catch (IOException | InterruptedException _) {
            // The client is gone.
          }
        });
  }

  /** What a shell would say of a program that was not started for that. */
  public static int codeOf(Problem problem) {
    return problem instanceof Problem.Missing ? NOT_FOUND : CANNOT_RUN;
  }

  /**
   * Lets {@code exit} have the code once all that was printed is taken.
   *
   * @return on which it does so; an interrupt ends the waiting
   */
  public Thread atEnd(Exit exit) {
    return Thread.ofVirtual()
        .name("program-exit")
        .start(() -> {
          try {
            int code = child.await();
            rest.await();
            exit.take(code);
          } catch (IOException | InterruptedException _) {
            // The client is gone.
          }
        });
  }

  public Child child() {
    return child;
  }

  /** What is written there the program reads. */
  public Descriptor input() {
    return input;
  }

  public boolean hasTerminal() {
    return terminal.isPresent();
  }

  /** Of the client's screen; nothing without a terminal. */
  public void resize(Pty.Size size) {
    terminal.ifPresent(pty -> pty.resize(size));
  }

  @Override
  public void close() {
    closing.run();
  }
}
