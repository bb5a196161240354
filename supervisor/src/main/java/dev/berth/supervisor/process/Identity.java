package dev.berth.supervisor.process;

import java.util.List;

/** Whose rights a process has. */
public record Identity(int uid, int gid, List<Integer> groups) {
  public Identity {
    groups = List.copyOf(groups);
  }
}
