package dev.berth.definition.gitpod;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.PortRange;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code ports}. */
final class PortFields {
  private static final int MOST = 1000; // far more than a workspace serves; bounds each look-up

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
        new PortPlan(
            numbers.first(), numbers.last(), onOpen, visibility, https, name, description));
  }

  private Optional<PortRange> range(Section port) {
    var value = port.value("port");
    if (value.isPresent()) return PortRange.of(value.get(), findings);
    findings.error(
        port.place(), "This entry names no port; it is not used.", "Add \"port: 3000\".");
    return Optional.empty();
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
