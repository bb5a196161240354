package dev.berth.control.workspace;

import dev.berth.protocol.inside.PortPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which of some rules speaks for each port, as the gateway takes it: the narrowest, of two the
 * later one. Between two bounds the same rule does, so there are at most twice as many segments as
 * rules; they are found by going along the ports once, as a repository may name a thousand ranges
 * within each other.
 */
final class PortSegments {
  private record Rule(PortPlan plan, int index) {
    static final Comparator<Rule> NARROWEST_FIRST =
        Comparator.comparingInt((Rule rule) -> PortRules.width(rule.plan))
            .thenComparing(Rule::index, Comparator.reverseOrder());
  }

  /** By their first ports; each ends where the next begins. */
  private final NavigableMap<Integer, Optional<PortPlan>> segments;

  private PortSegments(NavigableMap<Integer, Optional<PortPlan>> segments) {
    this.segments = segments;
  }

  static PortSegments of(List<PortPlan> plans) {
    var from = new TreeMap<Integer, List<Rule>>();
    var until = new TreeMap<Integer, List<Rule>>();
    for (int i = 0; i < plans.size(); i++) {
      var rule = new Rule(plans.get(i), i);
      from.computeIfAbsent(rule.plan.first(), _ -> new ArrayList<>()).add(rule);
      until.computeIfAbsent(rule.plan.last() + 1, _ -> new ArrayList<>()).add(rule);
    }
    var bounds = new TreeSet<>(from.keySet());
    bounds.addAll(until.keySet());
    var speaking = new TreeSet<Rule>(Rule.NARROWEST_FIRST);
    var segments = new TreeMap<Integer, Optional<PortPlan>>();
    for (int bound : bounds) {
      until.getOrDefault(bound, List.of()).forEach(speaking::remove);
      speaking.addAll(from.getOrDefault(bound, List.of()));
      segments.put(bound, speaking.stream().findFirst().map(Rule::plan));
    }
    return new PortSegments(segments);
  }

  /** The rule that speaks for {@code port}. */
  Optional<PortPlan> at(int port) {
    var segment = segments.floorEntry(port);
    return segment == null ? Optional.empty() : segment.getValue();
  }

  /** Where another rule may begin to speak, or none. */
  NavigableSet<Integer> firsts() {
    return segments.navigableKeySet();
  }
}
