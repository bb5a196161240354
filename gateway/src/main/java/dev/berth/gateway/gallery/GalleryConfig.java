package dev.berth.gateway.gallery;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Which registry is asked, and what its answers may take.
 *
 * @param upstream the registry's address without a slash at its end, {@code https://open-vsx.org}
 * @param folder where copies are kept
 */
public record GalleryConfig(URI upstream, Path folder, Bounds bounds) {
  /**
   * What is waited for and kept.
   *
   * @param shelfBytes all copies together; the least recently used go first
   * @param fileBytes one file of an extension; the largest packages have 300 MB
   * @param listingBytes one answer of JSON, which is read whole; a page of a search has 1 MB
   * @param connect until the registry takes a connection
   * @param silence without a byte of an answer
   * @param head until an answer begins, redirects included
   * @param whole until an answer is complete
   * @param away how long a registry that was away is not asked again, so that not each of the
   *     page's questions waits for it
   */
  public record Bounds(
      long shelfBytes,
      long fileBytes,
      int listingBytes,
      Duration connect,
      Duration silence,
      Duration head,
      Duration whole,
      Duration away) {
    public static final Bounds DEFAULT =
        new Bounds(
            2L << 30,
            512L << 20,
            16 << 20,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(40),
            Duration.ofMinutes(15),
            Duration.ofSeconds(15));
  }
}
