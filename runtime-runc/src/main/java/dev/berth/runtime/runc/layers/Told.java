package dev.berth.runtime.runc.layers;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.LongConsumer;

/** A stream that tells of each read, and ends when its reader is interrupted. */
final class Told extends FilterInputStream {
  private final LongConsumer progress;

  Told(InputStream in, LongConsumer progress) {
    super(in);
    this.progress = progress;
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    if (one >= 0) progress.accept(1);
    return one;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (Thread.currentThread().isInterrupted()) throw new InterruptedIOException();
    int read = super.read(bytes, offset, length);
    if (read > 0) progress.accept(read);
    return read;
  }
}
