package dev.berth.control.workspace;

import dev.berth.protocol.Notice;
import dev.berth.protocol.Severity;
import dev.berth.protocol.api.WorkspaceView.FindingView;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What holds of a workspace's ports: its owner's word, then what the definition's file says now,
 * then what it said when the workspace was opened. A file that changed can close a port to
 * strangers, and never opens one: a pulled commit is not its owner's word.
 */
public final class PortRules {
  private final Workspace workspace;
  private final LiveDefinition live;
  private final List<PortPlan> defined;
  private final List<PortPlan> refused;
  private final List<PortPlan> stillPrivate;

  /**
   * @param defined what the definition wants, in its file's order
   * @param refused what its file now opens and may not
   * @param stillPrivate the parts of what it may open that were private
   */
  private PortRules(
      Workspace workspace,
      LiveDefinition live,
      List<PortPlan> defined,
      List<PortPlan> refused,
      List<PortPlan> stillPrivate) {
    this.workspace = workspace;
    this.live = live;
    this.defined = List.copyOf(defined);
    this.refused = List.copyOf(refused);
    this.stillPrivate = List.copyOf(stillPrivate);
  }

  /** Those of a workspace whose instance said {@code status}, where there is one. */
  public static PortRules of(Workspace workspace, Optional<InstanceStatus> status) {
    var opened = workspace.plan().definition().ports();
    // A working copy is no word of its owner's.
    if (workspace.id().isTrial()) {
      return closed(workspace, new LiveDefinition.AsOpened(), opened);
    }
    var live = status.map(InstanceStatus::definition).orElse(new LiveDefinition.AsOpened());
    return switch (live.held()) {
      // What it closed before the last stop must not be open until it is read.
      case LiveDefinition.NotRead _ -> closed(workspace, live, opened);
      case LiveDefinition.AsOpened _ ->
          new PortRules(workspace, live, opened, List.of(), List.of());
      case LiveDefinition.Changed(_, var now, _) ->
          changed(workspace, live, PortSegments.of(opened), now);
    };
  }

  private static PortRules closed(Workspace workspace, LiveDefinition live, List<PortPlan> opened) {
    var closed = opened.stream().map(PortRules::closed).toList();
    return new PortRules(workspace, live, closed, List.of(), List.of());
  }

  private static PortRules changed(
      Workspace workspace, LiveDefinition live, PortSegments then, List<PortPlan> now) {
    var mayOpen = mayOpen(workspace.plan().definition().ports(), then, now);
    var parts = stillPrivate(then, now, mayOpen);
    var defined = new ArrayList<PortPlan>();
    var refused = new ArrayList<PortPlan>();
    for (var port : now) {
      boolean asSaid = isPrivate(port) || mayOpen.contains(port);
      defined.add(asSaid ? port : closed(port));
      if (!asSaid) refused.add(port);
    }
    defined.addAll(parts);
    return new PortRules(workspace, live, defined, refused, parts);
  }

  /** What the definition wants, in its file's order. */
  List<PortPlan> defined() {
    return defined;
  }

