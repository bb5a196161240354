package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.control.reconcile.FakeSupervisor;
import dev.berth.definition.gitpod.GitpodYml;
import dev.berth.protocol.api.WorkspaceView.FindingView;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

final class PortRulesTest {
  private static final Workspace OPENED =
      Samples.gitpodYml(
          """
          ports:
          - {port: 3000, visibility: public, name: site}
          - {port: 4000-4099, visibility: public}
          - port: 5000
          """);

  @Test
  void what_the_file_says_now_counts_in_the_place_of_what_it_said() {
    var rules = rules("ports: [{port: 3000, name: shop, visibility: public}, {port: 8080}]");

    assertThat(rules.defined())
        .extracting(PortPlan::first, port -> port.name().orElse(""), PortPlan::visibility)
        .containsExactly(
            Tuple.tuple(3000, "shop", Visibility.PUBLIC),
            Tuple.tuple(8080, "", Visibility.PRIVATE));
    assertThat(rules.findings()).hasValue(List.of());
    assertThat(rules.notice()).get().asString().contains("all else in a new workspace");
  }

  @Test
  void a_changed_file_closes_a_port_and_opens_none() {
    var rules =
        rules(
            """
            ports:
            - {port: 3000, visibility: private}
            - {port: 4000-4199, visibility: public}
            - {port: 4005, visibility: public}
            - {port: 5000, visibility: public}
            """);

    assertThat(rules.all())
        .extracting(PortPlan::first, PortPlan::visibility)
        .containsExactlyInAnyOrder(
            Tuple.tuple(3000, Visibility.PRIVATE),
            Tuple.tuple(4000, Visibility.PRIVATE), // more than before
            Tuple.tuple(4005, Visibility.PUBLIC), // was, as one of a range
            Tuple.tuple(5000, Visibility.PRIVATE));
    assertThat(rules.findings().orElseThrow())
        .extracting(FindingView::what)
        .containsExactly(
            "Ports 4000-4199 became public in this file after the workspace was opened, and stay private.",
            "Port 5000 became public in this file after the workspace was opened, and stays private.");
  }

  private static final Workspace RANGES =
      Samples.gitpodYml(
          """
          ports:
          - {port: 3000-3010, visibility: public}
          - {port: 3005, visibility: private}
          - {port: 4000-4002, visibility: public}
          - {port: 4000-4001, visibility: private}
          """);

  @Test
  void a_port_that_a_narrower_word_kept_private_stays_so_when_that_is_gone_or_changed() {
    for (var changed :
        List.of(
            "ports: [{port: 3000-3010, visibility: public}]",
            "ports: [{port: 3005, visibility: public}, {port: 3000-3010, visibility: public}]",
            "ports: [{port: 3000-3010, visibility: public}, {port: 3000-3010, visibility: public}]",
            "ports: [{port: 3000-3010, visibility: public}, {port: 3004-3006, visibility: public}]",
            "ports: [{port: 3005-3006, visibility: public}, {port: 3000-3004, visibility: public}]")) {
      var rules = PortRules.of(RANGES, live(changed, false));

      assertThat(visibility(rules, 3005)).as(changed).isEqualTo(Visibility.PRIVATE);
      assertThat(visibility(rules, 3004)).as(changed).isEqualTo(Visibility.PUBLIC);
      assertThat(rules.findings().orElseThrow())
          .as(changed)
          .extracting(FindingView::what)
          .singleElement()
          .asString()
          .startsWith("Port 3005 ");
    }
  }

  @Test
  void a_range_of_ports_that_was_private_within_a_public_one_stays_so() {
    var gone = PortRules.of(RANGES, live("ports: [{port: 4000-4002, visibility: public}]", false));
    var opened =
        PortRules.of(RANGES, live("ports: [{port: 4000-4001, visibility: public}]", false));
    var kept =
        PortRules.of(
            RANGES,
            live(
                "ports: [{port: 4000-4002, visibility: public}, {port: 4000-4001, name: x}]",
                false));

    assertThat(visibility(gone, 4000)).isEqualTo(Visibility.PRIVATE);
    assertThat(visibility(gone, 4001)).isEqualTo(Visibility.PRIVATE);
    assertThat(visibility(gone, 4002)).isEqualTo(Visibility.PUBLIC);
    assertThat(visibility(opened, 4000)).isEqualTo(Visibility.PRIVATE);
    assertThat(kept.defined()).hasSize(2);
    assertThat(kept.findings()).hasValue(List.of());
  }

  /** As the gateway takes it: the narrowest word, of two the later one. */
  private static Visibility visibility(PortRules rules, int port) {
    return rules.all().stream()
        .filter(rule -> rule.covers(port))
        .reduce(
            (one, later) -> later.last() - later.first() <= one.last() - one.first() ? later : one)
        .orElseThrow()
        .visibility();
  }

  @Test
  void the_owners_word_stands_above_the_file() {
    var choosing = OPENED.choosing(Choices.NONE.showing(5000, Visibility.PUBLIC));
    var rules = PortRules.of(choosing, live("ports: [{port: 5000, visibility: public}]", false));

    assertThat(rules.all().getFirst().visibility()).isEqualTo(Visibility.PUBLIC);
    assertThat(rules.findings()).hasValue(List.of());
  }

  @Test
  void a_broken_file_leaves_what_was_and_is_told() {
    var broken =
        new LiveDefinition(
            ".gitpod.yml",
            true,
            Optional.empty(),
            List.of(new LiveDefinition.Found("error", 3, 1, "A tab.", "Use spaces.")));
    var rules = PortRules.of(OPENED, Optional.of(status(broken)));

    assertThat(rules.defined()).isEqualTo(OPENED.plan().definition().ports());
    assertThat(rules.findings().orElseThrow())
        .extracting(FindingView::line, FindingView::severity)
        .containsExactly(Tuple.tuple(3, "error"), Tuple.tuple(1, "warning"));
    assertThat(rules.notice()).isEmpty();
  }

  private static PortRules rules(String yml) {
    return PortRules.of(OPENED, live(yml, false));
  }

  private static Optional<InstanceStatus> live(String yml, boolean broken) {
    var ports = GitpodYml.read(yml.getBytes(StandardCharsets.UTF_8)).ports();
    return Optional.of(
        status(new LiveDefinition(".gitpod.yml", broken, Optional.of(ports), List.of())));
  }

  private static InstanceStatus status(LiveDefinition live) {
    var ready = FakeSupervisor.ready(Optional.empty());
    return new InstanceStatus(
        ready.content(),
        ready.steps(),
        ready.tasks(),
        ready.ports(),
        ready.editor(),
        ready.lastInput(),
        ready.lastOutput(),
        ready.notices(),
        Optional.of(live));
  }
}
