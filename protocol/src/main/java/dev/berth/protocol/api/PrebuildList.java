package dev.berth.protocol.api;

import java.util.List;

/** The caller's prebuilds, the newest first. */
public record PrebuildList(List<PrebuildView> prebuilds) {
  public PrebuildList {
    prebuilds = List.copyOf(prebuilds);
  }
}
