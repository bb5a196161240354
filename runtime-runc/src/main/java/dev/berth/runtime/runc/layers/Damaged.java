package dev.berth.runtime.runc.layers;

import java.io.IOException;

/** An archive that is not what it should be; its message completes "the layer ... ". */
final class Damaged extends IOException {
  private static final long serialVersionUID = 1;

  Damaged(String how) {
    super(how);
  }
}
