package dev.berth.runtime.runc.layers;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads a tar archive that a stranger made, from its beginning to its end. Every size that the
 * archive tells is bounded before memory is given to it; commons-compress reads its special headers
 * to their end, whatever they say, and calls itself for each. For one thread.
 */
final class Archive {
  /** Go's reader, and so Docker's, has the same bound. */
  private static final int MOST_SPECIAL_BYTES = 1 << 20;

  /** Linux takes 4,095 bytes; the folder that a layer lies in needs some of them. */
  private static final int LONGEST_PATH = 3000;

  /** The kernel's. */
  private static final int LONGEST_NAME = 255;

  private static final int LONGEST_TARGET = 4095;

  /** Deeper trees make each step into them slow, and no file open in time. */
  private static final int DEEPEST = 256;

  /** A file with more holes than this was made to be slow. */
  private static final int MOST_SEGMENTS = 65536;

  /** Owners that a container has; what lies outside is nobody's, as it would show inside. */
  private static final long LARGEST_ID = 65535;

  private static final int NOBODY = 65534;

  private static final Pattern SECONDS = Pattern.compile("(\\d{1,12})(?:\\.(\\d{1,20}))?");
  private static final Name DOT = Name.of(".");
  private static final Name DOT_DOT = Name.of("..");

  private final InputStream in;
  private final long mostHeaders;
  private final PaxRecords always = new PaxRecords();
  private long headers;
  private long bodyLeft;
  private int paddingLeft;

  Archive(InputStream in, long mostHeaders) {
    this.in = in;
    this.mostHeaders = mostHeaders;
  }

  /** The next file; what was not read of the last one's bytes is skipped. */
  Optional<TarEntry> next() throws IOException {
    var pax = new PaxRecords();
    pax.addAll(always);
    var longName = Optional.<byte[]>empty();
    var longLink = Optional.<byte[]>empty();
    while (true) {
      skipRest();
      var header = header();
      if (header.isEmpty()) return Optional.empty();
      switch (header.get().type()) {
        case 'x' -> pax.add(special(header.get()));
        case 'g' -> {
          var all = special(header.get());
          always.add(all);
          if (always.bytes() > MOST_SPECIAL_BYTES) throw new Damaged("holds endless headers");
          pax.add(all);
        }
        case 'L' -> longName = Optional.of(terminated(special(header.get())));
        case 'K' -> longLink = Optional.of(terminated(special(header.get())));
        default -> {
          var name = pax.find("path").or(given(longName)).orElseGet(header.get()::name);
          var link = pax.find("linkpath").or(given(longLink)).orElseGet(header.get()::linkName);
          return Optional.of(entry(header.get(), pax, name, link));
        }
      }
    }
  }

  /** Bytes of the last file; -1 at its end. */
  int read(byte[] into, int length) throws IOException {
    if (bodyLeft == 0) return -1;
    int got = in.read(into, 0, (int) Math.min(length, bodyLeft));
    if (got < 0) throw new Damaged("ends in the middle of a file");
    bodyLeft -= got;
    return got;
  }

  private Optional<Header> header() throws IOException {
    var block = in.readNBytes(Header.BYTES);
    if (block.length == 0) return Optional.empty(); // some writers leave the end out
    if (block.length < Header.BYTES) throw new Damaged("ends in the middle of a header");
    var header = new Header(block);
    if (header.isEnd()) return Optional.empty();
    if (!header.isIntact()) throw new Damaged("is no tar archive, or a damaged one");
    if (++headers > mostHeaders) {
      throw new Damaged("holds more than %,d files".formatted(mostHeaders));
    }
    return Optional.of(header);
  }

  private byte[] special(Header header) throws IOException {
    long size = header.size();
    if (size > MOST_SPECIAL_BYTES) {
      throw new Damaged("holds a name or header of %,d bytes".formatted(size));
    }
    body(size);
    var bytes = in.readNBytes((int) size);
    if (bytes.length < size) throw new Damaged("ends in the middle of a header");
    bodyLeft = 0;
    return bytes;
  }

