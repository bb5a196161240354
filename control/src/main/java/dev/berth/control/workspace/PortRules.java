package dev.berth.control.workspace;

import dev.berth.protocol.api.WorkspaceView.FindingView;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What holds of a workspace's ports: its owner's word, then what the definition's file says now,
 * then what it said when the workspace was opened. A file that changed can close a port to
 * strangers, and never opens one: a pulled commit is not its owner's word.
 */
public final class PortRules {
  private final Workspace workspace;
  private final Optional<LiveDefinition> live;

  private PortRules(Workspace workspace, Optional<LiveDefinition> live) {
    this.workspace = workspace;
    this.live = live;
  }

  /** Those of a workspace whose instance said {@code status}, where there is one. */
  public static PortRules of(Workspace workspace, Optional<InstanceStatus> status) {
    return new PortRules(workspace, status.flatMap(InstanceStatus::definition));
  }

  /** What the definition wants, in its file's order. */
  List<PortPlan> defined() {
    var opened = workspace.plan().definition().ports();
    var now = live.flatMap(LiveDefinition::ports);
    if (now.isEmpty()) return opened;
    var defined = new ArrayList<PortPlan>();
    for (var port : now.get()) defined.add(mayOpen(port) ? port : closed(port));
    defined.addAll(stillPrivate(now.get()));
    return List.copyOf(defined);
  }

  /** The narrowest word first: the owner's, then single ports, then ranges. */
  public List<PortPlan> all() {
    var defined = new ArrayList<>(defined());
    defined.sort(Comparator.comparingInt(PortRules::width));
    var all = new ArrayList<PortPlan>();
    var chosen = chosen();
    for (var port : chosen) all.add(chosen(port, speaksFor(defined, port)));
    for (var plan : defined) {
      if (plan.first() != plan.last() || !chosen.contains(plan.first())) all.add(plan);
    }
    return List.copyOf(all);
  }

  /** Those that their owner said something of. */
  Set<Integer> chosen() {
    var choices = workspace.state().choices();
    var ports = new TreeSet<>(choices.visibility().keySet());
    ports.addAll(choices.https().keySet());
    return ports;
  }

  /** The first that covers {@code port}. */
  static Optional<PortPlan> speaksFor(List<PortPlan> plans, int port) {
    return plans.stream().filter(plan -> plan.covers(port)).findFirst();
  }

  /** What is wrong in the file as it is now; empty where it is as it was. */
  Optional<List<FindingView>> findings() {
    return live.map(file -> {
      var all = new ArrayList<FindingView>();
      file.findings().stream().map(found -> shown(file, found)).forEach(all::add);
      if (file.broken()) {
        all.add(
            warning(
                file,
                "The file cannot be read as it is now; what it said of ports before still holds.",
                "Repair it: its ports count as soon as it is saved."));
      }
      for (var port : file.ports().orElse(List.of())) {
        if (mayOpen(port) || isChosen(port)) continue;
        all.add(
            warning(
                file,
                "%s became public in this file after the workspace was opened, and %s private."
                    .formatted(numbers(port), isOne(port) ? "stays" : "stay"),
                "Open it yourself: gp ports visibility %d:public".formatted(port.first())));
      }
      for (var port : stillPrivate(file.ports().orElse(List.of()))) {
        if (isChosen(port)) continue;
        all.add(
            warning(
                file,
                "%s lost in this file what kept %s private, and %s private until a new workspace."
                    .formatted(
                        numbers(port), isOne(port) ? "it" : "them", isOne(port) ? "stays" : "stay"),
                "Open it yourself: gp ports visibility %d:public".formatted(port.first())));
      }
      return List.copyOf(all);
    });
  }

  /** What its owner should know of a file that changed. */
  Optional<String> notice() {
    return live.filter(file -> !file.broken())
        .map(file ->
            "%s was changed since this workspace was opened: what it says of ports counts now, all else in a new workspace."
                .formatted(file.file()));
  }

