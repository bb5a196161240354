package dev.berth.base.http;

import java.io.IOException;

/** A connection that was upgraded to raw bytes; reads and writes wait. */
public interface ByteStream {
  /** The next bytes, as many as came at once; an empty array at the end. */
  byte[] read() throws InterruptedException;

  /** Writes, and waits while the connection has no room; fails where the other side is gone. */
  void write(byte[] bytes, int offset, int length) throws IOException, InterruptedException;

  /** Says that no more will be written. */
  void endOutput() throws IOException, InterruptedException;
}
