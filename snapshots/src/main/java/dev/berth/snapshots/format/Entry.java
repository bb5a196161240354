package dev.berth.snapshots.format;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix.Attribute;
import dev.berth.base.posix.Status;
import java.util.ArrayList;
import java.util.List;

/** What a snapshot knows of one name in a folder. */
public sealed interface Entry {
  Traits traits();

  /** What every kind of file has. */
  record Traits(
      Name name,
      int rights,
      int uid,
      int gid,
      Status.Time modified,
      Status.Time changed,
      long inode,
      List<Attribute> attributes) {
    private static final Status.Time NEVER = new Status.Time(0, 0);

    /** The same where and when nobody asks. */
    public Traits timeless() {
      return new Traits(name, rights, uid, gid, NEVER, NEVER, 0, attributes);
    }
  }

  record Folder(Traits traits, List<ChunkRef> content) implements Entry {}

  /** Bytes of a file that are not a hole. */
  record Run(long gapBytes, long lengthBytes) {}

  /**
   * A file.
   *
   * @param runs where its data is; empty where it has no holes
   * @param linkGroup the same for all names of one file; 0 where it has but one
   * @param links how many names it had
   * @param fresh it was changed so shortly before that a change right after may look the same
   * @param moving it changed while it was read
   */
  record File(
      Traits traits,
      long sizeBytes,
      boolean hasHoles,
      List<Run> runs,
      long linkGroup,
      int links,
      boolean fresh,
      boolean moving,
      List<ChunkRef> content)
      implements Entry {}

  record Link(Traits traits, Name target) implements Entry {}

  record Fifo(Traits traits) implements Entry {}

  record Whiteout(Traits traits) implements Entry {}

  default Name name() {
    return traits().name();
  }

  default void write(ByteWriter out) {
    switch (this) {
      case Folder(var traits, var content) -> {
        write(1, traits, out);
        ChunkRef.writeAll(content, out);
      }
      case File file -> writeFile(file, out);
      case Link(var traits, var target) -> {
        write(3, traits, out);
        out.bytes(target.bytes());
      }
      case Fifo(var traits) -> write(4, traits, out);
      case Whiteout(var traits) -> write(5, traits, out);
    }
  }

  private static void writeFile(File file, ByteWriter out) {
    write(2, file.traits, out);
    boolean linked = file.linkGroup != 0;
    out.varint(
        (file.hasHoles ? 1 : 0) | (linked ? 2 : 0) | (file.fresh ? 4 : 0) | (file.moving ? 8 : 0));
    out.varint(file.sizeBytes);
    if (file.hasHoles) {
      out.varint(file.runs.size());
      for (var run : file.runs) {
        out.varint(run.gapBytes);
        out.varint(run.lengthBytes);
      }
    }
    if (linked) {
      out.varint(file.linkGroup);
      out.varint(file.links);
    }
    ChunkRef.writeAll(file.content, out);
  }

  private static void write(int kind, Traits traits, ByteWriter out) {
    out.u8(kind);
    out.bytes(traits.name.bytes());
    out.varint(traits.rights);
    out.varint(Integer.toUnsignedLong(traits.uid));
    out.varint(Integer.toUnsignedLong(traits.gid));
    out.zigzag(traits.modified.seconds());
    out.varint(traits.modified.nanos());
    out.zigzag(traits.changed.seconds());
    out.varint(traits.changed.nanos());
    out.varint(traits.inode);
    out.varint(traits.attributes.size());
    for (var attribute : traits.attributes) {
      out.bytes(attribute.name().bytes());
      out.bytes(attribute.value());
    }
  }

  static Entry read(ByteReader in) throws Damaged {
    int kind = in.u8();
    var traits = readTraits(in);
    return switch (kind) {
      case 1 -> new Folder(traits, ChunkRef.readAll(in));
      case 2 -> readFile(traits, in);
      case 3 -> new Link(traits, name(in, Limits.TARGET_BYTES));
      case 4 -> new Fifo(traits);
      case 5 -> new Whiteout(traits);
      default -> throw new Damaged("no entry is of kind " + kind);
    };
  }

  private static Name name(ByteReader in, int most) throws Damaged {
    var bytes = in.bytes(most);
    return Name.of(bytes, 0, bytes.length);
  }

  private static Traits readTraits(ByteReader in) throws Damaged {
    var name = name(in, Limits.NAME_BYTES);
    int rights = in.count(0xfff);
    int uid = (int) in.varint();
    int gid = (int) in.varint();
    var modified = new Status.Time(in.zigzag(), in.count(999_999_999));
    var changed = new Status.Time(in.zigzag(), in.count(999_999_999));
    long inode = in.varint();
    int count = in.items(2);
    var attributes = new ArrayList<Attribute>();
    for (int i = 0; i < count; i++) {
      attributes.add(new Attribute(name(in, Limits.NAME_BYTES), in.bytes(Limits.ATTRIBUTE_BYTES)));
    }
    return new Traits(name, rights, uid, gid, modified, changed, inode, List.copyOf(attributes));
  }

  private static File readFile(Traits traits, ByteReader in) throws Damaged {
    int flags = in.count(15);
    long size = in.varint();
    if (size < 0) throw new Damaged("a file is too large");
    var runs = new ArrayList<Run>();
    long data = size;
    if ((flags & 1) != 0) {
      data = 0;
      long end = 0;
      int count = in.items(2);
      for (int i = 0; i < count; i++) {
        var run = new Run(in.varint(), in.varint());
        runs.add(run);
        if (run.gapBytes < 0 || run.lengthBytes < 0 || run.gapBytes > size - end) {
          throw new Damaged("a file's data is outside of it");
        }
        end += run.gapBytes;
        if (run.lengthBytes > size - end) throw new Damaged("a file's data is outside of it");
        end += run.lengthBytes;
        data += run.lengthBytes;
      }
    }
    long group = (flags & 2) != 0 ? in.varint() : 0;
    int links = (flags & 2) != 0 ? in.count(Integer.MAX_VALUE) : 1;
    var content = ChunkRef.readAll(in);
    for (var chunk : content) data -= chunk.lengthBytes();
    if (data != 0) throw new Damaged("a file is not the sum of its chunks");
    return new File(
        traits,
        size,
        (flags & 1) != 0,
        List.copyOf(runs),
        group,
        links,
        (flags & 4) != 0,
        (flags & 8) != 0,
        content);
  }
}
