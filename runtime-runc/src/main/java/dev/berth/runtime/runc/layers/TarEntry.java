package dev.berth.runtime.runc.layers;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Status;
import java.util.List;
import java.util.Map;

/**
 * What an archive says of one file.
 *
 * @param path its folders and its name, each a name that a file can have; empty for the root
 * @param mode the twelve bits of permissions, setuid and sticky included
 */
record TarEntry(
    Kind kind,
    List<Name> path,
    int mode,
    int uid,
    int gid,
    Status.Time modified,
    Attributes attributes) {

  /** Extended attributes by name. */
  record Attributes(Map<String, byte[]> values) {}

  /** What it is. */
  sealed interface Kind {
    record Folder() implements Kind {}

    /** A file whose stored bytes, in order, belong to {@code segments}; the rest is holes. */
    record File(long sizeBytes, List<Segment> segments) implements Kind {
      boolean isSparse() {
        return !segments.equals(List.of(new Segment(0, sizeBytes)));
      }
    }

    record Symlink(Name target) implements Kind {}

    /** One more name for what the archive brought under {@code target}. */
    record HardLink(List<Name> target) implements Kind {}

    /** A device, a pipe, or what only tar knows. */
    record Other(char type) implements Kind {}
  }

  /** A piece of a file that has bytes. */
  record Segment(long offset, long lengthBytes) {}
}
