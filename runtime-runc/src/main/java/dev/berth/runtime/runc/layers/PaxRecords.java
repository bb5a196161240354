package dev.berth.runtime.runc.layers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What POSIX calls an extended header: names and values of the next file, or of all that follow.
 */
final class PaxRecords {
  static final String ATTRIBUTE = "SCHILY.xattr.";

  private static final String OLD_SPARSE_OFFSET = "GNU.sparse.offset";
  private static final String OLD_SPARSE_LENGTH = "GNU.sparse.numbytes";

  /** GNU's oldest form repeats two names; this one holds them all, as its second form does. */
  static final String SPARSE_MAP = "GNU.sparse.map";

  private final Map<String, byte[]> values = new HashMap<>();

  /** Takes up {@code header}; an empty value takes back what an earlier one said. */
  void add(byte[] header) throws Damaged {
    var sparse = new StringBuilder();
    int at = 0;
    while (at < header.length) {
      int space = index(header, ' ', at, Math.min(header.length, at + 8));
      int end = at + length(header, at, space);
      int equals = index(header, '=', space, end);
      if (end > header.length || header[end - 1] != '\n') throw broken();
      var key = new String(header, space + 1, equals - space - 1, StandardCharsets.UTF_8);
      var value = Arrays.copyOfRange(header, equals + 1, end - 1);
      put(key, value, sparse);
      at = end;
    }
    if (!sparse.isEmpty())
      values.put(SPARSE_MAP, sparse.toString().getBytes(StandardCharsets.US_ASCII));
  }

  void addAll(PaxRecords others) {
    values.putAll(others.values);
  }

  long bytes() {
    long sum = 0;
    for (var one : values.entrySet()) sum += one.getKey().length() + one.getValue().length;
    return sum;
  }

  Optional<byte[]> find(String key) {
    return Optional.ofNullable(values.get(key));
  }

  Optional<String> text(String key) {
    return find(key).map(value -> new String(value, StandardCharsets.UTF_8));
  }

  long number(String key, long otherwise) throws Damaged {
    var text = text(key);
    if (text.isEmpty()) return otherwise;
    if (!text.get().matches("\\d{1,18}")) throw broken();
    return Long.parseLong(text.get());
  }

  Map<String, byte[]> attributes() {
    var found = new HashMap<String, byte[]>();
    for (var one : values.entrySet()) {
      if (one.getKey().startsWith(ATTRIBUTE)) {
        found.put(one.getKey().substring(ATTRIBUTE.length()), one.getValue());
      }
    }
    return found;
  }

  private void put(String key, byte[] value, StringBuilder sparse) {
    if (key.equals(OLD_SPARSE_OFFSET) || key.equals(OLD_SPARSE_LENGTH)) {
      if (!sparse.isEmpty()) sparse.append(',');
      sparse.append(new String(value, StandardCharsets.UTF_8));
    } else if (value.length == 0 && !key.startsWith(ATTRIBUTE)) {
      values.remove(key);
    } else {
      values.put(key, value);
    }
  }

  private static int length(byte[] header, int from, int to) throws Damaged {
    int length = 0;
    for (int i = from; i < to; i++) {
      if (header[i] < '0' || header[i] > '9') throw broken();
      length = length * 10 + header[i] - '0';
    }
    if (length < to - from + 3 || length > header.length - from) throw broken();
    return length;
  }

  private static int index(byte[] in, char wanted, int from, int to) throws Damaged {
    for (int i = from; i < to; i++) if (in[i] == wanted) return i;
    throw broken();
  }

  private static Damaged broken() {
    return new Damaged("holds an extended header that cannot be read");
  }
}
