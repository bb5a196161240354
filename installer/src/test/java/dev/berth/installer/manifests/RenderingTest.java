package dev.berth.installer.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.base.config.Settings;
import dev.berth.installer.certificate.Authority;
import dev.berth.installer.config.Install;
import dev.berth.protocol.InstallationKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RenderingTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final String PROOF =
      """
      dashboard: https://berth.example.com
      cluster: {image: r.example.com/berth:1, workspaceImage: r.example.com/ws:1, kubeconfig: here}
      install:
        architecture: proof-of-value
        provider: gcp
        certificate: {selfSigned: true}
      """;
  private static final String PRODUCTION =
      """
      dashboard: https://berth.example.com
      cluster: {image: r.example.com/berth:1, workspaceImage: r.example.com/ws:1}
      database: {url: "jdbc:mariadb://db/berth", user: berth, password: "a: secret"}
      objects: {s3: {bucket: berth, accessKey: AK, secretKey: SK}}
      install:
        architecture: production
        provider: aws
        certificate: {issuer: gitpod-issuer}
        quota: {pods: 50}
      """;

  /** Made once: keys of RSA take their time. */
  private static Optional<Secrets> made = Optional.empty();

  @TempDir Path folder;

  private static Secrets made(Read read) {
    var kept = made.orElseGet(Secrets::none);
    var secrets = SecretSource.complete(read.install(), read.settings().said(), kept, NOON);
    made = Optional.of(secrets);
    return secrets;
  }

  private record Read(Settings settings, Install install) {}

  private Read read(String yaml) throws Exception {
    var settings = Settings.read(Files.writeString(folder.resolve("berth.yaml"), yaml), Map.of());
    return new Read(settings, Install.read(settings).orElseThrow());
  }

  private List<Manifest> rendered(String yaml) throws Exception {
    var read = read(yaml);
    return Rendering.of(read.install(), read.settings().said(), Optional.empty(), "1");
  }

  private static JsonNode one(List<Manifest> all, String key) {
    return all.stream().filter(one -> one.key().equals(key)).findFirst().orElseThrow().body();
  }

  @Test
  void the_same_settings_give_the_same_bytes() throws Exception {
    assertThat(text(rendered(PROOF))).isEqualTo(text(rendered(PROOF)));
  }

  private static String text(List<Manifest> all) {
    var text = new StringBuilder();
    for (var manifest : all) text.append(manifest.yaml()).append("---\n");
    return text.toString();
  }

  @Test
  void each_says_why_it_is_there_and_reads_back_as_it_was() throws Exception {
    for (var yaml : List.of(PROOF, PRODUCTION)) {
      for (var manifest : rendered(yaml)) {
        assertThat(manifest.why()).as(manifest.key()).isNotEmpty();
        assertThat(new YAMLMapper().readTree(manifest.yaml())).isEqualTo(manifest.body());
      }
    }
  }

  @Test
  void replicas_of_a_role_never_share_a_node_where_there_are_others() throws Exception {
    var all = rendered(PRODUCTION);
    for (var role : List.of("berth-control", "berth-gateway")) {
      var pod = one(all, "Deployment berth/" + role).at("/spec/template/spec");
      var nodes = pod.at("/topologySpreadConstraints/0");
      assertThat(nodes.path("topologyKey").asText()).isEqualTo("kubernetes.io/hostname");
      assertThat(nodes.path("whenUnsatisfiable").asText()).isEqualTo("DoNotSchedule");
      // Neither what an update replaces nor a node that is drained keeps one from its place.
      assertThat(nodes.at("/matchLabelKeys/0").asText()).isEqualTo("pod-template-hash");
      assertThat(nodes.path("nodeTaintsPolicy").asText()).isEqualTo("Honor");
      assertThat(pod.at("/tolerations/0/tolerationSeconds").asInt()).isEqualTo(30);
    }
  }

  @Test
  void control_reads_what_checks_recorded_where_there_is_something() throws Exception {
    var all = rendered(PROOF);
    var pod = one(all, "Deployment berth/berth-control").at("/spec/template/spec");
    var volume = new ArrayList<JsonNode>();
    pod.path("volumes").forEach(one -> volume.add(one.path("configMap")));
    volume.removeIf(one -> !one.path("name").asText().equals("berth-checks"));

    assertThat(volume).hasSize(1);
    assertThat(volume.getFirst().path("optional").asBoolean()).isTrue();
    assertThat(pod.at("/containers/0/volumeMounts").toString()).contains("/etc/berth/checks");
    assertThat(settings(all, "control").at("/control/checks").asText())
        .isEqualTo("/etc/berth/checks/checks.json");
    assertThat(one(all, "Deployment berth/berth-gateway").toString())
        .doesNotContain("berth-checks");
  }

  @Test
  void no_container_is_root_or_writes_its_root() throws Exception {
    for (var manifest : rendered(PROOF)) {
      var pod = manifest.body().at("/spec/template/spec");
      if (pod.isMissingNode()) continue;
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      for (var container : pod.path("containers")) {
        var security = container.path("securityContext");
        assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(container.at("/resources/limits/memory").asText()).endsWith("Mi");
      }
    }
  }

  @Test
  void workspaces_make_room_for_berth_and_never_for_each_other() throws Exception {
    var all = rendered(PROOF);

    assertThat(one(all, "PriorityClass berth-system").path("value").asInt())
        .isGreaterThan(one(all, "PriorityClass berth-workspaces").path("value").asInt());
    assertThat(one(all, "PriorityClass berth-workspaces").path("preemptionPolicy").asText())
        .isEqualTo("Never");
    for (var manifest : all) {
      var pod = manifest.body().at("/spec/template/spec");
      if (pod.isMissingNode()) continue;
      assertThat(pod.path("priorityClassName").asText()).isEqualTo("berth-system");
    }
    assertThat(settings(all, "control").path("cluster").path("priorityClass").asText())
        .isEqualTo("berth-workspaces");
  }

  @Test
  void priority_classes_of_the_operators_own_are_named_and_not_made() throws Exception {
    var own =
        rendered(
            PRODUCTION.replace("  architecture:", "  priorityClass: important\n  architecture:"));
    var none =
        rendered(PRODUCTION.replace("  architecture:", "  priorityClass: none\n  architecture:"));
    var theirs =
        rendered(PRODUCTION.replace("workspaceImage:", "priorityClass: low, workspaceImage:"));

    assertThat(own).noneMatch(one -> one.kind().equals("PriorityClass"));
    assertThat(priority(own)).isEqualTo("important");
    assertThat(settings(own, "control").path("cluster").has("priorityClass")).isFalse();
    assertThat(none).noneMatch(one -> one.kind().equals("PriorityClass"));
    assertThat(priority(none)).isEmpty();
    assertThat(theirs).filteredOn(one -> one.kind().equals("PriorityClass")).hasSize(1);
    assertThat(settings(theirs, "control").path("cluster").path("priorityClass").asText())
        .isEqualTo("low");
  }

  private static String priority(List<Manifest> all) {
    return one(all, "Deployment berth/berth-control")
        .at("/spec/template/spec/priorityClassName")
        .asText();
  }

  /** What a role's pods read. */
  private static JsonNode settings(List<Manifest> all, String role) throws Exception {
    var map = one(all, "ConfigMap berth/" + settingsName(all, role));
    return new YAMLMapper().readTree(map.at("/data/berth.yaml").asText());
  }

  private static String settingsName(List<Manifest> all, String role) {
    var pod = one(all, "Deployment berth/berth-" + role).at("/spec/template/spec");
    return volume(pod, "settings").at("/configMap/name").asText();
  }

  @Test
  void other_settings_are_others_for_new_pods_only() throws Exception {
    var before = rendered(PROOF);
    var after = rendered(PROOF + "saves: {every: 40s}\n");

    for (var role : List.of("control", "gateway")) {
      assertThat(settingsName(after, role)).isNotEqualTo(settingsName(before, role));
      var map = one(after, "ConfigMap berth/" + settingsName(after, role));
      assertThat(map.path("immutable").asBoolean()).isTrue();
    }
    assertThat(settingsName(rendered(PROOF), "control")).isEqualTo(settingsName(before, "control"));
  }

  @Test
  void only_control_gets_a_token_and_rights_only_in_the_workspaces_namespace() throws Exception {
    var all = rendered(PROOF);
    var tokens = new ArrayList<String>();
    for (var manifest : all) {
      var pod = manifest.body().at("/spec/template/spec");
      if (pod.path("automountServiceAccountToken").asBoolean(false)) tokens.add(manifest.name());
      assertThat(manifest.kind()).doesNotStartWith("Cluster");
    }
    assertThat(tokens).containsExactly("berth-control");
    assertThat(one(all, "Role berth-workspaces/berth-control").path("rules")).isNotEmpty();
  }

  @Test
  void secrets_are_in_no_other_manifest() throws Exception {
    var text = text(rendered(PRODUCTION));

    assertThat(text).doesNotContain("a: secret").doesNotContain("accessKey").doesNotContain("SK");
    assertThat(text).doesNotContain("kind: Secret\n");
  }

  @Test
  void the_operators_own_places_stay_with_the_operator() throws Exception {
    var tree = settings(rendered(PROOF), "control");

    assertThat(tree.at("/cluster/kubeconfig").isMissingNode()).isTrue();
    assertThat(tree.has("install")).isFalse();
    assertThat(tree.at("/database/url").asText())
        .isEqualTo("jdbc:mariadb://berth-database.berth:3306/berth");
    assertThat(tree.at("/objects/s3/endpoint").asText())
        .isEqualTo("http://berth-objects.berth.svc:8333");
    assertThat(tree.at("/control/hosts/0").asText()).isEqualTo("berth-control:8484");
    assertThat(tree.at("/tls/certificate").asText()).isEqualTo("/etc/berth/tls/tls.crt");
  }

  @Test
  void load_balancers_are_asked_for_as_the_guides_do() throws Exception {
    var gcp = one(rendered(PROOF), "Service berth/berth-gateway").at("/metadata/annotations");
    assertThat(gcp.path("cloud.google.com/neg").asText())
        .isEqualTo("{\"exposed_ports\":{\"443\":{},\"80\":{}}}");
    assertThat(gcp.path("external-dns.alpha.kubernetes.io/hostname").asText())
        .isEqualTo("berth.example.com,*.berth.example.com,*.ws.berth.example.com");
    var aws = one(rendered(PRODUCTION), "Service berth/berth-gateway").at("/metadata/annotations");
    assertThat(aws.path("service.beta.kubernetes.io/aws-load-balancer-type").asText())
        .isEqualTo("nlb");
  }

  @Test
  void cert_manager_is_asked_for_all_names() throws Exception {
    var certificate = one(rendered(PRODUCTION), "Certificate berth/berth-tls");

    assertThat(certificate.at("/spec/dnsNames").toString())
        .isEqualTo("[\"berth.example.com\",\"*.berth.example.com\",\"*.ws.berth.example.com\"]");
    assertThat(certificate.at("/spec/privateKey/encoding").asText()).isEqualTo("PKCS8");
  }

  @Test
  void what_is_needed_comes_before_what_needs_it() throws Exception {
    var stages = rendered(PROOF).stream().map(Manifest::stage).toList();

    assertThat(stages).isSorted();
    assertThat(stages.getFirst()).isEqualTo(Stage.NAMESPACES);
    assertThat(stages.getLast()).isEqualTo(Stage.GATEWAY);
  }

  @Test
  void a_secret_is_made_once_and_stays_as_it_is() throws Exception {
    var read = read(PROOF);
    var said = read.settings().said();

    var first = made(read);
    var second = SecretSource.complete(read.install(), said, first, NOON.plusSeconds(9));

    assertThat(first.of(Secrets.KEYS).get("key")).hasSize(32);
    assertThat(first.of(Secrets.KEYS))
        .containsKeys("ssh_host_ed25519_key", "ssh_host_ecdsa_key", "ssh_host_rsa_key.pub");
    for (var name : first.content().keySet()) {
      assertThat(second.of(name)).as(name).containsExactlyEntriesOf(first.of(name));
    }
  }

  @Test
  void a_certificate_of_our_own_is_renewed_by_the_same_authority() throws Exception {
    var read = read(PROOF);
    var said = read.settings().said();

    var first = made(read);
    var later = SecretSource.complete(read.install(), said, first, NOON.plus(Duration.ofDays(380)));

    assertThat(later.of(Secrets.AUTHORITY)).containsExactlyEntriesOf(first.of(Secrets.AUTHORITY));
    assertThat(later.of("berth-tls").get("tls.crt"))
        .isNotEqualTo(first.of("berth-tls").get("tls.crt"));
  }

  @Test
  void a_password_of_the_operators_goes_before_one_that_was_kept() throws Exception {
    var read = read(PRODUCTION);

    var secrets = made(read);

    assertThat(secrets.of(Secrets.ENVIRONMENT))
        .containsEntry("BERTH_DATABASE_PASSWORD", "a: secret".getBytes(StandardCharsets.UTF_8))
        .containsKeys("BERTH_OBJECTS_S3_ACCESS_KEY", "BERTH_OBJECTS_S3_SECRET_KEY");
  }

  @Test
  void another_secret_makes_other_pods_and_the_same_one_does_not() throws Exception {
    var read = read(PROOF);
    var secrets = made(read);
    var content = new java.util.TreeMap<>(secrets.content());
    var variables = new java.util.TreeMap<>(content.get(Secrets.ENVIRONMENT));
    variables.put("BERTH_DATABASE_PASSWORD", new byte[] {1});
    content.put(Secrets.ENVIRONMENT, variables);
    var others = new Secrets(content);

    assertThat(mark(read, secrets)).isEqualTo(mark(read, secrets)).isNotEqualTo(mark(read, others));
  }

  private static String mark(Read read, Secrets secrets) {
    return mark(read, secrets, "Deployment berth/berth-control");
  }

  private static String mark(Read read, Secrets secrets, String key) {
    var all = Rendering.of(read.install(), read.settings().said(), Optional.of(secrets), "1");
    return one(all, key).at("/spec/template/metadata/annotations/berth.dev~1secrets").asText();
  }

  @Test
  void a_login_that_is_not_said_now_is_the_one_that_was_kept() throws Exception {
    var before = made(read(PRODUCTION));
    var silent =
        read(
            PRODUCTION
                .replace(", password: \"a: secret\"", "")
                .replace(", accessKey: AK, secretKey: SK", ""));
    var said = silent.settings().said();

    var after = SecretSource.complete(silent.install(), said, before, NOON);

    assertThat(after.of(Secrets.ENVIRONMENT))
        .containsAllEntriesOf(before.of(Secrets.ENVIRONMENT))
        .containsEntry("BERTH_DATABASE_PASSWORD", "a: secret".getBytes(StandardCharsets.UTF_8));
    assertThat(SecretSource.again(silent.install(), said, before))
        .containsOnlyKeys(
            "BERTH_DATABASE_PASSWORD",
            "BERTH_OBJECTS_S3_ACCESS_KEY",
            "BERTH_OBJECTS_S3_SECRET_KEY");
  }

  @Test
  void a_login_of_what_is_no_longer_named_or_logged_in_to_otherwise_is_not_kept() throws Exception {
    var before = made(read(PRODUCTION));
    var azure =
        read(
            PRODUCTION.replace(
                "s3: {bucket: berth, accessKey: AK, secretKey: SK}",
                "azure: {account: berths, container: berth, accountKey: other}"));

    var after = SecretSource.complete(azure.install(), azure.settings().said(), before, NOON);

    assertThat(after.of(Secrets.ENVIRONMENT))
        .containsOnlyKeys("BERTH_DATABASE_PASSWORD", "BERTH_OBJECTS_AZURE_ACCOUNT_KEY");
  }

  @Test
  void the_gateway_gets_no_login_and_control_no_key_of_the_certificate() throws Exception {
    var all = rendered(PRODUCTION);
    var gateway = one(all, "Deployment berth/berth-gateway").at("/spec/template/spec");
    var control = one(all, "Deployment berth/berth-control").at("/spec/template/spec");

    assertThat(gateway.toString())
        .doesNotContain("berth-environment")
        .doesNotContain("berth-files");
    assertThat(control.at("/containers/0/envFrom/0/secretRef/name").asText())
        .isEqualTo("berth-environment");
    assertThat(volume(gateway, "tls").at("/secret/items").isMissingNode()).isTrue();
    assertThat(volume(control, "tls").at("/secret/items").toString())
        .contains("tls.crt")
        .doesNotContain("tls.key");
    assertThat(settings(all, "gateway").fieldNames())
        .toIterable()
        .doesNotContain("database", "objects");
  }

  @Test
  void the_gateway_gets_of_the_installations_key_what_is_made_for_it_only() throws Exception {
    var read = read(PROOF);
    var secrets = made(read);
    var all = Rendering.of(read.install(), read.settings().said(), Optional.of(secrets), "1");
    var gateway = one(all, "Deployment berth/berth-gateway").at("/spec/template/spec");
    var control = one(all, "Deployment berth/berth-control").at("/spec/template/spec");

    assertThat(volume(gateway, "keys").at("/secret/items").toString())
        .contains("ssh_host_ed25519_key")
        .doesNotContain("\"key\":\"key\"");
    assertThat(volume(control, "keys").at("/secret/items").toString()).contains("\"key\":\"key\"");
    assertThat(volume(gateway, "gateway").at("/secret/secretName").asText())
        .isEqualTo("berth-gateway-key");
    assertThat(settings(all, "gateway").at("/key/gatewayFile").asText())
        .isEqualTo("/etc/berth/gateway/gateway.key");
    assertThat(control.toString()).doesNotContain("BERTH_KEY_GATEWAY_FILE");
    assertThat(secrets.of("berth-gateway-key"))
        .containsOnlyKeys("gateway.key")
        .doesNotContainValue(secrets.of(Secrets.KEYS).get("key"));
  }

  @Test
  void an_installation_of_before_gets_the_gateways_key_of_the_key_it_has() throws Exception {
    var read = read(PROOF);
    var raw = made(read).of(Secrets.KEYS).getOrDefault("key", new byte[0]);
    for (var kept : List.of(raw, Base64.getEncoder().encode(raw))) {
      var before =
          new Secrets(new TreeMap<>(Map.of(Secrets.KEYS, new TreeMap<>(Map.of("key", kept)))));

      var after = SecretSource.complete(read.install(), read.settings().said(), before, NOON);

      assertThat(after.of(Secrets.KEYS).get("key")).isEqualTo(kept);
      assertThat(after.of(Secrets.GATEWAY).get("gateway.key"))
          .isEqualTo(InstallationKey.derive(raw, "gateway"));
    }
  }

  private static JsonNode volume(JsonNode pod, String name) {
    for (var volume : pod.path("volumes"))
      if (volume.path("name").asText().equals(name)) return volume;
    throw new AssertionError("no volume " + name);
  }

  @Test
  void a_gateway_may_end_as_slowly_as_its_settings_say() throws Exception {
    var all = rendered(PROOF + "drain: {delay: 10s, longest: 20m}\n");

    assertThat(
            one(all, "Deployment berth/berth-gateway")
                .at("/spec/template/spec/terminationGracePeriodSeconds")
                .asInt())
        .isGreaterThan(1210);
  }

  @Test
  void another_password_makes_another_database_pod() throws Exception {
    var read = read(PROOF);
    var secrets = made(read);
    var content = new java.util.TreeMap<>(secrets.content());
    var variables = new java.util.TreeMap<>(content.get(Secrets.ENVIRONMENT));
    variables.put("BERTH_DATABASE_PASSWORD", new byte[] {1});
    content.put(Secrets.ENVIRONMENT, variables);
    var others = new Secrets(content);

    assertThat(mark(read, secrets, "StatefulSet berth/berth-database"))
        .isNotEmpty()
        .isEqualTo(mark(read, secrets, "StatefulSet berth/berth-database"))
        .isNotEqualTo(mark(read, others, "StatefulSet berth/berth-database"));
    assertThat(mark(read, secrets, "StatefulSet berth/berth-objects"))
        .isNotEmpty()
        .isEqualTo(mark(read, others, "StatefulSet berth/berth-objects"));
  }

  @Test
  void control_and_gateway_are_told_of_the_operators_authorities_and_of_our_own() throws Exception {
    var theirs = Authority.make("corp.example.com", NOON).root().chain();
    var file = Files.writeString(folder.resolve("ca.pem"), "# ours\n" + theirs);
    var read = read(PROOF + "trust: {authorities: %s}\n".formatted(file));
    var secrets = made(read);

    var all = Rendering.of(read.install(), read.settings().said(), Optional.of(secrets), "1");

    var own = new String(secrets.of(Secrets.AUTHORITY).get("tls.crt"), StandardCharsets.US_ASCII);
    assertThat(
            new String(secrets.of(Secrets.TRUST).get("authorities.pem"), StandardCharsets.US_ASCII))
        .isEqualTo(theirs + own);
    for (var role : List.of("control", "gateway")) {
      var pod = one(all, "Deployment berth/berth-" + role).at("/spec/template/spec");
      assertThat(pod.path("volumes").findValuesAsText("secretName")).contains("berth-trust");
      assertThat(pod.at("/containers/0/volumeMounts").findValuesAsText("mountPath"))
          .contains("/etc/berth/trust");
      assertThat(settings(all, role).at("/trust/authorities").asText())
          .isEqualTo("/etc/berth/trust/authorities.pem");
    }
  }

  @Test
  void other_authorities_make_other_pods_and_where_there_are_none_nothing_is_said()
      throws Exception {
    var file = folder.resolve("ca.pem");
    var yaml = PROOF + "trust: {authorities: %s}\n".formatted(file);
    Files.writeString(file, Authority.make("one.example.com", NOON).root().chain());
    var before = gateway(yaml);
    Files.writeString(file, Authority.make("two.example.com", NOON).root().chain());

    assertThat(gateway(yaml)).isNotEqualTo(before);
    assertThat(text(rendered(PRODUCTION))).doesNotContain("trust");
  }

  /** What its pods are made anew for. */
  private String gateway(String yaml) throws Exception {
    var read = read(yaml);
    var all = Rendering.of(read.install(), read.settings().said(), Optional.of(made(read)), "1");
    return one(all, "Deployment berth/berth-gateway")
        .at("/spec/template/metadata/annotations/berth.dev~1secrets")
        .asText();
  }

  @Test
  void who_comes_without_tls_has_a_port_where_tls_ends_at_the_gateway() throws Exception {
    var proof = rendered(PROOF);
    var service = one(proof, "Service berth/berth-gateway");
    assertThat(service.at("/spec/ports").findValuesAsText("port"))
        .containsExactly("443", "22", "80");
    assertThat(service.at("/metadata/annotations/cloud.google.com~1neg").asText())
        .contains("\"443\"", "\"80\"");
    var watching = "/spec/ingress/1/from/0/namespaceSelector/matchExpressions/0";
    for (var role : List.of("berth-gateway", "berth-control")) {
      var apart = one(proof, "NetworkPolicy berth/" + role).at(watching);
      assertThat(apart.at("/operator").asText()).isEqualTo("NotIn");
      assertThat(apart.at("/values/0").asText()).isEqualTo("berth-workspaces");
    }
    var rule = one(proof, "NetworkPolicy berth/berth-gateway").at("/spec/ingress/0/ports");
    assertThat(rule.findValuesAsText("port")).containsExactly("8433", "2222", "8080");
    assertThat(settings(proof, "gateway").at("/redirect/port").asInt()).isEqualTo(8080);

    var node =
        rendered(
            PROOF.replace("com\n", "com:30443\n")
                + "  service: {type: NodePort, httpNodePort: 30080}\n");
    var ports = one(node, "Service berth/berth-gateway").at("/spec/ports");
    assertThat(ports.findValuesAsText("nodePort")).contains("30443", "30080");

    for (var none : List.of("certificate: {elsewhere: true}", "service: {httpPort: 0}")) {
      var yaml =
          PROOF.replace("certificate: {selfSigned: true}", none)
              + (none.startsWith("service") ? "  certificate: {selfSigned: true}\n" : "");
      var without = text(rendered(yaml));
      assertThat(without).doesNotContain("8080").doesNotContain("redirect");
    }
  }
}
