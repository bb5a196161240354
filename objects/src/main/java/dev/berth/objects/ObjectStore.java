package dev.berth.objects;

import dev.berth.base.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Keeps bytes under names. An object is written once, whole, and never changes; who wants other
 * bytes takes another name. So a reader sees all of an object or none of it, and any call may be
 * repeated. Calls block, and any number of threads may make them.
 *
 * <p>An {@link IOException} says that this call did not come through and may be tried again;
 * whether a write was done is then not known. A {@link Problem} says that trying again is of no use
 * before somebody has acted.
 */
public interface ObjectStore {
  /** One object holds no more: it is sent in one request and held in memory by whoever reads it. */
  int MOST_BYTES = 64 << 20;

  /** What one {@link #list} answers at most: the page of S3. */
  int MOST_LISTED = 1000;

  /** How long a {@link #link} may be good: what AWS has for one. */
  Duration LONGEST_LINK = Duration.ofDays(7);

  /**
   * Writes the remaining bytes of {@code bytes} under a name that nothing is under; false, and no
   * change, where something is. Of any number that try at once exactly one gets true. On return the
   * object survives a power failure, as far as the store's disks keep what they say. Leaves {@code
   * bytes} as it was.
   */
  boolean putIfAbsent(ObjectName name, ByteBuffer bytes) throws IOException, InterruptedException;

  /** All bytes; empty where there is no such object. */
  Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException;

  /**
   * The bytes from {@code offset} on, {@code length} of them or as many as there are; none behind
   * the end. Empty where there is no such object.
   */
  Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException;

  Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException;

  /**
   * The first objects in {@code folder}, however deep, whose names come after {@code after}, in the
   * order of their names; at most {@link #MOST_LISTED}. Empty only at the end. Has whatever was
   * written or deleted before the call began.
   */
  List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after)
      throws IOException, InterruptedException;

  /** Afterwards there is no such object, whether or not there was. */
  void delete(ObjectName name) throws IOException, InterruptedException;

  /**
   * To be called by who read bytes that cannot be those that were written. Where the store has the
   * object in two places, and one is whole, that is put in the place of the other. Whether it is
   * whole now, and so worth to be read once more. One whose bytes are whole was damaged when it was
   * written, or healed by another caller meanwhile.
   */
  default boolean heal(ObjectName name) throws IOException, InterruptedException {
    return false;
  }

  /**
   * An address at which whoever has it may read the object for so long, over TLS where the store is
   * asked so; empty where this store gives none. Asks nobody, so there need not be such an object.
   * {@link Problem.Invalid} for less than a second and more than {@link #LONGEST_LINK}.
   */
  default Optional<URI> link(ObjectName name, Duration good) {
    return Optional.empty();
  }

  /** The same, where a link may be good for so long. */
  static Duration linkable(Duration good) {
    if (good.toSeconds() >= 1 && good.compareTo(LONGEST_LINK) <= 0) return good;
    throw new Problem.Invalid(
        "An address cannot be good for %s.".formatted(good),
        "Ask for one that is for a second to %d days.".formatted(LONGEST_LINK.toDays()));
  }

  /** Lets go of connections, where the store has any; what stands before a store does not. */
  default void close() {}
}
