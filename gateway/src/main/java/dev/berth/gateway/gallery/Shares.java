package dev.berth.gateway.gallery;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which copies there are, who asked first for each, and which goes when there are too many: of
 * whoever has most, the one that was used least recently. So nobody can push out more of the others
 * than would be theirs if all had the same. What is coming counts, too. Its methods are called one
 * at a time.
 */
final class Shares {
  /** For copies of an earlier gateway, which did not write down who asked for them. */
  static final String EARLIER = "";

  private static final class Share {
    private final Map<String, Long> copies = new LinkedHashMap<>(16, 0.75f, true); // last used last
    private long bytes;

    private boolean isEmpty() {
      return copies.isEmpty() && bytes == 0;
    }
  }

  private final Map<String, Share> shares = new HashMap<>();
  private final Map<String, String> askers = new HashMap<>();
  private long bytes;

  private Share share(String asker) {
    return shares.computeIfAbsent(asker, _ -> new Share());
  }

  /** So many bytes more are on their way for {@code asker}, or fewer. */
  void coming(String asker, long more) {
    share(asker).bytes += more;
    bytes += more;
    tidy(asker);
  }

  /** A copy is there, whose bytes were told as {@link #coming}. */
  void came(String asker, String key, long size) {
    forget(key);
    share(asker).copies.put(key, size);
    askers.put(key, asker);
  }

  /** A copy that an earlier gateway left. */
  void found(String key, long size) {
    coming(EARLIER, size);
    came(EARLIER, key, size);
  }

  boolean has(String key) {
    return askers.containsKey(key);
  }

  /** It was used, by {@code asker}; one of an earlier gateway is his from now on. */
  void used(String asker, String key) {
    var whose = askers.get(key);
    if (whose == null) return;
    var share = share(whose);
    Long size = share.copies.get(key); // it counts as used by this
    if (size == null || !whose.equals(EARLIER) || asker.equals(EARLIER)) return;
    forget(key);
    coming(asker, size);
    came(asker, key, size);
  }

  /** It is there no more. */
  void forget(String key) {
    var whose = askers.remove(key);
    if (whose == null) return;
    Long size = share(whose).copies.remove(key);
    coming(whose, size == null ? 0 : -size);
  }

  private void tidy(String asker) {
    if (share(asker).isEmpty()) shares.remove(asker);
  }

  long bytes() {
    return bytes;
  }

  int count() {
    return askers.size();
  }

  /** Which one makes place for something of {@code asker}; empty where none may. */
  Optional<String> first(String asker) {
    return first(asker, Comparator.comparingLong(share -> share.bytes));
  }

  /** The same where not bytes but copies are too many. */
  Optional<String> firstOfMany(String asker) {
    return first(asker, Comparator.comparingLong(share -> share.copies.size()));
  }

  /** Never of one who has less than the asker himself. */
  private Optional<String> first(String asker, Comparator<Share> bySize) {
    var own = shares.getOrDefault(asker, new Share());
    return shares.values().stream()
        .filter(share -> !share.copies.isEmpty())
        .filter(share -> share == own || bySize.compare(share, own) >= 0)
        .max(bySize)
        .map(share -> share.copies.keySet().iterator().next());
  }

  /** All, of each asker the least recently used first. */
  List<String> keys() {
    return shares.values().stream().flatMap(share -> share.copies.keySet().stream()).toList();
  }
}
