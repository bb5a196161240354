package dev.berth.definition.reading;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Value.Scalar;
import dev.berth.protocol.Port;
import java.util.Optional;
import java.util.regex.Pattern;

/** A TCP port, or several in a row, that a definition may speak of. */
public record PortRange(int first, int last) {
  private static final int HIGHEST = 65535;

  /** All there are. */
  public static final PortRange ALL = new PortRange(1, HIGHEST);

  private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})[-:]([0-9]{1,9})");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");

  /** Whether it has {@code port}. */
  public boolean covers(int port) {
    return first <= port && port <= last;
  }

  /** How many it has beside the first. */
  public int width() {
    return last - first;
  }

  /** The port or range that {@code value} is; what is none, or ours, is told. */
  public static Optional<PortRange> of(Value value, Findings findings) {
    if (!(value instanceof Scalar scalar)) {
      findings.error(
          value.place(),
          "\"port\" is %s; the entry is not used.".formatted(value.kind()),
          "Write a number or a range such as 3000-3999.");
      return Optional.empty();
    }
    var range = RANGE.matcher(scalar.text());
    if (NUMBER.matcher(scalar.text()).matches()) {
      int number = Integer.parseInt(scalar.text());
      return checked(scalar, number, number, findings);
    } else if (range.matches()) {
      int first = Integer.parseInt(range.group(1));
      return checked(scalar, first, Integer.parseInt(range.group(2)), findings);
    }
    findings.error(
        scalar.place(),
        "%s is no port; the entry is not used.".formatted(Quoted.text(scalar.text())),
        "Write a number from 1 to 65535 or a range such as 3000-3999.");
    return Optional.empty();
  }

  private static Optional<PortRange> checked(Scalar at, int first, int last, Findings findings) {
    if (first < 1 || last > HIGHEST || first > last) {
      findings.error(
          at.place(),
          "%s is no %s; the entry is not used."
              .formatted(
                  Quoted.printable(at.text()), first == last ? "TCP port" : "range of TCP ports"),
          "Use numbers from 1 to 65535, the smaller one first.");
      return Optional.empty();
    }
    if (first == last && Port.isOurs(first)) {
      findings.error(
          at.place(),
          "Port %d belongs to Berth's supervisor; the entry is not used.".formatted(first),
          "Let your program listen on another port than %d, %d and %d."
              .formatted(Port.SUPERVISOR, Port.IDE, Port.SSH));
      return Optional.empty();
    }
    for (int ours : new int[] {Port.SUPERVISOR, Port.IDE, Port.SSH}) {
      if (first <= ours && ours <= last) {
        findings.warning(
            at.place(),
            "The range covers port %d, which belongs to Berth's supervisor and stays its own."
                .formatted(ours),
            "Split the range around it.");
      }
    }
    return Optional.of(new PortRange(first, last));
  }
}
