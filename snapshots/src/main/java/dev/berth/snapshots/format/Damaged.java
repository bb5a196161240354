package dev.berth.snapshots.format;

import java.io.IOException;

/** Bytes that are not what their writer wrote. */
public final class Damaged extends IOException {
  private static final long serialVersionUID = 1;

  public Damaged(String what) {
    super(what);
  }

  public Damaged(String what, Throwable cause) {
    super(what, cause);
  }

  /** What is damaged, and how. */
  public String what() {
    return String.valueOf(getMessage());
  }
}
