package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.berth.control.reconcile.FakeSupervisor;
import dev.berth.definition.gitpod.GitpodYml;
import dev.berth.protocol.Severity;
import dev.berth.protocol.api.WorkspaceView.FindingView;
import dev.berth.protocol.inside.InstanceStatus;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
      var rules = PortRules.of(RANGES, live(changed));

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
    var gone = PortRules.of(RANGES, live("ports: [{port: 4000-4002, visibility: public}]"));
    var opened = PortRules.of(RANGES, live("ports: [{port: 4000-4001, visibility: public}]"));
    var kept =
        PortRules.of(
            RANGES,
            live("ports: [{port: 4000-4002, visibility: public}, {port: 4000-4001, name: x}]"));

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
    var rules = PortRules.of(choosing, live("ports: [{port: 5000, visibility: public}]"));

    assertThat(rules.all().getFirst().visibility()).isEqualTo(Visibility.PUBLIC);
    assertThat(rules.findings()).hasValue(List.of());
  }

  private static final List<LiveDefinition.Found> A_TAB =
      List.of(new LiveDefinition.Found(Severity.ERROR, 3, 1, "A tab.", "Use spaces."));

  @Test
  void a_broken_file_leaves_what_was_and_is_told() {
    var rules =
        rules(
            OPENED,
            new LiveDefinition.Unreadable(".gitpod.yml", new LiveDefinition.AsOpened(), A_TAB));

    assertThat(rules.defined()).isEqualTo(OPENED.plan().definition().ports());
    assertThat(rules.findings().orElseThrow())
        .extracting(FindingView::line, FindingView::severity)
        .containsExactly(Tuple.tuple(3, Severity.ERROR), Tuple.tuple(1, Severity.WARNING));
    assertThat(rules.notice()).isEmpty();
  }

  @Test
  void until_a_file_is_read_no_port_is_public_by_what_it_said_when_the_workspace_was_opened() {
    var choosing = OPENED.choosing(Choices.NONE.showing(5000, Visibility.PUBLIC));
    for (var live :
        List.of(
            new LiveDefinition.NotRead(),
            new LiveDefinition.Unreadable(".gitpod.yml", new LiveDefinition.NotRead(), A_TAB))) {
      var rules = rules(choosing, live);

      assertThat(visibility(rules, 3000)).isEqualTo(Visibility.PRIVATE);
      assertThat(visibility(rules, 4000)).isEqualTo(Visibility.PRIVATE);
      assertThat(visibility(rules, 5000)).isEqualTo(Visibility.PUBLIC);
      assertThat(rules.defined()).extracting(port -> port.name().orElse("")).contains("site");
    }
  }

  @Test
  void a_broken_file_opens_no_more_than_it_did_before() {
    var closed = new LiveDefinition.Changed(".gitpod.yml", ports("ports: [{port: 3000}]"), A_TAB);

    var rules = rules(OPENED, new LiveDefinition.Unreadable(".gitpod.yml", closed, A_TAB));

    assertThat(visibility(rules, 3000)).isEqualTo(Visibility.PRIVATE);
    assertThat(rules.defined()).hasSize(1);
  }

  /**
   * Each within the one before, of which every other one is public: as many bounds as there can be.
   */
  @Test
  void as_many_ranges_as_a_file_may_name_are_weighed_at_once() {
    var many = new StringBuilder("ports:\n");
    for (int i = 0; i < 1000; i++) {
      many.append("- port: %d-%d%n".formatted(1000 + 2 * i, 60_000 - 2 * i));
      if (i % 2 == 0) many.append("  visibility: public%n".formatted());
    }
    var opened = Samples.gitpodYml(many.toString());
    var now = live(many.toString().replace("-60000", "-59999").replace("1996", "1995"));

    var rules =
        assertTimeoutPreemptively(
            Duration.ofSeconds(2),
            () -> {
              var weighed = PortRules.of(opened, now);
              assertThat(weighed.findings()).isPresent();
              assertThat(weighed.all()).hasSizeGreaterThanOrEqualTo(1000);
              return weighed;
            });

    for (int port = 1001; port < 60_000; port += 7) {
      if (visibility(rules, port) == Visibility.PUBLIC) {
        assertThat(visibility(PortRules.of(opened, Optional.empty()), port))
            .isEqualTo(Visibility.PUBLIC);
        port += 500;
      }
    }
  }

  private static PortRules rules(String yml) {
    return PortRules.of(OPENED, live(yml));
  }

  private static PortRules rules(Workspace workspace, LiveDefinition live) {
    return PortRules.of(workspace, Optional.of(status(live)));
  }

  private static Optional<InstanceStatus> live(String yml) {
    return Optional.of(status(new LiveDefinition.Changed(".gitpod.yml", ports(yml), List.of())));
  }

  private static List<PortPlan> ports(String yml) {
    return GitpodYml.read(yml.getBytes(StandardCharsets.UTF_8)).ports();
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
        live);
  }
}
