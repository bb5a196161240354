package dev.berth.runtime.runc.network;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.base.Problem;
import java.util.regex.Pattern;

/**
 * A range of IPv4 addresses.
 *
 * @param address its first address
 * @param bits how many leading bits its addresses share
 */
public record Subnet(int address, int bits) {
  private static final Pattern CIDR =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

  public Subnet {
    if (bits < 0 || bits > 32 || (address & mask(bits)) != address) {
      throw new Problem.Invalid(
          "%s/%d is no range of addresses.".formatted(dotted(address), bits),
          "Write its first address and its bits, for example 10.200.0.0/18.");
    }
  }

  /** The range that {@code text} means, as in 10.200.0.0/18; {@link Problem.Invalid} for others. */
  @JsonCreator
  public static Subnet parse(String text) {
    var match = CIDR.matcher(text);
    if (!match.matches()) throw invalid(text);
    int address = 0;
    for (int i = 1; i <= 4; i++) {
      int part = Integer.parseInt(match.group(i));
      if (part > 255) throw invalid(text);
      address = address << 8 | part;
    }
    return new Subnet(address, Integer.parseInt(match.group(5)));
  }

  private static Problem.Invalid invalid(String text) {
    return new Problem.Invalid(
        "\"%s\" is no range of IPv4 addresses.".formatted(text),
        "Write its first address and its bits, for example 10.200.0.0/18.");
  }

  /** Its address of that number, without the bits. */
  String at(int number) {
    return dotted(address + number);
  }

  /** How many addresses it has. */
  int size() {
    return bits == 0 ? Integer.MAX_VALUE : 1 << Math.min(30, 32 - bits);
  }

  /** Whether the two have an address in common. */
  boolean overlaps(Subnet other) {
    int shared = mask(Math.min(bits, other.bits));
    return (address & shared) == (other.address & shared);
  }

  static int mask(int bits) {
    return bits == 0 ? 0 : -1 << (32 - bits);
  }

  private static String dotted(int address) {
    return "%d.%d.%d.%d"
        .formatted(address >>> 24, address >>> 16 & 255, address >>> 8 & 255, address & 255);
  }

  @Override
  @JsonValue
  public String toString() {
    return dotted(address) + "/" + bits;
  }
}
