package dev.berth.supervisor.process;

import static dev.berth.supervisor.process.Native.Call.EPOLL_CREATE1;
import static dev.berth.supervisor.process.Native.Call.EPOLL_CTL;
import static dev.berth.supervisor.process.Native.Call.EPOLL_PWAIT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Wakes whoever waits for a pipe or a pseudo-terminal, so that any number of them costs one thread
 * of the system. Its thread is a daemon and lives as long as the process.
 */
final class Poller {
  /** EPOLLIN, EPOLLOUT, and EPOLLERR | EPOLLHUP, which come unasked. */
  static final int READ = 0x001;

  static final int WRITE = 0x004;
  static final int BROKEN = 0x018;

  private static final int EPOLL_CLOEXEC = 02000000;
  private static final int ADD = 1;
  private static final int DELETE = 2;
  private static final int MODIFY = 3;
  private static final int ONE_SHOT = 1 << 30;

  /** struct epoll_event is packed on x86-64 only (linux/eventpoll.h). */
  private static final int EVENT_BYTES = Native.ARM ? 16 : 12;

  private static final int DATA_AT = Native.ARM ? 8 : 4;

  /** Events taken in one go; more of them wait in the kernel. */
  private static final int EVENTS_MAX = 64;

  private final int epoll;
  private final Map<Integer, Descriptor> watched = new ConcurrentHashMap<>();

  private Poller(int epoll) {
    this.epoll = epoll;
  }

  static Poller open() {
    var poller =
        new Poller((int) Native.must("epoll_create1", Native.call(EPOLL_CREATE1, EPOLL_CLOEXEC)));
    Thread.ofPlatform().daemon().name("poller").start(poller::run);
    return poller;
  }

  /** Adds {@code descriptor}, without interest in anything yet. */
  void add(Descriptor descriptor) {
    watched.put(descriptor.number(), descriptor);
    control(ADD, descriptor.number(), ONE_SHOT);
  }

  /** Wakes {@code descriptor} once when one of {@code events} is there. */
  void arm(Descriptor descriptor, int events) {
    control(MODIFY, descriptor.number(), events | ONE_SHOT);
  }

  void remove(Descriptor descriptor) {
    control(DELETE, descriptor.number(), 0);
    watched.remove(descriptor.number(), descriptor);
  }

  private void control(int operation, int number, int events) {
    try (var arena = Arena.ofConfined()) {
      var event = arena.allocate(16);
      event.set(ValueLayout.JAVA_INT_UNALIGNED, 0, events);
      event.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA_AT, number);
      Native.must(
          "epoll_ctl", Native.call(EPOLL_CTL, epoll, operation, number, event.address(), 0, 0));
    }
  }

  private void run() {
    var events = Arena.global().allocate((long) EVENT_BYTES * EVENTS_MAX);
    while (true) {
      long n = Native.call(EPOLL_PWAIT, epoll, events.address(), EVENTS_MAX, -1, 0, 8);
      for (int i = 0; i < n; i++) wake(events.asSlice((long) i * EVENT_BYTES));
    }
  }

  private void wake(MemorySegment event) {
    var descriptor = watched.get((int) event.get(ValueLayout.JAVA_LONG_UNALIGNED, DATA_AT));
    // One that was closed meanwhile; a later one of its number looks again for itself.
    if (descriptor != null) descriptor.wake(event.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
  }
}
