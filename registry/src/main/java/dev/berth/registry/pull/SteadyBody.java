package dev.berth.registry.pull;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A body that ends when its sender lets us wait too long. Read by one thread; the clock looks from
 * another and closes the connection, which wakes the reader.
 */
final class SteadyBody extends InputStream {
  /** What has to come in the time of a stall: 1 KiB/s at the usual 60 s. */
  private static final long LEAST_BYTES = 64 * 1024;

  private final InputStream body;
  private final long stallNanos;
  private final ScheduledFuture<?> looks;

  private long waitedNanos;
  private long readSinceNanos;
  private boolean reading;
  private long bytes;
  private volatile boolean stalled;

  SteadyBody(InputStream body, Duration stall, ScheduledExecutorService clock) {
    this.body = body;
    this.stallNanos = stall.toNanos();
    long period = Math.max(1, stallNanos / 4);
    this.looks = clock.scheduleWithFixedDelay(this::look, period, period, TimeUnit.NANOSECONDS);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    begin();
    int got = -1;
    try {
      got = body.read(into, offset, length);
    } finally {
      end(got);
    }
    if (stalled) throw new IOException("it sends less than 64 KiB in " + stallNanos + " ns");
    return got;
  }

  @Override
  public void close() throws IOException {
    looks.cancel(false);
    body.close();
  }

  private synchronized void begin() {
    readSinceNanos = System.nanoTime();
    reading = true;
  }

  private synchronized void end(int got) {
    waitedNanos += System.nanoTime() - readSinceNanos;
    reading = false;
    bytes += Math.max(got, 0);
    if (bytes >= LEAST_BYTES) {
      bytes = 0;
      waitedNanos = 0;
    }
  }

  private synchronized void look() {
    long now = reading ? System.nanoTime() - readSinceNanos : 0;
    if (waitedNanos + now < stallNanos) return;
    stalled = true;
    looks.cancel(false);
    try {
      body.close();
    } catch (IOException _) {
      // It is given up either way.
    }
  }
}
