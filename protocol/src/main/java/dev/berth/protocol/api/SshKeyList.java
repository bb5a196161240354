package dev.berth.protocol.api;

import java.util.List;

/** All SSH keys of the caller, the oldest first. */
public record SshKeyList(List<SshKeyView> keys) {
  public SshKeyList {
    keys = List.copyOf(keys);
  }
}
