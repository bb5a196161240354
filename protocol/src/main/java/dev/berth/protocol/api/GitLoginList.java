package dev.berth.protocol.api;

import java.util.List;

/** The caller's logins at git hosts. */
public record GitLoginList(List<GitLoginView> logins) {
  public GitLoginList {
    logins = List.copyOf(logins);
  }
}