  /** Where a public range of then covers it, and not each of its ports was private by another. */
  private boolean mayOpen(PortPlan now) {
    var then = workspace.plan().definition().ports();
    return now.visibility() == Visibility.PRIVATE
        || (then.stream()
                .anyMatch(one ->
                    one.visibility() == Visibility.PUBLIC
                        && one.covers(now.first())
                        && one.covers(now.last()))
            && firsts(now, then).stream().anyMatch(this::wasPublic));
  }

  private boolean wasPublic(int port) {
    return narrowest(workspace.plan().definition().ports(), port)
        .filter(then -> then.visibility() == Visibility.PUBLIC)
        .isPresent();
  }

  /**
   * The parts of ranges that the file opens now, in which a narrower word of then said private. As
   * they are narrower than the range too, they are what the gateway goes by.
   */
  private List<PortPlan> stillPrivate(List<PortPlan> now) {
    var rules = new ArrayList<>(workspace.plan().definition().ports());
    rules.addAll(now);
    var parts = new ArrayList<PortPlan>();
    for (var range : now) {
      if (range.visibility() == Visibility.PRIVATE || !mayOpen(range)) continue;
      var firsts = firsts(range, rules);
      for (int first : firsts) {
        if (wasPublic(first) || !narrowest(now, first).equals(Optional.of(range))) continue;
        var next = firsts.higher(first);
        parts.add(closed(range, first, next == null ? range.last() : next - 1));
      }
    }
    return parts.stream().distinct().toList(); // a range may be named twice
  }

  /** Where in {@code range} others begin to speak; up to the next one, the same rules do. */
  private static NavigableSet<Integer> firsts(PortPlan range, List<PortPlan> rules) {
    var firsts = new TreeSet<>(Set.of(range.first()));
    for (var rule : rules) {
      if (range.covers(rule.first())) firsts.add(rule.first());
      if (range.covers(rule.last() + 1)) firsts.add(rule.last() + 1);
    }
    return firsts;
  }

  /** As the gateway takes it: the narrowest, of two the later one. */
  private static Optional<PortPlan> narrowest(List<PortPlan> rules, int port) {
    return rules.stream()
        .filter(rule -> rule.covers(port))
        .reduce((one, later) -> width(later) <= width(one) ? later : one);
  }

  private static int width(PortPlan port) {
    return port.last() - port.first();
  }

  private static boolean isOne(PortPlan port) {
    return port.first() == port.last();
  }

  private boolean isChosen(PortPlan port) {
    return isOne(port) && workspace.state().choices().visibility().containsKey(port.first());
  }

  private PortPlan chosen(int port, Optional<PortPlan> defined) {
    var choices = workspace.state().choices();
    return new PortPlan(
        port,
        port,
        defined.map(PortPlan::onOpen).orElse(OnOpen.NOTIFY),
        Optional.ofNullable(choices.visibility().get(port))
            .or(() -> defined.map(PortPlan::visibility))
            .orElse(Visibility.PRIVATE),
        Optional.ofNullable(choices.https().get(port))
            .or(() -> defined.map(PortPlan::https))
            .orElse(false),
        defined.flatMap(PortPlan::name),
        defined.flatMap(PortPlan::description));
  }

  private static PortPlan closed(PortPlan port) {
    return closed(port, port.first(), port.last());
  }

  private static PortPlan closed(PortPlan port, int first, int last) {
    return new PortPlan(
        first,
        last,
        port.onOpen(),
        Visibility.PRIVATE,
        port.https(),
        port.name(),
        port.description());
  }

  private static String numbers(PortPlan port) {
    return isOne(port)
        ? "Port " + port.first()
        : "Ports %d-%d".formatted(port.first(), port.last());
  }

  private static FindingView warning(LiveDefinition file, String what, String remedy) {
    return new FindingView("warning", file.file(), 1, 1, what, remedy);
  }

  private static FindingView shown(LiveDefinition file, LiveDefinition.Found found) {
    return new FindingView(
        found.severity(), file.file(), found.line(), found.column(), found.what(), found.remedy());
  }
}
