package dev.berth.base.http;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * What came over a connection and was not taken yet. While more than a bound waits the connection
 * is not read, so a fast sender is slowed and memory stays small.
 */
final class Inbox<T> {
  /** Items that may wait; one read gives few, so a little more may come. */
  private static final int WAITING_MAX = 64;

  private final Channel channel;
  private final Queue<T> waiting = new ArrayDeque<>();
  private boolean ended;

  Inbox(Channel channel) {
    this.channel = channel;
  }

  synchronized void put(T item) {
    if (ended) return;
    waiting.add(item);
    if (waiting.size() >= WAITING_MAX) channel.config().setAutoRead(false);
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** The next item; empty at the end. */
  synchronized Optional<T> take() throws InterruptedException {
    while (waiting.isEmpty() && !ended) wait();
    var item = Optional.ofNullable(waiting.poll());
    if (waiting.size() < WAITING_MAX / 2) channel.config().setAutoRead(true);
    return item;
  }
}
