package dev.berth.definition.devcontainer;

import dev.berth.definition.reading.PortRange;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a file says of ports.
 *
 * @param forwarded those that are always shown
 * @param attributes by port or range
 * @param others of all that have no attributes
 */
record Ports(
    Set<Integer> forwarded, Map<PortRange, Attributes> attributes, Optional<Attributes> others) {
  static final Ports NONE = new Ports(Set.of(), Map.of(), Optional.empty());

  Ports {
    forwarded = new LinkedHashSet<>(forwarded);
    attributes = new LinkedHashMap<>(attributes);
  }

  /** What happens when something listens, and how it is called and spoken to. */
  record Attributes(OnOpen onOpen, boolean https, Optional<String> label) {
    static final Attributes USUAL = new Attributes(OnOpen.NOTIFY, false, Optional.empty());

    PortPlan plan(PortRange range) {
      return new PortPlan(
          range.first(), range.last(), onOpen, Visibility.PRIVATE, https, label, Optional.empty());
    }
  }

  /** With what a later source says: a port's attributes are replaced as a whole. */
  Ports and(Ports later) {
    var all = new LinkedHashSet<>(forwarded);
    all.addAll(later.forwarded);
    var both = new LinkedHashMap<>(attributes);
    both.putAll(later.attributes);
    return new Ports(all, both, later.others.or(() -> others));
  }

  List<PortPlan> plans() {
    var plans = new ArrayList<PortPlan>();
    for (int port : forwarded) {
      var single = new PortRange(port, port);
      plans.add(attributes(port).plan(single));
    }
    attributes.forEach((range, one) -> {
      if (range.first() != range.last() || !forwarded.contains(range.first())) {
        plans.add(one.plan(range));
      }
    });
    others
        .filter(one -> !one.equals(Attributes.USUAL))
        .map(one -> one.plan(PortRange.ALL))
        .ifPresent(plans::add);
    return plans;
  }

  /** Those of the narrowest range that covers it. */
  private Attributes attributes(int port) {
    return attributes.entrySet().stream()
        .filter(entry -> entry.getKey().covers(port))
        .min((one, other) -> Integer.compare(one.getKey().width(), other.getKey().width()))
        .map(Map.Entry::getValue)
        .or(() -> others)
        .orElse(Attributes.USUAL);
  }
}
