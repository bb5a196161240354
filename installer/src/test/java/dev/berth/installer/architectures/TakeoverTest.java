package dev.berth.installer.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.installer.config.Architecture;
import dev.berth.installer.config.Install;
import dev.berth.installer.config.Provider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TakeoverTest {
  /** As the installer of a production cluster at Google wrote it, by reference 11.1. */
  private static final String GITPOD =
      """
      apiVersion: v1
      kind: Full
      domain: gitpod.example.com
      metadata: {region: us-central1, shortname: default}
      repository: eu.gcr.io/gitpod-core-dev/build
      observability: {logLevel: info}
      certificate: {kind: secret, name: https-certificates}
      database:
        inCluster: false
        cloudSQL:
          instance: project:us-central1:gitpod-mysql
          serviceAccount: {kind: secret, name: cloudsql}
      objectStorage:
        inCluster: false
        cloudStorage:
          project: project
          serviceAccount: {kind: secret, name: storage-gcp}
      containerRegistry:
        inCluster: false
        external: {url: gcr.io/project/gitpod, certificate: {kind: secret, name: registry}}
      imagePullSecrets: [{kind: secret, name: registry}]
      workspace:
        runtime: {fsShiftMethod: shiftfs, containerdRuntimeDir: /run/x, containerdSocket: /run/y}
        resources: {requests: {cpu: "4", memory: 8Gi}}
        timeoutDefault: 45m
        maxLifetime: 36h
      openVSX: {url: https://open-vsx.org}
      sshGatewayHostKey: {kind: secret, name: ssh-gateway-host-key}
      license: {kind: secret, name: license}
      authProviders: [{kind: secret, name: github}]
      disableDefinitelyGp: true
      blockNewUser: {enabled: true}
      """;

  @TempDir Path folder;

  @Test
  void each_setting_is_taken_over_or_told() throws Exception {
    var takeover = Takeover.of(GITPOD, "r.example.com/berth:1");
    var tree = new YAMLMapper().readTree(takeover.yaml());

    assertThat(tree.path("dashboard").asText()).isEqualTo("https://gitpod.example.com");
    assertThat(tree.at("/install/provider").asText()).isEqualTo("gcp");
    assertThat(tree.at("/install/certificate/secret").asText()).isEqualTo("https-certificates");
    assertThat(tree.at("/objects/gcs/project").asText()).isEqualTo("project");
    assertThat(tree.at("/idle/after").asText()).isEqualTo("45m");
    // As much as a usual size has was kept free.
    assertThat(tree.at("/cluster/cpuPercent").asInt()).isEqualTo(100);
    assertThat(tree.at("/cluster/memoryPercent").asInt()).isEqualTo(100);
    assertThat(tree.at("/cluster/pullSecrets/0").asText()).isEqualTo("registry");
    assertThat(takeover.taken()).anyMatch(line -> line.startsWith("domain -> dashboard"));
    assertThat(takeover.byHand())
        .anyMatch(line -> line.contains("project:us-central1:gitpod-mysql"))
        .anyMatch(line -> line.contains("service-account.json of the secret storage-gcp"))
        .anyMatch(line -> line.startsWith("sshGatewayHostKey"))
        .anyMatch(line -> line.startsWith("authProviders"))
        .anyMatch(line -> line.startsWith("blockNewUser.enabled is no setting"));
    assertThat(takeover.meaningless())
        .anyMatch(line -> line.startsWith("license"))
        .anyMatch(line -> line.startsWith("workspace.runtime.fsShiftMethod"))
        .anyMatch(line -> line.startsWith("metadata.region"));
  }

  @Test
  void a_proof_of_value_becomes_one_that_can_be_applied() throws Exception {
    var takeover =
        Takeover.of(
            """
            apiVersion: v1
            domain: gitpod.example.com
            certificate: {kind: secret, name: https-certificates}
            """,
            "r.example.com/berth:1");

    var install = read(takeover.yaml());

    assertThat(install.database()).isPresent();
    assertThat(install.objects()).isPresent();
    assertThat(install.door().sshPort()).isEmpty();
    assertThat(install.architecture()).isEqualTo(Architecture.PROOF_OF_VALUE);
  }

  /** As `config init` of that installer writes it, with a domain. */
  @Test
  void the_installers_usual_file_asks_for_little() throws Exception {
    var takeover =
        Takeover.of(
            """
            apiVersion: v1
            authProviders: []
            blockNewUsers: {enabled: false, passlist: []}
            certificate: {kind: secret, name: https-certificates}
            containerRegistry: {inCluster: true, privateBaseImageAllowList: []}
            database: {inCluster: true}
            disableDefinitelyGp: true
            domain: gitpod.example.com
            kind: Full
            metadata: {region: local, shortname: default}
            objectStorage: {inCluster: true, resources: {requests: {memory: 2Gi}}}
            observability: {logLevel: info}
            openVSX: {url: "https://open-vsx.org"}
            repository: eu.gcr.io/gitpod-core-dev/build
            workspace:
              maxLifetime: 36h0m0s
              resources: {requests: {cpu: "1", memory: 2Gi}}
              runtime: {containerdRuntimeDir: /a, containerdSocket: /b, fsShiftMethod: shiftfs}
            """,
            "r.example.com/berth:1");

    assertThat(takeover.byHand())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("Copy the secret https-certificates"))
        .anyMatch(line -> line.startsWith("Accounts and workspaces"))
        .anyMatch(line -> line.startsWith("workspace.maxLifetime"));
    var tree = new YAMLMapper().readTree(takeover.yaml());
    assertThat(tree.has("sizes")).as("a workspace may use more than is kept free").isFalse();
    assertThat(tree.at("/cluster/cpuPercent").asInt()).isEqualTo(25);
    assertThat(tree.at("/cluster/memoryPercent").asInt()).isEqualTo(25);
  }

  @Test
  void limits_are_a_size_and_requests_a_part_of_it() throws Exception {
    var takeover =
        Takeover.of(
            """
            domain: gitpod.example.com
            workspace:
              resources:
                requests: {cpu: "500m", memory: 3Gi}
                limits: {cpu: {min: "2", burst: "6"}, memory: 12Gi, storage: 20G, ephemeral-storage: 50Gi}
            """,
            "r.example.com/berth:1");

    var tree = new YAMLMapper().readTree(takeover.yaml());
    assertThat(tree.at("/sizes/standard/cpuMillis").asInt()).isEqualTo(6000);
    assertThat(tree.at("/sizes/standard/memory").asText()).isEqualTo("12Gi");
    assertThat(tree.at("/cluster/cpuPercent").asInt()).isEqualTo(8);
    assertThat(tree.at("/cluster/memoryPercent").asInt()).isEqualTo(25);
    assertThat(tree.at("/cluster/filesBytes").asText()).isEqualTo("20000000000");
    assertThat(tree.at("/cluster/diskBytes").asText()).isEqualTo("50Gi");
  }

  @Test
  void no_value_breaks_out_of_its_place() throws Exception {
    for (var value :
        new String[] {
          "x\ninstall: {namespace: evil}",
          "x\r\nevil: 1",
          "x\u2028evil: 1",
          "x\u0085evil: 1",
          "\u001b[2Jx",
          "x # no comment",
          "x: y",
          "- x",
          "? x",
          "{evil: 1}",
          "[evil]",
          "*evil",
          "&evil x",
          "!!java.net.URL x",
          "| x",
          "> x",
          "%evil",
          "@evil",
          "`evil`",
          "'x",
          "\"x",
          "x\\",
          "yes",
          "null",
          "~",
          "1e3",
          "0x1f",
          "12:30:45",
          "---",
          "...",
          " x ",
          "\t",
          ""
        }) {
      var quoted = new ObjectMapper().writeValueAsString(value);
      var takeover =
          Takeover.of(
              """
              domain: %1$s
              certificate: {kind: secret, name: %1$s}
              metadata: {region: %1$s}
              objectStorage: {inCluster: false, s3: {endpoint: %1$s, bucket: %1$s, credentials: {kind: secret, name: %1$s}}}
              imagePullSecrets: [{kind: secret, name: %1$s}]
              workspace: {workspaceImage: %1$s, timeoutDefault: %1$s, resources: {requests: {cpu: %1$s, memory: %1$s}}}
              openVSX: {url: %1$s}
              components: {proxy: {service: {serviceType: %1$s}}}
              customization: [{kind: %1$s}]
              ? %1$s
              : %1$s
              """
                  .formatted(quoted),
              "r.example.com/berth:1");

      var tree = new YAMLMapper().readTree(takeover.yaml());
      assertThat(tree.toString()).as(quoted).doesNotContain("\"evil\":");
      assertThat(tree.at("/install/namespace").asText()).isEqualTo("berth");
      assertThat(tree.at("/dashboard").asText()).isEqualTo("https://FILL-IN");
      var bucket = tree.at("/objects/s3/bucket");
      if (!bucket.isMissingNode()) {
        var read = new YAMLMapper().readTree(quoted).asText(); // which folds lines
        assertThat(bucket.textValue()).isIn(read, "FILL-IN");
      }
      for (var line : takeover.byHand()) assertThat(line).doesNotContainPattern("[\\p{Cntrl}]");
      for (var line : takeover.taken()) assertThat(line).doesNotContainPattern("[\\p{Cntrl}]");
      for (var line : takeover.meaningless()) {
        assertThat(line).doesNotContainPattern("[\\p{Cntrl}]");
      }
    }
  }

  @Test
  void an_authority_of_ones_own_is_trusted_by_all() throws Exception {
    var takeover =
        Takeover.of(
            """
            apiVersion: v1
            domain: gitpod.example.com
            certificate: {kind: secret, name: https-certificates}
            customCACert: {kind: secret, name: company-ca}
            """,
            "r.example.com/berth:1");

    var tree = new YAMLMapper().readTree(takeover.yaml());
    assertThat(tree.at("/trust/authorities").asText()).isEqualTo("ca.crt");
    assertThat(takeover.byHand())
        .anyMatch(
            line -> line.contains("kubectl get secret company-ca") && line.contains("ca.crt"));
  }

  @Test
  void drafts_are_read_without_a_complaint() throws Exception {
    for (var architecture : Architecture.values()) {
      for (var provider : Provider.values()) {
        var install =
            read(
                Draft.of(
                    architecture, provider, Optional.of("berth.example.com"), "r.example.com/b:1"));

        assertThat(install.architecture()).isEqualTo(architecture);
        assertThat(install.provider()).isEqualTo(provider);
        assertThat(install.site().domain()).isEqualTo("berth.example.com");
      }
    }
  }

  private Install read(String yaml) throws Exception {
    var file = Files.writeString(folder.resolve("berth.yaml"), yaml);
    var settings = Settings.read(file, Map.of());
    var install = Install.read(settings).orElseThrow();
    for (var path :
        new String[] {
          "idle.after",
          "database.url",
          "database.user",
          "objects.s3.bucket",
          "objects.gcs.bucket",
          "editor.gallery",
          "sizes.standard.memory",
          "objects.azure.container",
          "objects.s3.endpoint",
          "objects.s3.region",
          "objects.gcs.key",
          "objects.azure.account"
        }) {
      settings.text(path); // others read them
    }
    settings.check();
    return install;
  }

  @Test
  void another_file_is_refused() {
    assertThatThrownBy(() -> Takeover.of("a: 1", "b"))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("names no domain");
  }
}
