package dev.berth.gateway.gallery;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.Optional;

/**
 * What stands at the end of a copy's file, behind the body: JSON, its length in four bytes, and
 * eight bytes that say that the file is whole.
 *
 * @param target what it answers, for whoever looks into the folder
 * @param length of the body
 */
record Slip(String target, Instant stored, String type, long length) {
  private static final long MARK = 0x4245525448565358L; // BERTHVSX
  private static final int TAIL_BYTES = 12;
  private static final int LONGEST = 8 << 10;

  /** What is written behind the body. */
  ByteBuffer bytes() {
    var json = Json.bytes(this);
    return ByteBuffer.allocate(json.length + TAIL_BYTES)
        .put(json)
        .putInt(json.length)
        .putLong(MARK)
        .flip();
  }

  /** The slip of a whole file; empty for any other. */
  static Optional<Slip> read(FileChannel file) throws IOException {
    long size = file.size();
    if (size < TAIL_BYTES) return Optional.empty();
    var tail = ByteBuffer.wrap(read(file, size - TAIL_BYTES, TAIL_BYTES));
    int length = tail.getInt();
    if (tail.getLong() != MARK || length < 0 || length > Math.min(LONGEST, size - TAIL_BYTES)) {
      return Optional.empty();
    }
    var json = read(file, size - TAIL_BYTES - length, length);
    try {
      var slip = Json.read(json, Slip.class);
      return Optional.of(slip).filter(it -> it.length() == size - TAIL_BYTES - length);
    } catch (Problem.Invalid e) {
      return Optional.empty();
    }
  }

  private static byte[] read(FileChannel file, long from, int length) throws IOException {
    var bytes = new byte[length];
    var into = ByteBuffer.wrap(bytes);
    while (into.hasRemaining()) {
      if (file.read(into, from + into.position()) < 0) throw new EOFException();
    }
    return bytes;
  }
}
