package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.devcontainer.Ports.Attributes;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Place;
import dev.berth.definition.reading.PortRange;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Value.Scalar;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code forwardPorts}, {@code appPort}, {@code portsAttributes} and those of the others. */
final class AttributeFields {
  private static final int MOST = 256; // far more than a workspace serves

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

  private static final Pattern RANGE = Pattern.compile("[0-9]{1,9}(-[0-9]{1,9})?");
  private static final Pattern OF_A_HOST = Pattern.compile("([A-Za-z0-9.-]{1,253}):([0-9]{1,9})");

  /** As Docker publishes: [address:][outside:]inside[/protocol]. */
  private static final Pattern PUBLISHED = Pattern.compile("(?:.*:)?([0-9]{1,9})(?:/(?:tcp|udp))?");

  private static final Map<String, OnOpen> ON_OPEN = new LinkedHashMap<>();

  static {
    ON_OPEN.put("notify", OnOpen.NOTIFY);
    ON_OPEN.put("openBrowser", OnOpen.OPEN_BROWSER);
    ON_OPEN.put("openBrowserOnce", OnOpen.OPEN_BROWSER);
    ON_OPEN.put("openPreview", OnOpen.OPEN_PREVIEW);
    ON_OPEN.put("silent", OnOpen.IGNORE);
    ON_OPEN.put("ignore", OnOpen.IGNORE_COMPLETELY);
  }

  private final Findings findings;

  AttributeFields(Findings findings) {
    this.findings = findings;
  }

  Ports read(Section file) {
    var forwarded = new LinkedHashSet<Integer>();
    for (var item : file.items("forwardPorts", MOST)) forward(item, forwarded);
    published(file, forwarded);
    var others = file.section("otherPortsAttributes").map(this::attributes);
    return new Ports(forwarded, byPort(file), others);
  }

  private void forward(Value item, Set<Integer> forwarded) {
    if (item instanceof Scalar(var place, _, var text)) {
      var host = OF_A_HOST.matcher(text);
      if (host.matches() && LOOPBACK.contains(host.group(1))) {
        number(place, host.group(2), forwarded);
        return;
      }
      if (host.matches()) {
        findings.error(
            place,
            "The host %s does not exist: a workspace is one container; its port is not shown."
                .formatted(Quoted.text(host.group(1))),
            "Let the program listen in the workspace, and write its port alone.");
        return;
      }
    }
    PortRange.of(item, findings)
        .filter(range -> isSingle(item, range))
        .ifPresent(range -> forwarded.add(range.first()));
  }

  private void number(Place place, String digits, Set<Integer> forwarded) {
    PortRange.of(new Scalar(place, Value.Type.INTEGER, digits), findings)
        .ifPresent(range -> forwarded.add(range.first()));
  }

  private boolean isSingle(Value item, PortRange range) {
    if (range.first() == range.last()) return true;
    findings.error(
        item.place(),
        "\"forwardPorts\" takes single ports.",
        "Write a range into \"portsAttributes\".");
    return false;
  }

  /** What Docker would publish on its machine is a port of the workspace as any other. */
  private void published(Section file, Set<Integer> forwarded) {
    var value = file.value("appPort");
    if (value.isEmpty()) return;
    List<Value> items =
        value.get() instanceof Value.Items(_, var several) ? several : List.of(value.get());
    for (var item : items.subList(0, Math.min(MOST, items.size()))) {
      var port = PUBLISHED.matcher(item instanceof Scalar scalar ? scalar.text() : "");
      if (port.matches()) {
        number(item.place(), port.group(1), forwarded);
      } else {
        findings.error(
            item.place(),
            "This is no port; it is not used.",
            "Write a number such as 3000 into \"forwardPorts\".");
      }
    }
  }

  private Map<PortRange, Attributes> byPort(Section file) {
    var all = new LinkedHashMap<PortRange, Attributes>();
    file.map("portsAttributes", MOST)
        .forEach((name, field) -> {
          if (!(field.value() instanceof Value.Fields fields)) {
            findings.error(
                field.value().place(),
                "The attributes of a port are a mapping, and this is %s; it is not used."
                    .formatted(field.value().kind()),
                "Write {\"label\": \"...\"}.");
            return;
          }
          var attributes = attributes(file.inner(fields, "in the attributes of a port"));
          range(name, field).ifPresent(range -> all.put(range, attributes));
        });
    return all;
  }

  private Optional<PortRange> range(String name, Value.Field field) {
    var of = OF_A_HOST.matcher(name);
    var text = of.matches() ? of.group(2) : name;
    if (RANGE.matcher(text).matches()) {
      return PortRange.of(new Scalar(field.name(), Value.Type.TEXT, text), findings);
    }
    findings.warning(
        field.name(),
        "%s is no port but a pattern of a program's name; it is not used."
            .formatted(Quoted.text(name)),
        "Write a port or a range such as \"3000-3010\".");
    return Optional.empty();
  }

  private Attributes attributes(Section section) {
    var onOpen = section.choice("onAutoForward", ON_OPEN).orElse(OnOpen.NOTIFY);
    var https = section.choice("protocol", Map.of("http", false, "https", true)).orElse(false);
    var label = section.label("label");
    // They are about ports of a machine that a browser does not have.
    var _ = section.truth("elevateIfNeeded");
    var _ = section.truth("requireLocalPort");
    section.finish();
    return new Attributes(onOpen, https, label);
  }
}