  /** The narrowest word first: the owner's, then single ports, then ranges. */
  public List<PortPlan> all() {
    var narrowest = new ArrayList<>(defined);
    narrowest.sort(Comparator.comparingInt(PortRules::width));
    var all = new ArrayList<PortPlan>();
    var chosen = chosen();
    for (var port : chosen) all.add(chosen(port, speaksFor(narrowest, port)));
    for (var plan : narrowest) {
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
    return switch (live) {
      case LiveDefinition.NotRead _, LiveDefinition.AsOpened _ -> Optional.empty();
      case LiveDefinition.Changed(var file, _, var found) -> Optional.of(findings(file, found));
      case LiveDefinition.Unreadable(var file, var before, var found) -> {
        var all = new ArrayList<>(findings(file, found));
        all.add(
            warning(
                file,
                before instanceof LiveDefinition.NotRead
                    ? "The file cannot be read, and could not since this start, so no port is public by it."
                    : "The file cannot be read as it is now; what it said of ports before still holds.",
                "Repair it: its ports count as soon as it is saved."));
        yield Optional.of(List.copyOf(all));
      }
    };
  }

  private List<FindingView> findings(String file, List<LiveDefinition.Found> found) {
    var all = new ArrayList<FindingView>();
    found.forEach(one -> all.add(shown(file, one)));
    for (var port : refused) {
      if (isChosen(port)) continue;
      all.add(
          warning(
              file,
              "%s became public in this file after the workspace was opened, and %s private."
                  .formatted(numbers(port), isOne(port) ? "stays" : "stay"),
              "Open it yourself: gp ports visibility %d:public".formatted(port.first())));
    }
    for (var port : stillPrivate) {
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
  }

  /** What its owner should know of a file that changed. */
  Optional<Notice> notice() {
    return live instanceof LiveDefinition.Changed(var file, _, _)
        ? Optional.of(
            Notice.information(
                "%s was changed since this workspace was opened: what it says of ports counts now, all else in a new workspace."
                    .formatted(file)))
        : Optional.empty();
  }

  /**
   * Those of {@code now} that are public, where a public range of then covers each, and not each of
   * its ports was private by another.
   */
  private static Set<PortPlan> mayOpen(
      List<PortPlan> opened, PortSegments then, List<PortPlan> now) {
    var publicFrom = new TreeSet<Integer>();
    for (int first : then.firsts()) {
      if (wasPublic(then, first)) publicFrom.add(first);
    }
    var publicUntil = publicUntil(opened);
    return now.stream()
        .filter(port -> !isPrivate(port))
        .filter(port -> {
          var covered = publicUntil.floorEntry(port.first());
          var next = publicFrom.ceiling(port.first());
          return covered != null
              && covered.getValue() >= port.last()
              && (wasPublic(then, port.first()) || (next != null && next <= port.last()));
        })
        .collect(Collectors.toSet());
  }

  /** By each port, how far the public ranges reach that begin there or before. */
  private static NavigableMap<Integer, Integer> publicUntil(List<PortPlan> opened) {
    var until = new TreeMap<Integer, Integer>();
    int furthest = 0;
    var inOrder = opened.stream().sorted(Comparator.comparingInt(PortPlan::first)).toList();
    for (var port : inOrder) {
      if (isPrivate(port)) continue;
      furthest = Math.max(furthest, port.last());
      until.put(port.first(), furthest);
    }
    return until;
  }

  private static boolean wasPublic(PortSegments then, int port) {
    return then.at(port).filter(rule -> !isPrivate(rule)).isPresent();
  }

  /**
   * The parts of what the file may open in which a narrower word of then said private. As they are
   * narrower than the range too, they are what the gateway goes by.
   */
  private static List<PortPlan> stillPrivate(
      PortSegments then, List<PortPlan> now, Set<PortPlan> mayOpen) {
    var speaking = PortSegments.of(now);
    var firsts = new TreeSet<>(then.firsts());
    firsts.addAll(speaking.firsts());
    var parts = new ArrayList<PortPlan>();
    for (int first : firsts) {
      var range = speaking.at(first).filter(mayOpen::contains);
      if (range.isEmpty() || wasPublic(then, first)) continue;
      var next = firsts.higher(first);
      int last = next == null ? range.get().last() : next - 1;
      var before = parts.isEmpty() ? Optional.<PortPlan>empty() : Optional.of(parts.getLast());
      var same = before.filter(part -> part.equals(closed(range.get(), part.first(), first - 1)));
      if (same.isPresent()) parts.removeLast(); // they are one
      parts.add(closed(range.get(), same.map(PortPlan::first).orElse(first), last));
    }
    return parts;
  }

  private static boolean isPrivate(PortPlan port) {
    return port.visibility() == Visibility.PRIVATE;
  }

  static int width(PortPlan port) {
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

  private static FindingView warning(String file, String what, String remedy) {
    return new FindingView(Severity.WARNING, file, 1, 1, what, remedy);
  }

  private static FindingView shown(String file, LiveDefinition.Found found) {
    return new FindingView(
        found.severity(), file, found.line(), found.column(), found.what(), found.remedy());
  }
}
