package dev.berth.snapshots.format;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix.Attribute;
import dev.berth.base.posix.Status;
import java.util.ArrayList;
import java.util.List;

/** What a snapshot knows of one name in a folder. */
public sealed interface Entry {
  Common common();

  /** What every kind of file has. */
  record Common(
      Name name,
      int rights,
      int uid,
      int gid,
      Status.Time modified,
      Status.Time changed,
      long inode,
      List<Attribute> attributes) {}

  record Folder(Common common, List<ChunkRef> content) implements Entry {}

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
      Common common,
      long sizeBytes,
      boolean hasHoles,
      List<Run> runs,
      long linkGroup,
      int links,
      boolean fresh,
      boolean moving,
      List<ChunkRef> content)
      implements Entry {}

  record Link(Common common, Name target) implements Entry {}

  record Fifo(Common common) implements Entry {}

  record Whiteout(Common common) implements Entry {}

  default Name name() {
    return common().name();
  }

  default void write(ByteWriter out) {
    switch (this) {
      case Folder(var common, var content) -> {
        write(1, common, out);
        ChunkRef.writeAll(content, out);
      }
      case File file -> writeFile(file, out);
      case Link(var common, var target) -> {
        write(3, common, out);
        out.bytes(target.bytes());
      }
      case Fifo(var common) -> write(4, common, out);
      case Whiteout(var common) -> write(5, common, out);
    }
  }

  private static void writeFile(File file, ByteWriter out) {
    write(2, file.common, out);
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

  private static void write(int kind, Common common, ByteWriter out) {
    out.u8(kind);
    out.bytes(common.name.bytes());
    out.varint(common.rights);
    out.varint(Integer.toUnsignedLong(common.uid));
    out.varint(Integer.toUnsignedLong(common.gid));
    out.zigzag(common.modified.seconds());
    out.varint(common.modified.nanos());
    out.zigzag(common.changed.seconds());
    out.varint(common.changed.nanos());
    out.varint(common.inode);
    out.varint(common.attributes.size());
    for (var attribute : common.attributes) {
      out.bytes(attribute.name().bytes());
      out.bytes(attribute.value());
    }
  }

  static Entry read(ByteReader in) throws Damaged {
    int kind = in.u8();
    var common = readCommon(in);
    return switch (kind) {
      case 1 -> new Folder(common, ChunkRef.readAll(in));
      case 2 -> readFile(common, in);
      case 3 -> new Link(common, name(in, Limits.TARGET_BYTES));
      case 4 -> new Fifo(common);
      case 5 -> new Whiteout(common);
      default -> throw new Damaged("no entry is of kind " + kind);
    };
  }

  private static Name name(ByteReader in, int most) throws Damaged {
    var bytes = in.bytes(most);
    return Name.of(bytes, 0, bytes.length);
  }

  private static Common readCommon(ByteReader in) throws Damaged {
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
    return new Common(name, rights, uid, gid, modified, changed, inode, List.copyOf(attributes));
  }

  private static File readFile(Common common, ByteReader in) throws Damaged {
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
        common,
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
