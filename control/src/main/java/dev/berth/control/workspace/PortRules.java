package dev.berth.control.workspace;

import dev.berth.protocol.api.WorkspaceView.FindingView;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.util.ArrayList;
import java.util.List;
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
    return now.get().stream().map(port -> mayOpen(port) ? port : closed(port)).toList();
  }

  /** The narrowest word first: the owner's, then single ports, then ranges. */
  public List<PortPlan> all() {
    var defined = new ArrayList<>(defined());
    defined.sort(
        (one, other) -> Integer.compare(one.last() - one.first(), other.last() - other.first()));
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
                    .formatted(numbers(port), port.first() == port.last() ? "stays" : "stay"),
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

  private boolean mayOpen(PortPlan now) {
    return now.visibility() == Visibility.PRIVATE
        || workspace.plan().definition().ports().stream()
            .anyMatch(then ->
                then.visibility() == Visibility.PUBLIC
                    && then.covers(now.first())
                    && then.covers(now.last()));
  }

  private boolean isChosen(PortPlan port) {
    return port.first() == port.last()
        && workspace.state().choices().visibility().containsKey(port.first());
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
    return new PortPlan(
        port.first(),
        port.last(),
        port.onOpen(),
        Visibility.PRIVATE,
        port.https(),
        port.name(),
        port.description());
  }

  private static String numbers(PortPlan port) {
    return port.first() == port.last()
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
