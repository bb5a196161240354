package dev.berth.definition.resolve;

import java.util.Optional;
import java.util.Set;

/**
 * The files of a repository at one moment. Calls may block and may be repeated; the same question
 * gets the same answer. Paths are relative to the repository's root, without "..", with slashes.
 */
public interface RepositoryFiles {
  /**
   * What lies in {@code folder}, "." for the root: plain files by their names, folders with a slash
   * behind. Empty where there is no such folder. Links are not there.
   */
  Set<String> list(String folder) throws InterruptedException;

  /**
   * The bytes of a plain file; empty where there is none. Of a file that is larger than {@code
   * most}, more than {@code most} bytes, so that its reader sees that it is too large. A {@link
   * dev.berth.base.Problem} where it is there and cannot be read.
   */
  Optional<byte[]> read(String path, int most) throws InterruptedException;
}
