package dev.berth.snapshots.repository;

import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.snapshots.format.ByteReader;
import dev.berth.snapshots.format.ByteWriter;
import dev.berth.snapshots.format.Contents;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Kind;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.Sealed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/** Packs and the indexes of them, as objects. */
public final class Packs {
  /** Most packs' contents end within as much; one request then reads them. */
  private static final int TAIL_BYTES = 64 << 10;

  private static final int HASH_BYTES = 32;
  private static final int END_BYTES = 8;

  private Packs() {}

  /** What a pack holds, by what it says itself. */
  public static Contents contents(Repository repository, ObjectInfo pack)
      throws IOException, InterruptedException {
    try {
      long size = pack.sizeBytes();
      if (size > ObjectStore.MOST_BYTES || size < Sealed.HEADER_BYTES + END_BYTES) {
        throw new Damaged("no pack has %d bytes".formatted(size));
      }
      var header = read(repository, pack.name(), 0, Sealed.HEADER_BYTES);
      int tail = (int) Math.min(TAIL_BYTES, size);
      var end = read(repository, pack.name(), size - tail, tail);
      int length = sealedContents(end, size);
      if (length + END_BYTES > tail) {
        tail = length + END_BYTES;
        end = read(repository, pack.name(), size - tail, tail);
      }
      return contents(repository, header, end, length);
    } catch (Damaged e) {
      throw new Damaged(pack.name() + ": " + e.getMessage(), e);
    }
  }

  /** The same of a whole pack in memory. */
  public static Contents contents(Repository repository, byte[] pack) throws Damaged {
    if (pack.length < Sealed.HEADER_BYTES + END_BYTES) throw new Damaged("it is too short");
    var header = Arrays.copyOf(pack, Sealed.HEADER_BYTES);
    return contents(repository, header, pack, sealedContents(pack, pack.length));
  }

  private static Contents contents(Repository repository, byte[] header, byte[] end, int length)
      throws Damaged {
    var sealed = Sealed.unbound(repository.keys(), Kind.PACK, header);
    var plain = sealed.open(Contents.SECTION, end, end.length - END_BYTES - length, length);
    return Contents.read(new ByteReader(plain));
  }

  private static int sealedContents(byte[] end, long size) throws Damaged {
    if (ByteBuffer.wrap(end).getInt(end.length - 4) != Contents.END) {
      throw new Damaged("it has no end");
    }
    int length = ByteBuffer.wrap(end).getInt(end.length - END_BYTES);
    if (length < 0 || length > size - END_BYTES - Sealed.HEADER_BYTES) {
      throw new Damaged("its end is damaged");
    }
    return length;
  }

  private static byte[] read(Repository repository, ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    var bytes =
        repository
            .store()
            .read(name, offset, length)
            .orElseThrow(() -> new Damaged("it is not there"));
    if (bytes.length != length) throw new Damaged("it is shorter than its store said");
    return bytes;
  }

  /** A pack as an index has it. */
  public record Indexed(ObjectName name, long sizeBytes, Contents contents) {}

  /** Tells what an index says, one pack after the other: all of them may be much. */
  public static void index(Repository repository, ObjectName name, Consumer<Indexed> each)
      throws IOException, InterruptedException {
    var object = named(repository.store(), name);
    if (object.isEmpty()) return; // a prune has written a newer one
    try {
      if (!isNamed(object.get(), name)) throw new Damaged("its bytes are not those of its name");
      var in = new ByteReader(Sealed.open(repository.keys(), Kind.INDEX, "", object.get()));
      int count = in.items(HASH_BYTES + 3);
      for (int i = 0; i < count; i++) {
        var pack = Names.PACKS.with(HexFormat.of().formatHex(in.raw(HASH_BYTES)));
        each.accept(new Indexed(pack, in.varint(), Contents.read(in)));
      }
    } catch (Damaged e) {
      throw new Damaged(name + ": " + e.getMessage(), e);
    }
  }

  /** A pack or an index; the store is asked to heal one whose bytes are not those of its name. */
  public static Optional<byte[]> named(ObjectStore store, ObjectName name)
      throws IOException, InterruptedException {
    var object = store.read(name);
    if (object.isEmpty() || isNamed(object.get(), name) || !store.heal(name)) return object;
    return store.read(name);
  }

  /** Whether they are the bytes that the name is the hash of. */
  public static boolean isNamed(byte[] bytes, ObjectName name) {
    return hash(bytes, bytes.length).equals(name.last());
  }

  /** Adds a pack to what will be an index. */
  public static void writeIndexed(
      ObjectName name, long sizeBytes, Contents contents, ByteWriter out) {
    writeIndexed(name, sizeBytes, out);
    contents.write(out);
  }

  private static void writeIndexed(ObjectName name, long sizeBytes, ByteWriter out) {
    out.raw(HexFormat.of().parseHex(name.last()));
    out.varint(sizeBytes);
  }

  /** The same of contents that are bytes already. */
  static void writeIndexed(ObjectName name, long sizeBytes, ByteWriter contents, ByteWriter out) {
    writeIndexed(name, sizeBytes, out);
    out.raw(contents.array(), 0, contents.length());
  }

  /** Writes an index of {@code count} packs, which {@code packs} are the bytes of. */
  public static ObjectName putIndex(Repository repository, int count, ByteWriter packs)
      throws IOException, InterruptedException {
    var plain = new ByteWriter(packs.length() + 10);
    plain.varint(count);
    plain.raw(packs.array(), 0, packs.length());
    var object = Sealed.whole(repository.keys(), Kind.INDEX, "", plain.toArray());
    var name = Names.INDEXES.with(hash(object, object.length));
    repository.store().putIfAbsent(name, ByteBuffer.wrap(object));
    return name;
  }

  /** The SHA-256 of the first {@code length} bytes, as the names of packs and indexes have it. */
  public static String hash(byte[] bytes, int length) {
    return hash(ByteBuffer.wrap(bytes, 0, length));
  }

  /** The same of what is left in {@code bytes}, which stays so. */
  static String hash(ByteBuffer bytes) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      hash.update(bytes.duplicate());
      return HexFormat.of().formatHex(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
