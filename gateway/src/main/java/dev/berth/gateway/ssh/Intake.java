package dev.berth.gateway.ssh;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import org.apache.sshd.common.channel.LocalWindow;

/**
 * What a client sent on a channel and was not carried on yet. The channel's window bounds it: a
 * client may send more only after {@link #carried}.
 */
final class Intake {
  /** A window resizes and signals come seldom; of more than this the oldest is stale. */
  private static final int WORDS_MAX = 16;

  private static final int FIRST_BYTES = 32 * 1024;

  private static final Chunk NOTHING = new Chunk(new byte[0], 0);

  private final LocalWindow window;
  private final Queue<String> words = new ArrayDeque<>();
  private byte[] bytes = NOTHING.bytes();
  private int length;
  private boolean ended;

  Intake(LocalWindow window) {
    this.window = window;
  }

  /** Bytes, as many as came; only the first {@code length} count. */
  record Chunk(byte[] bytes, int length) {}

  /** A word for the other side, or bytes, or both. */
  record Taken(Optional<String> word, Chunk chunk) {}

  synchronized void put(byte[] from, int at, int count) {
    if (ended) return;
    if (bytes.length - length < count) {
      int enough = Math.max(FIRST_BYTES, Math.max(length + count, 2 * length));
      bytes = Arrays.copyOf(bytes, enough);
    }
    System.arraycopy(from, at, bytes, length, count);
    length += count;
    notifyAll();
  }

  synchronized void say(String word) {
    if (words.size() >= WORDS_MAX) words.remove();
    words.add(word);
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Waits for something; empty at the end. */
  synchronized Optional<Taken> take() throws InterruptedException {
    while (length == 0 && words.isEmpty() && !ended) wait();
    var word = Optional.ofNullable(words.poll());
    if (length == 0) return word.map(one -> new Taken(Optional.of(one), NOTHING));
    var chunk = new Chunk(bytes, length);
    bytes = NOTHING.bytes();
    length = 0;
    return Optional.of(new Taken(word, chunk));
  }

  /** So many bytes are on their way, so the client may send as many more. */
  void carried(int count) throws IOException {
    if (window.isOpen()) window.release(count);
  }
}