  private void body(long size) {
    bodyLeft = size;
    paddingLeft = (int) (-size & (Header.BYTES - 1));
  }

  private void skipRest() throws IOException {
    in.skipNBytes(bodyLeft + paddingLeft);
    bodyLeft = 0;
    paddingLeft = 0;
  }

  private TarEntry entry(Header header, PaxRecords pax, byte[] name, byte[] link)
      throws IOException {
    char type = header.type();
    boolean slashed = name.length > 0 && name[name.length - 1] == '/';
    boolean plain = type == '0' || type == '\0' || type == '7';
    var kind =
        switch (type) {
          case '5' -> new TarEntry.Kind.Folder();
          case '2' -> new TarEntry.Kind.Symlink(target(link));
          case '1' -> new TarEntry.Kind.HardLink(path(link));
          case 'S' -> oldSparse(header);
          case '3', '4', '6' -> new TarEntry.Kind.Other(type);
          default -> {
            body(pax.number("size", header.size()));
            if (!plain) yield new TarEntry.Kind.Other(type);
            yield slashed ? new TarEntry.Kind.Folder() : file(pax);
          }
        };
    var path = path(pax.find("GNU.sparse.name").orElse(name));
    return new TarEntry(
        kind,
        path,
        (int) (header.mode() & 07777),
        id(pax.number("uid", header.uid())),
        id(pax.number("gid", header.gid())),
        modified(header, pax),
        new TarEntry.Attributes(pax.attributes()));
  }

  private TarEntry.Kind file(PaxRecords pax) throws IOException {
    var map = pax.text(PaxRecords.SPARSE_MAP);
    if (map.isPresent()) {
      return sparse(pax.number("GNU.sparse.size", bodyLeft), map.get().split(",", -1), 0);
    }
    if (pax.text("GNU.sparse.major").equals(Optional.of("1"))) {
      return newSparse(pax.number("GNU.sparse.realsize", bodyLeft));
    }
    return new TarEntry.Kind.File(bodyLeft, List.of(new TarEntry.Segment(0, bodyLeft)));
  }

  /** GNU's third form: the map stands before the bytes, one number a line, filled up to a block. */
  private TarEntry.Kind newSparse(long size) throws IOException {
    var numbers = new ArrayList<String>();
    var line = new StringBuilder();
    long wanted = 1;
    while (numbers.size() < wanted) {
      var block = new byte[Header.BYTES];
      for (int got = 0; got < block.length; ) got += Math.max(0, readOrEnd(block, got));
      for (var b : block) {
        if (numbers.size() == wanted) break;
        if (b != '\n') {
          line.append((char) b);
          if (line.length() > 20) throw brokenMap();
          continue;
        }
        numbers.add(line.toString());
        line.setLength(0);
        if (numbers.size() == 1)
          wanted = 1 + 2 * Math.min(number(numbers.get(0)), MOST_SEGMENTS + 1);
      }
    }
    return sparse(size, numbers.toArray(String[]::new), 1);
  }

  private int readOrEnd(byte[] block, int from) throws IOException {
    var rest = new byte[block.length - from];
    int got = read(rest, rest.length);
    if (got < 0) throw brokenMap();
    System.arraycopy(rest, 0, block, from, got);
    return got;
  }

  private TarEntry.Kind sparse(long size, String[] numbers, int from) throws Damaged {
    var segments = new ArrayList<TarEntry.Segment>();
    if ((numbers.length - from) % 2 != 0) throw brokenMap();
    for (int i = from; i < numbers.length; i += 2) {
      segments.add(new TarEntry.Segment(number(numbers[i]), number(numbers[i + 1])));
    }
    return checked(size, segments);
  }

  private TarEntry.Kind oldSparse(Header header) throws IOException {
    body(0);
    var segments = new ArrayList<TarEntry.Segment>();
    addOldSegments(segments, header.block(), 386, 4);
    boolean more = header.block()[482] != 0;
    while (more) {
      var block = in.readNBytes(Header.BYTES);
      if (block.length < Header.BYTES) throw new Damaged("ends in the middle of a header");
      addOldSegments(segments, block, 0, 21);
      more = block[504] != 0;
      if (segments.size() > MOST_SEGMENTS) throw brokenMap();
    }
    body(header.size());
    return checked(header.number(483, 12), segments);
  }

