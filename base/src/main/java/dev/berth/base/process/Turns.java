package dev.berth.base.process;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Lets work for the same thing be done one after the other, whichever threads do it; work for
 * another thing does not wait. Within work for one thing, work for that thing again would wait for
 * itself.
 */
public final class Turns<K> {
  private final Set<K> taken = new HashSet<>();

  /** What is done in a turn. */
  public interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Does {@code work} when nothing else is done for {@code of}. */
  public <T> T in(K of, Work<T> work) throws IOException, InterruptedException {
    take(of);
    try {
      return work.run();
    } finally {
      giveBack(of);
    }
  }

  /** The same, or nothing where something is done for {@code of} now; whether it was done. */
  public boolean tryIn(K of, Work<?> work) throws IOException, InterruptedException {
    if (!tryTake(of)) return false;
    try {
      work.run();
      return true;
    } finally {
      giveBack(of);
    }
  }

  private synchronized boolean tryTake(K of) {
    return taken.add(of);
  }

  private synchronized void take(K of) throws InterruptedException {
    while (!taken.add(of)) wait();
  }

  private synchronized void giveBack(K of) {
    taken.remove(of);
    notifyAll();
  }
}
