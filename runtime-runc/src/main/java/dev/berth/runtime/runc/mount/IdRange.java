package dev.berth.runtime.runc.mount;

import java.util.List;

/**
 * The ids of the host that one workspace's users have.
 *
 * @param base the host's id of its root; {@link #SIZE} ids from there on are its own
 */
public record IdRange(int base) {
  /** As many as an image's files may name: 0 to 65535. */
  public static final int SIZE = 65536;

  /** The host's id of {@code inside}. */
  public int host(int inside) {
    return base + inside;
  }

  /**
   * Files that lie on disk with the ids of the inside. One more line lets the host's root make
   * files, which overlayfs does for itself in its work folder: they lie there as id 65536.
   */
  List<String> map() {
    return List.of("0 %d %d".formatted(base, SIZE), "%d 0 1".formatted(SIZE));
  }

  /** Files of the host's {@code owner}, shown as the inside's {@code as}; those of root as root. */
  List<String> mapOf(int owner, int as) {
    var shown = "%d %d 1".formatted(owner, host(as));
    return owner == 0 ? List.of(shown) : List.of("0 %d 1".formatted(base), shown);
  }
}
