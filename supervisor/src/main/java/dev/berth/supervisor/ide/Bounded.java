package dev.berth.supervisor.ide;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails when more comes than is taken. */
final class Bounded extends FilterInputStream {
  private long left;

  Bounded(InputStream in, long most) {
    super(in);
    this.left = most;
  }

  @Override
  public int read() throws IOException {
    return took(super.read(), 1);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int n = super.read(into, offset, length);
    return took(n, n);
  }

  private int took(int answer, int bytes) throws IOException {
    if (answer >= 0) left -= bytes;
    if (left < 0) throw new IOException("it is too large");
    return answer;
  }
}
