package dev.berth.definition.gitpod;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.protocol.Port;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code ports}. */
final class PortFields {
  private static final int MOST = 1000; // far more than a workspace serves; bounds each look-up
  private static final int HIGHEST = 65535;

  private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})[-:]([0-9]{1,9})");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");

  private static final Map<String, OnOpen> ON_OPEN = new LinkedHashMap<>();
  private static final Map<String, Visibility> VISIBILITY =
      Map.of("private", Visibility.PRIVATE, "public", Visibility.PUBLIC);

  static {
    ON_OPEN.put("open-browser", OnOpen.OPEN_BROWSER);
    ON_OPEN.put("open-preview", OnOpen.OPEN_PREVIEW);
    ON_OPEN.put("notify", OnOpen.NOTIFY);
    ON_OPEN.put("ignore", OnOpen.IGNORE);
    ON_OPEN.put("ignore-completely", OnOpen.IGNORE_COMPLETELY);
  }

  private final Findings findings;

  PortFields(Findings findings) {
    this.findings = findings;
  }

  List<PortPlan> read(Section file) {
    var plans = new ArrayList<PortPlan>();
    for (var item : file.items("ports", MOST)) {
      if (item instanceof Value.Fields fields) {
        port(new Section(fields, "in a port", findings))
            .ifPresent(plan -> add(plan, fields, plans));
      } else {
        findings.error(
            item.place(),
            "A port is a mapping, and this is %s; it is not used.".formatted(item.kind()),
            "Write \"- port: 3000\".");
      }
    }
    return plans;
  }

  private void add(PortPlan plan, Value.Fields fields, List<PortPlan> plans) {
    if (plans.stream().anyMatch(p -> p.first() == plan.first() && p.last() == plan.last())) {
      findings.error(
          fields.place(),
          "Port %s was described above, and that counts.".formatted(words(plan)),
          "Keep one of the two.");
    } else {
      plans.add(plan);
    }
  }

  private Optional<PortPlan> port(Section port) {
    var range = range(port);
    var onOpen = port.choice("onOpen", ON_OPEN).orElse(OnOpen.NOTIFY);
    var visibility = port.choice("visibility", VISIBILITY).orElse(Visibility.PRIVATE);
    var https = https(port);
    var name = port.label("name");
    var description = port.label("description");
    port.finish();
    return range.map(numbers ->
        new PortPlan(numbers.first, numbers.last, onOpen, visibility, https, name, description));
  }

  private record Range(int first, int last) {}

  private Optional<Range> range(Section port) {
    var value = port.value("port");
    if (value.isEmpty()) {
      findings.error(
          port.place(), "This entry names no port; it is not used.", "Add \"port: 3000\".");
      return Optional.empty();
    }
    if (!(value.get() instanceof Value.Scalar scalar)) {
      findings.error(
          value.get().place(),
          "\"port\" is %s; the entry is not used.".formatted(value.get().kind()),
          "Write a number or a range such as 3000-3999.");
      return Optional.empty();
    }
    var range = RANGE.matcher(scalar.text());
    if (NUMBER.matcher(scalar.text()).matches()) {
      int number = Integer.parseInt(scalar.text());
      return checked(scalar, number, number);
    } else if (range.matches()) {
      return checked(scalar, Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
    }
    findings.error(
        scalar.place(),
        "%s is no port; the entry is not used.".formatted(Quoted.text(scalar.text())),
        "Write a number from 1 to 65535 or a range such as 3000-3999.");
    return Optional.empty();
  }

  private Optional<Range> checked(Value.Scalar at, int first, int last) {
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
    return Optional.of(new Range(first, last));
  }

  private boolean https(Section port) {
    var protocol = port.text("protocol", 64);
    if (protocol.isEmpty()) return false;
    return switch (protocol.get()) {
      case "https" -> true;
      case "http" -> false;
      case "TCP", "UDP" -> {
        findings.warning(
            port.place("protocol"),
            "The protocol %s is no longer used; the port is served as http."
                .formatted(protocol.get()),
            "Write http or https, or remove it.");
        yield false;
      }
      default -> {
        findings.error(
            port.place("protocol"),
            "The protocol %s is not known; the port is served as http."
                .formatted(Quoted.text(protocol.get())),
            "Write http or https.");
        yield false;
      }
    };
  }

  private static String words(PortPlan plan) {
    return plan.first() == plan.last()
        ? Integer.toString(plan.first())
        : plan.first() + "-" + plan.last();
  }
}
