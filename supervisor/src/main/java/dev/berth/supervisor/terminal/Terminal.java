package dev.berth.supervisor.terminal;

import dev.berth.supervisor.process.Pty;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One terminal. Its output is read always, whether anybody looks or not, so that no task waits for
 * a viewer; what is older than its scrollback is forgotten. Any thread may call.
 */
public final class Terminal {
  /** More than a tab shows. */
  private static final int TITLE_CHARS_MAX = 200;

  /** How long input may wait for a program that reads none, before it is dropped as a tty does. */
  private static final Duration INPUT_PATIENCE = Duration.ofSeconds(5);

  /** From SIGHUP to SIGKILL when a terminal is deleted. */
  private static final Duration END_GRACE = Duration.ofSeconds(2);

  /** What the process's last words may take from its end to the terminal's. */
  private static final Duration LAST_WORDS = Duration.ofMillis(300);

  private final String id;
  private final Opening opening;
  private final Pty pty;
  private final Terminals terminals;
  private final OutputFilter filter;
  private final Scrollback scrollback = new Scrollback();
  private final ReentrantLock typing = new ReentrantLock();
  private final Typists typists = new Typists(this);
  private Pty.Size size;
  private String title;
  private int titles;
  private Optional<Integer> exitCode = Optional.empty();
  private boolean gone;
  private byte[] shownInstead = {};

  Terminal(String id, Opening opening, Pty pty, Terminals terminals) {
    this.id = id;
    this.opening = opening;
    this.pty = pty;
    this.terminals = terminals;
    this.size = opening.size();
    this.title = opening.title();
    this.filter = new OutputFilter(opening.markPrefix(), this::retitle, this::marked);
    append(opening.head().getBytes(StandardCharsets.UTF_8));
  }

  void run() {
    var pump = Thread.ofVirtual().name(id + "-output").start(this::pump);
    Thread.ofVirtual().name(id + "-exit").start(() -> awaitExit(pump));
  }

  private void pump() {
    var bytes = new byte[16 * 1024];
    try {
      for (int n; (n = pty.master().read(bytes)) >= 0; ) {
        printed(bytes, n);
        terminals.printed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void printed(byte[] bytes, int length) {
    append(filter.filter(bytes, length));
  }

  private synchronized void append(byte[] bytes) {
    scrollback.append(bytes, 0, bytes.length);
    opening.printed().accept(bytes);
    notifyAll();
  }

  private void awaitExit(Thread pump) {
    try {
      int code = pty.child().await();
      // A job in the background may keep the terminal open; what it prints later is nobody's.
      if (!pump.join(LAST_WORDS)) pty.master().endWhenEmpty();
      pump.join();
      pty.master().close();
      opening.ended().accept(code);
      synchronized (this) {
        filter.release();
        append(filter.filter(new byte[0], 0));
        exitCode = Optional.of(code);
        notifyAll();
      }
      terminals.changed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void retitle(String said) {
    if (opening.task().isPresent()) return; // it bears its task's name
    var plain = said.replaceAll("\\p{Cntrl}", "").strip();
    if (plain.isEmpty() || plain.equals(title)) return;
    title = plain.substring(0, Math.min(plain.length(), TITLE_CHARS_MAX));
    titles++;
    terminals.changed();
  }

  private void marked(String mark) {
    if (mark.equals(Opening.BEGIN)) filter.replaceHeld(shownInstead);
    opening.marked().accept(mark);
  }

  public String id() {
    return id;
  }

  /** The task that it was opened for, by its index. */
  public Optional<Integer> task() {
    return opening.task();
  }

  public synchronized String title() {
    return title;
  }

  public synchronized Pty.Size size() {
    return size;
  }

  /** What its process ended with, once it ended. */
  public synchronized Optional<Integer> exitCode() {
    return exitCode;
  }

  /** Whether its program reads single keys, as a shell does at its prompt. */
  public boolean readsKeys() {
    return pty.readsKeys();
  }

  /** How many bytes were ever printed in it. */
  public synchronized long printedBytes() {
    return scrollback.end();
  }

  /** All output that is kept. */
  public synchronized byte[] output() {
    return scrollback.read(scrollback.start(), Scrollback.BYTES_MAX);
  }

  public synchronized void resize(Pty.Size wanted) {
    if (gone || exitCode.isPresent()) return;
    size = wanted;
    pty.resize(wanted);
  }

  /**
   * Types {@code bytes}; waits while the program inside does not take them, then drops the rest.
   */
  public void type(byte[] bytes) throws InterruptedException {
    terminals.typed();
    write(bytes);
  }

  /** Whoever types under {@code name}, who may come again after a connection that broke. */
  public Typist typist(String name) {
    return typists.of(name);
  }

  private void write(byte[] bytes) throws InterruptedException {
    typing.lockInterruptibly();
    try {
      var _ = pty.master().write(bytes, 0, bytes.length, INPUT_PATIENCE);
    } finally {
      typing.unlock();
    }
  }

  /**
   * Types {@code line}, and shows {@code instead} in place of its echo as soon as the mark {@link
   * Opening#BEGIN} is printed.
   */
  public void typeUnseen(String line, String instead) throws InterruptedException {
    synchronized (this) {
      shownInstead = instead.getBytes(StandardCharsets.UTF_8);
      filter.hold();
    }
    write(line.getBytes(StandardCharsets.UTF_8));
  }

  /** Shows what is kept back of the output, where the mark did not come. */
  public synchronized void showHeld() {
    filter.release();
    append(filter.filter(new byte[0], 0));
  }

  /** A look at it from offset {@code from} of its output on. */
  public Viewer viewer(long from) {
    return new Viewer(this, from);
  }

  /** Ends all that runs in it. */
  void end() throws InterruptedException {
    synchronized (this) {
      gone = true;
      notifyAll();
    }
    pty.child().end(END_GRACE);
    pty.master().close();
  }

  /** What a viewer that has seen all up to {@code seen} sees next; waits for it. */
  synchronized Viewer.Event next(Viewer.Seen seen) throws InterruptedException {
    while (true) {
      boolean lost = seen.offset() < scrollback.start() || seen.offset() > scrollback.end();
      if (lost || !seen.greeted()) {
        long offset = lost ? scrollback.start() : seen.offset();
        return new Viewer.Hello(offset, size.cols(), size.rows(), title, titles);
      }
      if (seen.titles() != titles) return new Viewer.Title(title, titles);
      if (seen.offset() < scrollback.end()) {
        return new Viewer.Output(scrollback.read(seen.offset(), Viewer.OUTPUT_BYTES_MAX));
      }
      if (exitCode.isPresent() && !seen.exit()) return new Viewer.Exit(exitCode.get());
      if (gone) return new Viewer.Gone();
      wait();
    }
  }
}