  private static void addOldSegments(
      List<TarEntry.Segment> segments, byte[] block, int from, int count) throws Damaged {
    for (int i = 0; i < count; i++) {
      int at = from + i * 24;
      if (block[at] == 0) return;
      segments.add(
          new TarEntry.Segment(Header.number(block, at, 12), Header.number(block, at + 12, 12)));
    }
  }

  private TarEntry.Kind checked(long size, List<TarEntry.Segment> segments) throws Damaged {
    long end = 0;
    long stored = 0;
    for (var segment : segments) {
      if (segment.offset() < end || segment.lengthBytes() > size - segment.offset()) {
        throw brokenMap();
      }
      end = segment.offset() + segment.lengthBytes();
      stored += segment.lengthBytes();
    }
    if (segments.size() > MOST_SEGMENTS || stored != bodyLeft) throw brokenMap();
    return new TarEntry.Kind.File(size, List.copyOf(segments));
  }

  private static Damaged brokenMap() {
    return new Damaged("holds a file whose map of holes makes no sense");
  }

  private static long number(String digits) throws Damaged {
    if (!digits.matches("\\d{1,18}")) throw brokenMap();
    return Long.parseLong(digits);
  }

  private static int id(long id) {
    return id <= LARGEST_ID ? (int) id : NOBODY;
  }

  private static Status.Time modified(Header header, PaxRecords pax) throws Damaged {
    var text = pax.text("mtime");
    if (text.isEmpty()) return new Status.Time(within(header.modified()), 0);
    var match = SECONDS.matcher(text.get());
    if (!match.matches()) return new Status.Time(0, 0); // before 1970
    var nanos = match.group(2) == null ? "0" : (match.group(2) + "000000000").substring(0, 9);
    return new Status.Time(within(Long.parseLong(match.group(1))), Integer.parseInt(nanos));
  }

  /** Up to the year 2446, where ext4 ends. */
  private static long within(long seconds) {
    return Math.min(seconds, 15_032_385_535L);
  }

  private static Name target(byte[] link) throws Damaged {
    if (link.length > LONGEST_TARGET) throw tooLong(link);
    if (link.length == 0 || contains(link, 0)) {
      throw new Damaged("holds a symbolic link to nowhere");
    }
    return Name.of(link, 0, link.length);
  }

  /** The names on the way; an absolute path begins at the layer's root, as it will inside. */
  static List<Name> path(byte[] name) throws Damaged {
    if (name.length > LONGEST_PATH) throw tooLong(name);
    if (contains(name, 0)) throw new Damaged("holds a name with a zero byte");
    var parts = new ArrayList<Name>();
    int from = 0;
    for (int i = 0; i <= name.length; i++) {
      if (i < name.length && name[i] != '/') continue;
      var part = Name.of(name, from, i);
      from = i + 1;
      if (part.bytes().length == 0 || part.equals(DOT)) continue;
      if (part.equals(DOT_DOT)) {
        throw new Damaged("holds the path %s, which leads out of a folder".formatted(shown(name)));
      }
      if (part.bytes().length > LONGEST_NAME) throw tooLong(part.bytes());
      parts.add(part);
    }
    if (parts.size() > DEEPEST) {
      throw new Damaged("holds folders nested more than %d deep".formatted(DEEPEST));
    }
    return parts;
  }

  private static boolean contains(byte[] bytes, int wanted) {
    for (var b : bytes) if (b == wanted) return true;
    return false;
  }

  private static Damaged tooLong(byte[] name) {
    return new Damaged("holds a name of %,d bytes: %s".formatted(name.length, shown(name)));
  }

  private static String shown(byte[] name) {
    return Name.of(name, 0, name.length).toString();
  }

  private static byte[] terminated(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) end++;
    return Arrays.copyOf(bytes, end);
  }

  private static Supplier<Optional<byte[]>> given(Optional<byte[]> name) {
    return () -> name;
  }
}
