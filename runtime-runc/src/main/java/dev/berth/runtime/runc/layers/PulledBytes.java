package dev.berth.runtime.runc.layers;

import java.util.function.Consumer;

/** Tells how far a pull is, once for each megabyte that many threads get together. */
final class PulledBytes {
  private static final long MEGABYTE = 1_000_000;

  private final long total;
  private final Consumer<String> listener;
  private long done;
  private String told = "";

  PulledBytes(long total, Consumer<String> listener) {
    this.total = total;
    this.listener = listener;
  }

  synchronized void add(long bytes) {
    done = Math.min(total, done + bytes);
    var words = words();
    if (words.equals(told)) return;
    told = words;
    listener.accept(words);
  }

  private String words() {
    return total < MEGABYTE
        ? "pulled %d of %d kB".formatted(done / 1000, (total + 999) / 1000)
        : "pulled %d of %d MB".formatted(done / MEGABYTE, (total + MEGABYTE - 1) / MEGABYTE);
  }
}
