package dev.berth.control.workspace;

import dev.berth.control.source.Source;
import dev.berth.control.workspace.Workspace.Outcome;
import dev.berth.definition.Finding;
import dev.berth.definition.Image;
import dev.berth.protocol.Notice;
import dev.berth.protocol.Phase;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.DefinitionView;
import dev.berth.protocol.api.PrebuildView;
import dev.berth.protocol.api.WorkspaceView;
import dev.berth.protocol.api.WorkspaceView.PortView;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.InstanceStatus.ServedPort;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.OnOpen;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes of a workspace what its owner and the gateway are shown. */
public final class Views {
  private final Addresses addresses;
  private final LastSeen lastSeen;
  private final Retention retention;
  private final Function<WorkspaceId, List<Notice>> ofSaves;

  /**
   * @param ofSaves what owners should know of their workspaces' saved files
   */
  public Views(
      Addresses addresses,
      LastSeen lastSeen,
      Retention retention,
      Function<WorkspaceId, List<Notice>> ofSaves) {
    this.ofSaves = ofSaves;
    this.addresses = addresses;
    this.lastSeen = lastSeen;
    this.retention = retention;
  }

  /** What its owner is shown. */
  public WorkspaceView of(Workspace workspace) {
    var plan = workspace.plan();
    var source = plan.source();
    var status = status(workspace);
    var notices = new ArrayList<>(plan.notices());
    status.map(InstanceStatus::notices).ifPresent(notices::addAll);
    // Inside they are told as words; here they are shown at their lines.
    plan.definition()
        .findings()
        .forEach(finding -> notices.removeIf(notice -> notice.text().equals(finding.words())));
    var rules = PortRules.of(workspace, status);
    rules.notice().ifPresent(notices::add);
    notices.addAll(ofSaves.apply(workspace.id()));
    workspace
        .state()
        .renewed()
        .map(why -> "Its instance ended by itself, and it was started anew: " + why)
        .map(Notice::warning)
        .ifPresent(notices::add);
    return new WorkspaceView(
        workspace.id(),
        addresses.workspace(workspace.id()).toString(),
        plan.contextUrl(),
        source.owner().isEmpty() ? source.repository() : source.owner() + "/" + source.repository(),
        source.cloneUrl(),
        "/workspace/" + source.location(plan.definition().checkoutLocation()),
        ref(source.ref()),
        source.commit(),
        plan.size(),
        image(workspace),
        workspace.createdAt(),
        workspace.lastActiveAt(),
        workspace.intent(),
        workspace.phase(),
        workspace.state().steps(),
        rules
            .findings()
            .orElseGet(() -> plan.definition().findings().stream().map(Finding::view).toList()),
        ToldNotices.of(notices.stream().distinct().toList()),
        status.flatMap(InstanceStatus::editor),
        ports(workspace, rules, status),
        plan.prebuilt()
            .map(base ->
                new WorkspaceView.PrebuiltView(base.prebuild(), base.commit(), base.exact())),
        workspace.state().choices().pinned(),
        retention.keptUntil(workspace));
  }

  /** What the owner of a prebuild is shown. */
  public PrebuildView prebuild(Workspace prebuild) {
    var source = prebuild.plan().source();
    return new PrebuildView(
        prebuild.id(),
        prebuild.plan().contextUrl(),
        source.owner().isEmpty() ? source.repository() : source.owner() + "/" + source.repository(),
        ref(source.ref()),
        source.commit(),
        state(prebuild),
        why(prebuild),
        prebuild.createdAt(),
        prebuild.phase().since());
  }

  private static PrebuildView.State state(Workspace prebuild) {
    var outcome = prebuild.state().outcome();
    if (outcome.flatMap(Outcome::point).isPresent()) return PrebuildView.State.AVAILABLE;
    if (outcome.flatMap(Outcome::failure).isPresent()) return PrebuildView.State.FAILED;
    return switch (prebuild.phase()) {
      case Phase.Pending _ -> PrebuildView.State.QUEUED;
      case Phase.Starting _, Phase.Running _, Phase.Stopping _ -> PrebuildView.State.BUILDING;
      case Phase.Stopped _ ->
          outcome.isPresent() ? PrebuildView.State.BUILDING : PrebuildView.State.ABORTED;
      case Phase.Failed _ -> PrebuildView.State.FAILED;
    };
  }

  private static Optional<String> why(Workspace prebuild) {
    var outcome = prebuild.state().outcome();
    var failure = outcome.flatMap(Outcome::failure).or(() -> outcome.flatMap(Outcome::trouble));
    if (failure.isPresent()) return failure;
    return prebuild.phase() instanceof Phase.Failed(_, var what, var remedy)
        ? Optional.of(what + " " + remedy)
        : Optional.empty();
  }

  /** What it is made by. */
  public DefinitionView definition(Workspace workspace) {
    return Facts.of(workspace, PortRules.of(workspace, status(workspace)));
  }

  private static String image(Workspace workspace) {
    if (workspace.state().choices().defaultImage()) return "default";
    if (workspace.wantsBuilt()) return "built";
    var definition = workspace.plan().definition();
    return definition.image() instanceof Image.Reference
            && definition.container().features().isEmpty()
        ? "named"
        : "default";
  }

  /** What its supervisor said; one that was asked to end offers nothing any more. */
  private Optional<InstanceStatus> status(Workspace workspace) {
    return switch (workspace.phase()) {
      case Phase.Starting _, Phase.Running _ ->
          lastSeen.of(workspace.id()).map(LastSeen.Sight::status);
      case Phase.Pending _, Phase.Stopping _, Phase.Stopped _, Phase.Failed _ -> Optional.empty();
    };
  }

  private static Optional<String> ref(Source.Ref ref) {
    return switch (ref) {
      case Source.Ref.Branch(var name) -> Optional.of(name);
      case Source.Ref.Tag(var name) -> Optional.of(name);
      case Source.Ref.PullRequest(var number, _) -> Optional.of("#" + number);
      case Source.Ref.Commit _, Source.Ref.Empty _ -> Optional.empty();
    };
  }

  private List<PortView> ports(
      Workspace workspace, PortRules rules, Optional<InstanceStatus> status) {
    var served =
        status.map(InstanceStatus::ports).orElse(List.of()).stream()
            .map(ServedPort::port)
            .collect(Collectors.toCollection(TreeSet::new));
    var shown = new TreeSet<>(served);
    shown.addAll(rules.chosen());
    for (var port : rules.defined()) {
      if (port.first() == port.last()) shown.add(port.first());
    }
    var known = rules.all();
    return shown.stream()
        .limit(1000) // an instance that listens everywhere must not make its owner's page of it
        .map(port -> port(workspace, port, PortRules.speaksFor(known, port), served.contains(port)))
        .toList();
  }

  private PortView port(Workspace workspace, int port, Optional<PortPlan> plan, boolean served) {
    return new PortView(
        port,
        plan.flatMap(PortPlan::name),
        plan.flatMap(PortPlan::description),
        PortView.word(plan.map(PortPlan::visibility).orElse(Visibility.PRIVATE)),
        PortView.word(plan.map(PortPlan::onOpen).orElse(OnOpen.NOTIFY)),
        plan.map(PortPlan::https).orElse(false) ? "https" : "http",
        served,
        addresses.port(workspace.id(), port).toString());
  }
}
