package dev.berth.gateway.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.route.RouteTable;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdmissionTest {
  private static final UserId ANNA = new UserId("11111111-1111-1111-1111-111111111111");
  private static final UserId BERT = new UserId("22222222-2222-2222-2222-222222222222");
  private static final WorkspaceId RUNS = new WorkspaceId("octo-hello-abcdefghijk");
  private static final WorkspaceId SLEEPS = new WorkspaceId("octo-sleep-abcdefghijk");
  private static final String KEY = "ssh-ed25519 AAAAanna";

  private final RouteTable routes = new RouteTable();
  private final Admission admission = new Admission(routes);

  @BeforeEach
  void fill() {
    var upstream =
        new Route.Upstream(
            InstanceId.create(), new Endpoint("10.0.0.2", 22999), "the-token", Optional.empty());
    routes.apply(
        new RouteEvent.All(
            List.of(
                new Route(RUNS, ANNA, Optional.of(upstream), false, List.of()),
                new Route(SLEEPS, ANNA, Optional.empty(), false, List.of())),
            Set.of()));
    routes.apply(new RouteEvent.SshKeys(ANNA, List.of("ssh-rsa AAAAother", KEY)));
    routes.apply(new RouteEvent.SshKeys(BERT, List.of("ssh-ed25519 AAAAbert")));
  }

  @Test
  void the_owners_key_opens_whether_it_runs_or_not() {
    assertThat(admission.byKey(RUNS.value(), KEY)).isTrue();
    assertThat(admission.byKey(SLEEPS.value(), KEY)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssh-ed25519 AAAAbert", "ssh-ed25519 AAAA", "", "ssh-ed25519 AAAAanna "})
  void no_other_key_does(String key) {
    assertThat(admission.byKey(RUNS.value(), key)).isFalse();
  }

  @Test
  void a_key_opens_nothing_once_it_is_deleted() {
    routes.apply(new RouteEvent.SshKeys(ANNA, List.of("ssh-rsa AAAAother")));

    assertThat(admission.byKey(RUNS.value(), KEY)).isFalse();
  }

  @Test
  void the_token_opens_while_its_instance_runs() {
    assertThat(admission.byToken(RUNS.value(), "the-token")).isTrue();
    assertThat(admission.byToken(RUNS.value(), "the-toke")).isFalse();
    assertThat(admission.byToken(RUNS.value(), "")).isFalse();
    assertThat(admission.byToken(SLEEPS.value(), "0".repeat(43))).isFalse();
    assertThat(admission.byToken("octo-other-abcdefghijk", "0".repeat(43))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "#", "root", "octo-hello-abcdefghijk ", "OCTO-hello-abcdefghijk", "a#b#c"})
  void a_name_that_is_no_workspace_opens_nothing(String name) {
    assertThat(Admission.UserName.parse(name)).isEmpty();
    assertThat(admission.byKey(name, KEY)).isFalse();
    assertThat(admission.byToken(name, "the-token")).isFalse();
  }

  @Test
  void a_token_may_stand_in_the_name() {
    assertThat(Admission.UserName.parse(RUNS + "#a#b"))
        .contains(new Admission.UserName(RUNS, Optional.of("a#b")));
    assertThat(admission.byName(RUNS + "#the-token")).isTrue();
    assertThat(admission.byName(RUNS + "#the-token ")).isFalse();
    assertThat(admission.byName(RUNS + "#")).isFalse();
    assertThat(admission.byName(RUNS.value())).isFalse();
  }
}
