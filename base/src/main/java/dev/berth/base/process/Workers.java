package dev.berth.base.process;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that do the jobs which the thread that began them hands out. Whatever ends one of them
 * too early, or that thread, an {@link Error} too, ends all: nobody is left waiting for another.
 */
public final class Workers<J> {
  /** What a thread does: job after job of {@link #next}, until there is none. */
  public interface Work {
    void run() throws IOException, InterruptedException;
  }

  private final int mostWaiting;
  private final Deque<J> waiting;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition hasJob = lock.newCondition();
  private final Condition hasRoom = lock.newCondition();
  private volatile boolean stopped;
  private boolean ended;

  /** At most so many jobs wait for a thread. */
  public Workers(int mostWaiting) {
    this.mostWaiting = mostWaiting;
    this.waiting = new ArrayDeque<>(mostWaiting);
  }

  /**
   * Hands out jobs by {@code source} here, has {@code work} done on so many threads, and returns
   * when all of them have ended; throws what the first of them that failed threw. Where it is
   * interrupted, so are they, also when there is nothing left to hand out.
   */
  public void run(String name, int threads, Work work, Work source)
      throws IOException, InterruptedException {
    var all = new ArrayList<Beside<Boolean>>(threads);
    try {
      for (int i = 0; i < threads; i++) {
        all.add(Beside.begin(Thread.ofPlatform().name(name + i), () -> orStop(work)));
      }
      orStop(source);
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // which ends the threads below, too
      throw e;
    } finally {
      if (!ended) stop();
      Beside.endOf(all, () -> breakOff(all)); // the reason why, where one failed
    }
  }

  private void breakOff(List<Beside<Boolean>> all) {
    stop();
    all.forEach(Beside::interrupt);
  }

  private boolean orStop(Work work) throws IOException, InterruptedException {
    boolean done = false;
    try {
      work.run();
      done = true;
    } finally {
      if (!done) stop();
    }
    return done;
  }

  /** Waits for room; throws where all was stopped. */
  public void hand(J job) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.size() >= mostWaiting && !stopped) hasRoom.await();
      throwIfStopped();
      waiting.addLast(job);
      hasJob.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The next job; none at the end, or where all was stopped. */
  public Optional<J> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !ended && !stopped) hasJob.await();
      var job = Optional.ofNullable(waiting.pollFirst());
      hasRoom.signal();
      return job;
    } finally {
      lock.unlock();
    }
  }

  /** For whoever goes on for long without handing anything out. */
  public void throwIfStopped() throws IOException {
    if (stopped) throw new IOException("a part of the work has failed");
  }

  private void stop() {
    lock.lock();
    try {
      stopped = true;
      waiting.clear();
      wakeAll();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      wakeAll();
    } finally {
      lock.unlock();
    }
  }

  private void wakeAll() {
    hasJob.signalAll();
    hasRoom.signalAll();
  }
}
