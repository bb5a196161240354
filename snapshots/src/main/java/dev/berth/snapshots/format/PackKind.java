package dev.berth.snapshots.format;

/** What a pack's chunks are pieces of, with its number in the format. */
public enum PackKind {
  DATA(1),
  TREES(2);

  private final int code;

  PackKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static PackKind of(int code) throws Damaged {
    for (var kind : values()) if (kind.code == code) return kind;
    throw new Damaged("no pack is of kind " + code);
  }
}
