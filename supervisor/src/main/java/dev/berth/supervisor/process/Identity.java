package dev.berth.supervisor.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** Whose rights a process has. */
public record Identity(int uid, int gid, List<Integer> groups) {
  public Identity {
    groups = List.copyOf(groups);
  }

  /** Makes {@code path} itself, not what it may link to, theirs. */
  public void own(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
  }
}
