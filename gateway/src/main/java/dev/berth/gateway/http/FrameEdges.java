package dev.berth.gateway.http;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of a WebSocket on their way to a visitor (RFC 6455, 5.2), to know when one of
 * ours would stand between two and not within one. Looks at heads only.
 */
final class FrameEdges {
  private static final int CLOSE = 8;

  private int have;
  private int need;
  private int lengthEnds;
  private long length;
  private long left;
  private boolean closed;
  private boolean broken;

  /** These go to the visitor next. */
  void pass(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end && !broken) {
      if (left > 0) {
        int skipped = (int) Math.min(left, end - at);
        left -= skipped;
        at += skipped;
      } else {
        head(bytes.getByte(at++));
      }
    }
  }

  private void head(byte next) {
    switch (have++) {
      case 0 -> closed |= (next & 0x0f) == CLOSE;
      case 1 -> {
        int said = next & 0x7f;
        lengthEnds = said == 126 ? 4 : said == 127 ? 10 : 2;
        length = said < 126 ? said : 0;
        need = lengthEnds + (next < 0 ? 4 : 0); // a mask, which a server's frame has not
      }
      default -> {
        if (have <= lengthEnds) length = length << 8 | (next & 0xff);
      }
    }
    if (have < 2 || have < need) return;
    have = 0;
    left = length;
    broken = length < 0;
  }

  /** Whether a frame may come now: the last one is whole, and was not the one that ends all. */
  boolean isOpen() {
    return !broken && !closed && have == 0 && left == 0;
  }
}
