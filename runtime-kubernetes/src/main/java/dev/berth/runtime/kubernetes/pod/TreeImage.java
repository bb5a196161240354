package dev.berth.runtime.kubernetes.pod;

import java.util.List;

/**
 * A folder of an image, shown read-only in every instance: the supervisor's tree, an editor's.
 *
 * @param image its reference
 * @param path of the folder in it, without a slash at either end; empty for all of it
 * @param copier the program of that image which copies, where the cluster cannot mount images: it
 *     gets the folder's path with {@code /.} behind it, and where to copy to
 */
public record TreeImage(String image, String path, List<String> copier) {
  public TreeImage {
    copier = List.copyOf(copier);
    if (path.startsWith("/") || path.endsWith("/")) {
      throw new IllegalArgumentException("no slash at the ends of " + path);
    }
  }

  /** One whose image has {@code cp}. */
  public TreeImage(String image, String path) {
    this(image, path, List.of("cp", "-a"));
  }
}
