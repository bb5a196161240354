package dev.berth.snapshots.format;

import javax.crypto.Mac;

/** Names chunks by their bytes. For one thread. */
public final class ChunkNamer {
  private final Mac mac;

  ChunkNamer(Mac mac) {
    this.mac = mac;
  }

  public ChunkName name(byte[] bytes, int offset, int length) {
    mac.update(bytes, offset, length);
    return ChunkName.read(mac.doFinal(), 0);
  }
}
