package dev.berth.installer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstallTest {
  private static final String SITE =
      """
      dashboard: https://berth.example.com
      cluster: {image: r.example.com/berth:1, workspaceImage: r.example.com/ws:1}
      """;

  @TempDir Path folder;

  private Optional<Install> of(String yaml) throws Exception {
    var settings = settings(yaml);
    return Install.read(settings);
  }

  private Settings settings(String yaml) throws Exception {
    return Settings.read(Files.writeString(folder.resolve("berth.yaml"), yaml), Map.of());
  }

  private Install proofOfValue(String more) throws Exception {
    return of(SITE + "install:\n  architecture: proof-of-value\n" + more.indent(2)).orElseThrow();
  }

  @Test
  void a_file_of_one_machine_has_no_installation() throws Exception {
    assertThat(of("port: 8433")).isEmpty();
  }

  @Test
  void a_proof_of_value_has_all_in_the_cluster() throws Exception {
    var install = proofOfValue("certificate: {selfSigned: true}");

    assertThat(install.database()).isPresent();
    assertThat(install.objects()).isPresent();
    assertThat(install.registry()).isEmpty();
    assertThat(install.control().replicas()).isEqualTo(1);
    assertThat(install.door().kind()).isEqualTo(Door.Kind.LOAD_BALANCER);
    assertThat(install.door().sshPort()).contains(22);
    assertThat(install.site().names())
        .containsExactly("berth.example.com", "*.berth.example.com", "*.ws.berth.example.com");
  }

  @Test
  void production_names_what_is_outside() throws Exception {
    var install =
        of(SITE
                + """
                database: {url: "jdbc:mariadb://db/berth"}
                objects: {s3: {bucket: berth}}
                install:
                  architecture: production
                  certificate: {issuer: gitpod-issuer}
                """)
            .orElseThrow();

    assertThat(install.database()).isEmpty();
    assertThat(install.gateway().replicas()).isEqualTo(2);
    assertThat(install.certificate())
        .isEqualTo(new Certificate.Issued("gitpod-issuer", "ClusterIssuer"));
  }

  @Test
  void a_node_port_is_the_one_of_the_dashboard() throws Exception {
    var install =
        of("""
        dashboard: https://berth.example.com:30443
        cluster: {image: r.example.com/berth:1, workspaceImage: r.example.com/ws:1}
        install:
          architecture: k3s
          certificate: {selfSigned: true}
        """)
            .orElseThrow();

    assertThat(install.door().webPort()).isEqualTo(443);
    assertThat(install.door().webNodePort()).contains(30443);
    assertThat(install.door().sshNodePort()).contains(30022);
    assertThat(install.publicSshPort()).contains(30022);
  }

  @Test
  void images_of_parts_come_from_a_registry_of_ones_own() throws Exception {
    var install =
        proofOfValue("images: registry.internal:5000/berth/\ncertificate: {selfSigned: true}");

    assertThat(install.database().orElseThrow().image())
        .isEqualTo("registry.internal:5000/berth/library/mariadb:11.4");
  }

  @Test
  void all_that_is_wrong_is_told_at_once_with_lines_and_near_names() throws Exception {
    var settings =
        settings(
            """
            dashboard: https://berth.example.com
            cluster: {namespace: berth}
            database: {url: "jdbc:mariadb://db/berth"}
            install:
              architecture: proof-of-walue
              provider: amazon
              namspace: other
              service: {type: Loadbalancer}
              database: {inCluster: true, size: much}
            """);
    Install.read(settings);
    settings.text("cluster.image");

    assertThatThrownBy(settings::check)
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("install.architecture is \"proof-of-walue\"")
        .hasMessageContaining("(line 5)")
        .hasMessageContaining("install.provider is \"amazon\" but must be gcp, aws, azure or none")
        .hasMessageContaining(
            "no setting install.namspace (did you mean install.namespace?) (line 7)")
        .hasMessageContaining("must be LoadBalancer, NodePort or ClusterIP (line 8)")
        .hasMessageContaining("install.database.size is \"much\"")
        .hasMessageContaining("install.certificate is missing")
        .hasMessageContaining("install.namespace and cluster.namespace are both \"berth\"")
        .hasMessageContaining("database.url is set, and install.database.inCluster is true");
  }
}
