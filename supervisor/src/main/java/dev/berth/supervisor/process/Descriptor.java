package dev.berth.supervisor.process;

import static dev.berth.supervisor.process.Native.Call.CLOSE;
import static dev.berth.supervisor.process.Native.Call.FCNTL;
import static dev.berth.supervisor.process.Native.Call.IOCTL;
import static dev.berth.supervisor.process.Native.Call.READ;
import static dev.berth.supervisor.process.Native.Call.WRITE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Our end of a pipe or of a pseudo-terminal. Calls block the calling thread, which should be a
 * virtual one; a reader and a writer may wait at the same time. Once closed it reads as ended.
 */
public final class Descriptor implements AutoCloseable {
  /** What is moved in one go: a pseudo-terminal gives at most 4 KiB, a pipe has room for 64. */
  public static final int BUFFER_BYTES = 64 * 1024;

  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 04000;

  private final int number;
  private final Poller poller;
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES);
  private boolean closed;
  private boolean endsWhenEmpty;

  /** The events that somebody waits for. */
  private int armed;

  private Descriptor(int number, Poller poller) {
    this.number = number;
    this.poller = poller;
  }

  static Descriptor of(int number, Poller poller, int openFlags) {
    Native.must("fcntl", Native.call(FCNTL, number, F_SETFL, openFlags | O_NONBLOCK));
    var descriptor = new Descriptor(number, poller);
    poller.add(descriptor);
    return descriptor;
  }

  int number() {
    return number;
  }

  /** Reads some bytes, waiting for the first; -1 at the end. */
  public synchronized int read(byte[] into) throws InterruptedException {
    while (!closed) {
      long n = Native.call(READ, number, buffer.address(), Math.min(into.length, BUFFER_BYTES));
      if (n > 0) {
        MemorySegment.copy(buffer, 0, MemorySegment.ofArray(into), 0, n);
        return (int) n;
      }
      if (n == -Native.EAGAIN && endsWhenEmpty) return -1;
      if (n == -Native.EAGAIN) await(Poller.READ);
      // A pseudo-terminal that no process has open any more answers EIO.
      else if (n != -Native.EINTR) return -1;
    }
    return -1;
  }

  /**
   * Writes all of it, waiting at most {@code patience} each time that nobody takes any. Answers
   * whether all was taken.
   */
  public synchronized boolean write(byte[] bytes, int from, int length, Duration patience)
      throws InterruptedException {
    int at = from;
    int end = from + length;
    while (at < end && !closed) {
      int some = Math.min(end - at, BUFFER_BYTES);
      MemorySegment.copy(MemorySegment.ofArray(bytes), at, buffer, 0, some);
      long n = Native.call(WRITE, number, buffer.address(), some);
      if (n > 0) at += (int) n;
      else if (n == -Native.EAGAIN) {
        if (!await(Poller.WRITE, patience)) return false;
      } else if (n != -Native.EINTR) return false;
    }
    return at == end;
  }

  /** The same, with all patience. */
  public void write(byte[] bytes, int from, int length) throws InterruptedException {
    var _ = write(bytes, from, length, Duration.ofDays(365));
  }

  /** From now on a reader waits for no more than what is there: whoever wrote has ended. */
  public synchronized void endWhenEmpty() {
    endsWhenEmpty = true;
    notifyAll();
  }

  /** An ioctl with a pointer to {@code data}, which must be native. */
  synchronized void control(long request, MemorySegment data) {
    if (!closed) Native.must("ioctl", Native.call(IOCTL, number, request, data.address()));
  }

  private void await(int events) throws InterruptedException {
    arm(events);
    while ((armed & events) == events && !closed && !endsWhenEmpty) wait();
  }

  private boolean await(int events, Duration patience) throws InterruptedException {
    arm(events);
    long until = System.nanoTime() + patience.toNanos();
    while ((armed & events) == events && !closed) {
      long leftMillis = (until - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) return false;
      wait(leftMillis);
    }
    return true;
  }

  private void arm(int events) {
    armed |= events;
    poller.arm(this, armed);
  }

  synchronized void wake(int events) {
    if (closed) return;
    armed = (events & Poller.BROKEN) == 0 ? armed & ~events : 0;
    if (armed != 0) poller.arm(this, armed);
    notifyAll();
  }

  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    poller.remove(this);
    Native.call(CLOSE, number);
    notifyAll();
  }
}
