package dev.berth.installer.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.config.Settings;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.config.Install;
import dev.berth.installer.manifests.Right;
import dev.berth.protocol.check.Result;
import dev.berth.runtime.kubernetes.ControlPlane;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.pod.Placement;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** What an API server that refuses, and one that is away, let checks say. */
@EnabledIfEnvironmentVariable(
    named = ControlPlane.ASSETS,
    matches = ".+",
    disabledReason = "needs etcd and kube-apiserver in the folder that KUBEBUILDER_ASSETS names")
final class ChecksOnControlPlaneTest {
  private static final String BERTH = "berth";
  private static final String WORKSPACES = "berth-workspaces";

  @TempDir private static Path folder;
  private static ControlPlane plane;

  @BeforeAll
  static void start() throws Exception {
    plane = ControlPlane.start(folder);
    try (var target = connect(plane.kubeconfig())) {
      var client = target.client();
      for (var name : List.of(BERTH, WORKSPACES)) {
        client
            .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
            .create();
      }
      for (var name : List.of("nobody", "berth-control")) {
        client
            .resource(
                new ServiceAccountBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(BERTH)
                    .endMetadata()
                    .build())
            .create();
      }
    }
  }

  @AfterAll
  static void end() {
    plane.close();
  }

  private static Target connect(Path kubeconfig) {
    return Target.connect(new ClusterAccess(Optional.of(kubeconfig), Optional.empty(), WORKSPACES));
  }

  /** As one who has no rights. */
  private static Target nobody() throws Exception {
    try (var target = connect(plane.kubeconfig())) {
      var token =
          target
              .client()
              .serviceAccounts()
              .inNamespace(BERTH)
              .withName("nobody")
              .tokenRequest(new TokenRequest())
              .getStatus()
              .getToken();
      var ofAdministrator = Files.readString(plane.kubeconfig());
      return connect(
          Files.writeString(
              folder.resolve("nobody"),
              ofAdministrator.replaceFirst("token: \"[^\"]+\"", "token: \"%s\"".formatted(token))));
    }
  }

  private static Install install() throws Exception {
    var yaml =
        """
        dashboard: https://berth.invalid
        cluster: {image: r.invalid/berth:1, workspaceImage: r.invalid/ws:1, namespace: %s}
        install: {architecture: proof-of-value, namespace: %s, certificate: {selfSigned: true}}
        """
            .formatted(WORKSPACES, BERTH);
    var file = Files.writeString(folder.resolve("berth.yaml"), yaml);
    return Install.read(Settings.read(file, Map.of())).orElseThrow();
  }

  private static List<Result> check(Target target, Consumer<Result> each) throws Exception {
    var results = new ArrayList<Result>();
    new Checks(
            target,
            install(),
            Clock.systemUTC(),
            result -> {
              results.add(result);
              each.accept(result);
            })
        .run(List.of(), false, _ -> {});
    return results;
  }

  private static List<Result.Outcome> of(String code, List<Result> results) {
    return results.stream().filter(one -> one.code().equals(code)).map(Result::outcome).toList();
  }

  @Test
  void what_one_may_not_ask_is_skipped() throws Exception {
    try (var target = nobody()) {
      var results = check(target, _ -> {});

      assertThat(of("B101", results)).hasOnlyElementsOfType(Result.Outcome.Good.class);
      for (var code : List.of("B103", "B201", "B205")) {
        assertThat(of(code, results)).as(code).hasSize(1);
        assertThat(of(code, results).getFirst())
            .as(code)
            .isInstanceOfSatisfying(
                Result.Outcome.Skipped.class,
                skipped -> assertThat(skipped.why()).contains("you may not"));
      }
      assertThat(AsControl.nodes(target, workspaces()).getFirst().outcome())
          .isInstanceOf(Result.Outcome.Skipped.class);
    }
  }

  @Test
  void what_is_not_answered_is_bad_and_not_taken_for_a_refusal() throws Exception {
    try (var target = connect(plane.kubeconfig())) {
      try {
        var results =
            check(
                target,
                result -> {
                  if (result.code().equals("B101")) plane.interrupt();
                });

        for (var code : List.of("B103", "B201", "B204", "B205")) {
          assertThat(of(code, results)).as(code).hasSize(1);
          assertThat(of(code, results).getFirst())
              .as(code)
              .isInstanceOfSatisfying(
                  Result.Outcome.Bad.class,
                  bad -> assertThat(bad.what()).contains("does not answer as it should"));
        }
        assertThat(AsControl.nodes(target, workspaces()).getFirst().outcome())
            .isInstanceOfSatisfying(
                Result.Outcome.Bad.class,
                bad -> assertThat(bad.what()).contains("does not answer as it should"));
      } finally {
        plane.resume();
      }
    }
  }

  @Test
  void rights_that_control_lacks_are_named_and_with_its_role_it_has_all() throws Exception {
    try (var target = connect(plane.kubeconfig())) {
      assertThat(of("B103", check(target, _ -> {})).getFirst())
          .isInstanceOfSatisfying(
              Result.Outcome.Bad.class,
              bad -> assertThat(bad.what()).contains("create pods in " + WORKSPACES));

      give(target);

      assertThat(of("B103", check(target, _ -> {})).getFirst())
          .isInstanceOf(Result.Outcome.Good.class);
    }
  }

  private static void give(Target target) {
    var rules =
        Right.ofControl().stream()
            .map(right ->
                new PolicyRuleBuilder()
                    .withApiGroups(right.group())
                    .withResources(right.resource())
                    .withVerbs(right.verbs())
                    .build())
            .toList();
    var role =
        new RoleBuilder()
            .withNewMetadata()
            .withName("control")
            .withNamespace(WORKSPACES)
            .endMetadata()
            .withRules(rules)
            .build();
    var binding =
        new RoleBindingBuilder()
            .withNewMetadata()
            .withName("control")
            .withNamespace(WORKSPACES)
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", "control")
            .addNewSubject("", "ServiceAccount", "berth-control", BERTH)
            .build();
    target.client().resource(role).create();
    target.client().resource(binding).create();
  }

  private static AsControl.Workspaces workspaces() throws Exception {
    var access = new ClusterAccess(Optional.of(plane.kubeconfig()), Optional.empty(), WORKSPACES);
    return new AsControl.Workspaces("", access, Placement.DEFAULT, true);
  }
}
