package dev.berth.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.control.Control;
import dev.berth.control.account.Keys;
import dev.berth.installer.certificate.Authority;
import dev.berth.node.NodeConfig;
import dev.berth.objects.bucket.Bucket;
import dev.berth.protocol.UserId;
import dev.berth.runtime.kubernetes.KubernetesOptions;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import dev.berth.runtime.kubernetes.clusters.Member;
import dev.berth.runtime.kubernetes.network.Range;
import dev.berth.runtime.kubernetes.network.Reach;
import dev.berth.runtime.kubernetes.pod.Placement;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationTest {
  @TempDir Path folder;

  private Configuration of(String yaml, Map<String, String> environment) throws Exception {
    var file = Files.writeString(folder.resolve("berth.yaml"), yaml);
    return Configuration.read(file, environment, Optional.empty());
  }

  @Test
  void mirrors_of_registries_come_from_the_file_or_the_environment() throws Exception {
    var yaml = "images: {mirrors: {docker.io: 'registry.internal:5000/dockerhub'}}";

    assertThat(of(yaml, Map.of()).mirrors())
        .containsExactly(new NodeConfig.Mirror("docker.io", "registry.internal:5000/dockerhub"));
    assertThat(of(yaml, Map.of("BERTH_IMAGES_MIRRORS", "ghcr.io=a.b/c,quay.io=d.e")).mirrors())
        .containsExactly(
            new NodeConfig.Mirror("ghcr.io", "a.b/c"), new NodeConfig.Mirror("quay.io", "d.e"));
    assertThat(of("port: 1", Map.of()).mirrors()).isEmpty();
  }

  @Test
  void a_mirror_that_is_none_and_one_named_twice_are_told_with_all_else() {
    assertThatThrownBy(() ->
            of(
                """
                images:
                  mirrors:
                    docker.io: https://registry.internal
                    ghcr.io: a.internal
                    GHCR.io: b.internal
                port: many
                """,
                Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("\"docker.io: https://registry.internal\" but must be a registry")
        .hasMessageContaining("images.mirrors names ghcr.io twice")
        .hasMessageContaining("port is \"many\"");
  }

  @Test
  void all_mistakes_are_told_at_once_each_once_with_its_name_and_line() {
    assertThatThrownBy(() ->
            of(
                """
                dashboard: foo
                adress: x
                idle: {after: 5 min}
                address: "[::x]"
                tls: {certificate: /tls.pem}
                ssh: {port: 70000, address: "[::y]"}
                port: 84x
                git: {innerHosts: 127.0.0.1}
                editor: {gallery: gopher://x, none: true, folder: /editor}
                unused: {after: 30d}
                deleted: {keep: 0s}
                defaultSize: huge
                network: {subnet: 10.0.0.1/8}
                control: {address: "[::z]"}
                """,
                Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("berth.yaml")
        .satisfies(problem -> {
          for (var told :
              List.of(
                  "dashboard is \"foo\" but must be http:// or https:// with a name and perhaps a port, as https://berth.example.com (line 1)",
                  "there is no setting adress (did you mean address?) (line 2)",
                  "idle.after is \"5 min\" but must be a time such as 30m or 12h (line 3)",
                  "address is \"[::x]\" but must be an IP address of this machine, 0.0.0.0 for all (line 4)",
                  "tls.certificate stands without tls.key: give both or none (line 5)",
                  "ssh.port is \"70000\" but must be from 0 to 65535 (line 6)",
                  "ssh.address is \"[::y]\" but must be an IP address",
                  "port is \"84x\" but must be a number (line 7)",
                  "git.innerHosts must be a list (line 8)",
                  "editor.gallery is \"gopher://x\" but must be the address",
                  "give one of editor.folder, editor.archive and editor.none",
                  "unused.after lets unused workspaces be deleted",
                  "defaultSize is \"huge\" but must be one of the sizes standard (line 12)",
                  "network.subnet is \"10.0.0.1/8\" but must be a range of IPv4 addresses",
                  "control.address is \"[::z]\" but must be an IP address")) {
            assertThat(problem.getMessage()).containsOnlyOnce(told);
          }
        });
  }

  private static String bucket(Configuration configuration) {
    return configuration.distant().orElseThrow().toString();
  }

  @Test
  void an_object_store_is_of_one_of_three_kinds() throws Exception {
    var key = "a2V5";
    assertThat(bucket(of("objects: {s3: {bucket: one}}", Map.of())))
        .isEqualTo("S3 bucket one at AWS, us-east-1, folder berth");
    var azure = "objects: {prefix: x, azure: {container: one, account: acme}}";
    assertThat(bucket(of(azure, Map.of("BERTH_OBJECTS_AZURE_ACCOUNT_KEY", key))))
        .isEqualTo("Azure container one of the account acme, folder x");
    assertThat(bucket(of("objects: {gcs: {bucket: one}}", Map.of())))
        .isEqualTo("Google bucket one at Google, folder berth");
    var each = "objects: {bucketPerUser: true, gcs: {bucket: one, project: acme}}";
    assertThat(bucket(of(each, Map.of())))
        .isEqualTo("Google bucket one at Google with one for each owner, folder berth");
  }

  @Test
  void of_buckets_that_are_called_alike_those_of_users_are_ours() throws Exception {
    var distant = of("objects: {bucketPerUser: true, s3: {bucket: one}}", Map.of()).distant();

    assertThat(distant.orElseThrow().bucket())
        .isInstanceOfSatisfying(
            Bucket.EachOwners.class,
            each -> {
              assertThat(each.isOwner()).accepts(UserId.create().value());
              assertThat(each.isOwner()).rejects("uploads", "installation");
            });
  }

  @Test
  void what_goes_by_itself_can_be_had_back_for_a_time() throws Exception {
    assertThat(of("unused: {after: 30d}", Map.of()).retention().unused())
        .isEqualTo(Duration.ofDays(30));
    assertThat(of("deleted: {keep: 0s}", Map.of()).retention().deleted()).isZero();
    assertThatThrownBy(() -> of("{unused: {after: 30d}, deleted: {keep: 0s}}", Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("unused.after")
        .hasMessageContaining("deleted.keep");
  }

  @Test
  void all_that_is_wrong_with_an_object_store_is_told_at_once_and_no_secret_is() throws Exception {
    assertThatThrownBy(() ->
            of(
                """
                objects:
                  bucketPerUser: true
                  s3: {endpoint: 'https://minio', acessKey: x}
                  azure: {container: Upper, account: acme, accountKey: 'secret!', clientSecret: hidden}
                  gcs: {bucket: much-longer-than-those-of-users-leave-room, key: nowhere.json}
                """,
                Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("objects.s3.bucket is missing")
        .hasMessageContaining("no setting objects.s3.acessKey (did you mean objects.s3.accessKey?)")
        .hasMessageContaining("objects.azure.container is \"Upper\" but must be 3 to 63")
        .hasMessageContaining("objects.azure.accountKey is no key")
        .hasMessageContaining("give all of objects.azure.tenant")
        .hasMessageContaining("objects.gcs.key is \"nowhere.json\" but cannot be used")
        .hasMessageContaining("must have at most 21 letters")
        .hasMessageContaining("objects.gcs.project is needed")
        .hasMessageNotContaining("secret!")
        .hasMessageNotContaining("hidden");
    for (var none : List.of("sv=1&sig=a b", "sv=1&sig=a\"", "sv=1", "se=1&sig=", "sig=%zz")) {
      var signed = Map.of("BERTH_OBJECTS_AZURE_SIGNATURE", none);
      assertThatThrownBy(() -> of("objects: {azure: {container: one, account: acme}}", signed))
          .as(none)
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining("objects.azure.signature is no shared access signature")
          .hasMessageNotContaining(none);
    }
    var signed = Map.of("BERTH_OBJECTS_AZURE_SIGNATURE", "?sv=1&sig=a%2Bb%3D");
    assertThat(bucket(of("objects: {azure: {container: one, account: acme}}", signed)))
        .startsWith("Azure container one");
    assertThatThrownBy(() -> of("objects: {s3: {bucket: one}, gcs: {bucket: two}}", Map.of()))
        .hasMessageContaining("name one of objects.s3, objects.azure and objects.gcs");
  }

  @Test
  void a_cluster_is_named_by_the_two_images_that_it_needs() throws Exception {
    var cluster =
        of(
                """
                objects: {s3: {bucket: one}}
                cluster:
                  image: r/berth:1
                  workspaceImage: r/workspace:1
                  tolerations: ["dedicated=berth:NoSchedule", gpu]
                  userNamespaces: required
                """,
                Map.of("BERTH_OBJECTS_S3_REGION", "here"))
            .cluster()
            .orElseThrow();

    assertThat(cluster.access().namespace()).isEqualTo("berth-workspaces");
    assertThat(cluster.users()).isEqualTo(KubernetesOptions.Users.OWN_NAMESPACE);
    assertThat(cluster.placement().tolerations())
        .containsExactly(
            new Placement.Toleration("dedicated", Optional.of("berth"), Optional.of("NoSchedule")),
            new Placement.Toleration("gpu", Optional.empty(), Optional.empty()));
    assertThat(cluster.forPods())
        .isEqualTo(Map.of("BERTH_OBJECTS_S3_BUCKET", "one", "BERTH_OBJECTS_S3_REGION", "here"));
    assertThat(of("port: 1", Map.of()).cluster()).isEmpty();
  }

  @Test
  void the_network_of_a_cluster_reaches_what_the_configuration_names() throws Exception {
    var configuration =
        of(
            """
            dashboard: https://10.4.0.1:30443
            ssh: {port: 2222, publicPort: 30022}
            git: {innerHosts: ["10.2.0.1:8000", 10.2.0.2]}
            network: {allow: [10.1.0.0/16]}
            objects: {s3: {bucket: one, endpoint: "http://10.3.0.1:8333"}}
            cluster:
              image: r/berth:1
              workspaceImage: r/workspace:1
              storePods: ["berth/app.kubernetes.io/name=seaweedfs:8333"]
              berthAddresses: [10.9.0.1]
              berthNamespace: berth
            """,
            Map.of());
    var network = configuration.cluster().orElseThrow().network();

    var reach =
        network
            .reach(configuration.distant().orElseThrow().bucket(), URI.create("https://10.0.0.1"))
            .get();

    assertThat(configuration.innerHosts()).containsExactly("10.2.0.1", "10.2.0.2");
    assertThat(reach.allowed()).containsExactly(Range.parse("10.1.0.0/16"));
    assertThat(reach.places())
        .containsExactlyInAnyOrder(
            new Reach.Place(Range.parse("10.3.0.1"), Set.of(8333)),
            new Reach.Place(Range.parse("10.2.0.1"), Set.of(8000)),
            new Reach.Place(Range.parse("10.2.0.2"), Set.of(22, 80, 443)),
            new Reach.Place(Range.parse("10.4.0.1"), Set.of(30022, 30443)));
    assertThat(reach.pods())
        .containsExactly(
            new Reach.Pods(
                "berth", Map.of("app.kubernetes.io/name", List.of("seaweedfs")), Set.of(8333)),
            // What programs in workspaces meet who call the installation's own address.
            Reach.Pods.gateway("berth", Set.of(8433, 2222)));
    assertThat(reach.callers()).containsExactly(Range.parse("10.9.0.1"));
    assertThat(reach.berths()).isEqualTo(Reach.Pods.berth("berth"));
    assertThat(network.closes(InetAddress.getByName("10.9.0.1"))).isTrue();
    assertThat(network.closes(InetAddress.getByName("10.1.2.3"))).as("allowed").isFalse();
    assertThat(network.closes(InetAddress.getByName("192.0.2.1"))).isFalse();
    assertThatThrownBy(() ->
            of("cluster: {storePods: [x], berthAddresses: [y]}\nnetwork: {allow: [z]}", Map.of()))
        .hasMessageContaining("cluster.storePods has \"x\" but each must be namespace/label=value")
        .hasMessageContaining("cluster.berthAddresses has \"y\" but each must be an address")
        .hasMessageContaining("network.allow has \"z\" but each must be an address");
  }

  @Test
  void several_clusters_are_as_the_usual_one_but_for_what_they_say() throws Exception {
    var yaml =
        """
        objects: {s3: {bucket: one}}
        cluster: {image: r/berth:1, workspaceImage: r/workspace:1, namespace: ws, context: usual}
        clusters:
          east: {context: east, weight: 30}
          west: {namespace: other, sizes: [big], state: draining}
        """;
    var kubeconfig = Files.writeString(folder.resolve("kubeconfig"), "");
    var here = Map.of("BERTH_CLUSTER_KUBECONFIG", kubeconfig.toString());

    var members = of(yaml, here).cluster().orElseThrow().members();

    assertThat(members)
        .containsExactly(
            new ClusterSettings.Named(
                "east",
                new ClusterAccess(Optional.of(kubeconfig), Optional.of("east"), "ws"),
                Set.of(),
                Member.State.AVAILABLE,
                30),
            new ClusterSettings.Named(
                "west",
                new ClusterAccess(Optional.of(kubeconfig), Optional.of("usual"), "other"),
                Set.of("big"),
                Member.State.DRAINING,
                100));
    assertThatThrownBy(() -> of("clusters: {east: {state: gone, wieght: 1}}", Map.of()))
        .hasMessageContaining("clusters.east.state is \"gone\" but must be available")
        .hasMessageContaining("did you mean clusters.east.weight?");
  }

  @Test
  void what_is_missing_of_a_cluster_is_told_with_all_else() {
    assertThatThrownBy(() ->
            of("cluster: {image: r/berth:1, trees: some, kubeconfg: x}\nport: many", Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("cluster.workspaceImage is missing")
        .hasMessageContaining("cluster.trees is \"some\"")
        .hasMessageContaining("did you mean cluster.kubeconfig?")
        .hasMessageContaining("port is \"many\"");
    assertThatThrownBy(() -> of("cluster: {workspaceImage: r/workspace:1}", Map.of()))
        .hasMessageContaining("cluster.image is missing");
  }

  @Test
  void files_that_settings_name_go_to_a_pod_with_their_text() throws Exception {
    var file = Files.writeString(folder.resolve("authority.pem"), "certificate");
    var here = Map.of("BERTH_OBJECTS_S3_AUTHORITIES", file.toString(), "BERTH_PORT", "1");

    var packed = PodFiles.packed(here);
    assertThat(packed)
        .isEqualTo(Map.of("BERTH_OBJECTS_S3_AUTHORITIES_TEXT", "certificate", "BERTH_PORT", "1"));

    var there = PodFiles.unpacked(packed);
    assertThat(Path.of(there.getOrDefault("BERTH_OBJECTS_S3_AUTHORITIES", "")))
        .hasContent("certificate");
    assertThat(there).containsEntry("BERTH_PORT", "1");
  }

  @Test
  void roles_are_told_where_they_are_and_how_they_end() throws Exception {
    var usual = of("port: 1", Map.of()).roles();
    assertThat(usual.port()).isEqualTo(8484);
    assertThat(usual.hosts()).hasToString("[127.0.0.1:8484]");
    assertThat(usual.health().port()).isEmpty();
    assertThat(usual.drain().delay()).isEqualTo(Duration.ofSeconds(5));
    assertThat(usual.logs()).isEqualTo(RoleSettings.LogFormat.TEXT);

    var told =
        of(
            """
            control: {address: 10.0.0.1, hosts: ["berth-control:8484", "[::1]:1"]}
            ssh: {port: 2222, publicPort: 22, hostKeys: /keys}
            log: {format: json}
            drain: {longest: 1h}
            """,
            Map.of("BERTH_HEALTH_PORT", "9500", "BERTH_KEY_FILE", "/key"));

    assertThat(told.roles().hosts()).hasToString("[berth-control:8484, [::1]:1]");
    assertThat(told.roles().health().port()).contains(9500);
    assertThat(told.roles().drain().longest()).isEqualTo(Duration.ofHours(1));
    assertThat(told.roles().logs()).isEqualTo(RoleSettings.LogFormat.JSON);
    assertThat(told.keyFile()).contains(Path.of("/key"));
    assertThat(told.ssh().orElseThrow().publicPort()).isEqualTo(22);
    assertThat(told.ssh().orElseThrow().hostKeys()).contains(Path.of("/keys"));
  }

  @Test
  void a_gateway_needs_of_the_installations_key_only_what_is_made_for_it() throws Exception {
    var home = new Home(folder.resolve("home"));
    var whole = Files.write(folder.resolve("key"), new byte[32]);
    var own =
        Files.write(folder.resolve("own"), new Keys(new byte[32]).derive(Control.GATEWAY_KEY));

    var all = of("", Map.of("BERTH_KEY_FILE", whole.toString()));
    var part = of("", Map.of("BERTH_KEY_GATEWAY_FILE", own.toString()));

    assertThat(part.gatewayKey(home).token()).isEqualTo(all.gatewayKey(home).token());
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void what_is_wrong_with_roles_is_told_at_once() {
    assertThatThrownBy(() ->
            of(
                """
                control: {hosts: ["berth-control", "a:0", "http://x:1"]}
                log: {format: xml}
                """,
                Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("\"berth-control\" is no address of a control")
        .hasMessageContaining("\"a:0\"")
        .hasMessageContaining("\"http://x:1\"")
        .hasMessageContaining("log.format is \"xml\" but must be text or json");
  }

  @Test
  void authorities_are_read_at_once_and_go_to_pods_with_their_text() throws Exception {
    var file = folder.resolve("ca.pem");
    var pem = Authority.make("corp.example.com", Instant.now()).root().chain();
    Files.writeString(file, pem);
    var yaml = "cluster: {image: i, workspaceImage: w}\ntrust: {authorities: %s}\n".formatted(file);

    var read = of(yaml, Map.of());

    assertThat(read.authorities().pem()).isEqualTo(pem);
    assertThat(PodFiles.packed(read.cluster().orElseThrow().forPods()))
        .containsEntry("BERTH_TRUST_AUTHORITIES_TEXT", pem);
    assertThat(of("", Map.of("BERTH_TRUST_AUTHORITIES", file.toString())).authorities().pem())
        .isEqualTo(pem);
  }

  @Test
  void a_file_of_authorities_that_cannot_be_used_is_told_with_what_to_do() throws Exception {
    var file = folder.resolve("ca.pem");
    Files.writeString(file, Authority.make("corp.example.com", Instant.now()).root().key());
    var yaml = "trust: {authorities: %s}\nport: none\n".formatted(file);

    assertThatThrownBy(() -> of(yaml, Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("trust.authorities")
        .hasMessageContaining("private key")
        .hasMessageContaining("leave only the certificates")
        .hasMessageContaining("port");
  }

  @Test
  void who_comes_without_tls_is_led_nowhere_where_there_is_none() throws Exception {
    assertThat(of("redirect: {port: 80}\ndashboard: https://a.example", Map.of()).redirect())
        .contains(80);
    assertThat(of("", Map.of()).redirect()).isEmpty();
    assertThatThrownBy(() -> of("redirect: {port: 80}", Map.of()))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("redirect.port");
  }
}
