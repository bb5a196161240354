package dev.berth.snapshots.format;

/** What a sealed object is, with its number in the format. */
public enum Kind {
  PACK(1),
  INDEX(2),
  SNAPSHOT(3),
  ANNOUNCEMENT(4),
  CONDEMNED(5),
  WAITS(6),
  KEPT(7),
  CLAIM(8);

  private final byte code;

  Kind(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }
}
