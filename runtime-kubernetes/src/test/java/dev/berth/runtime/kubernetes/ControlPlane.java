package dev.berth.runtime.kubernetes;

import dev.berth.base.http.FreePorts;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * A real API server over a real etcd, both on loopback, and nothing else of a cluster: no kubelet
 * runs a pod, no controller answers. Its programs are those that the environment's {@value #ASSETS}
 * names a folder of.
 */
public final class ControlPlane implements AutoCloseable {
  /** As the test beds of controllers have it. */
  public static final String ASSETS = "KUBEBUILDER_ASSETS";

  private static final Duration STARTS = Duration.ofMinutes(2);

  private final Path programs;
  private final Path folder;
  private final int storePort;
  private final int port;
  private final Process store;
  private Process server;

  private ControlPlane(Path programs, Path folder, int storePort, int port, Process store) {
    this.programs = programs;
    this.folder = folder;
    this.storePort = storePort;
    this.port = port;
    this.store = store;
    this.server = store;
  }

  /** Whether the environment says where its programs are. */
  public static boolean isThere() {
    return System.getenv(ASSETS) != null;
  }

  /** Starts one with nothing in it, and waits until it answers. */
  public static ControlPlane start(Path folder) throws Exception {
    var programs =
        Path.of(Optional.ofNullable(System.getenv(ASSETS)).orElseThrow(() -> missing(ASSETS)));
    for (var name : new String[] {"etcd", "kube-apiserver"}) {
      if (!Files.isExecutable(programs.resolve(name))) throw missing(programs.resolve(name));
    }
    writeAccounts(folder);
    int storePort = FreePorts.next();
    var store =
        program(
            folder.resolve("etcd.log"),
            programs.resolve("etcd").toString(),
            "--data-dir=" + folder.resolve("etcd"),
            "--listen-client-urls=http://127.0.0.1:" + storePort,
            "--advertise-client-urls=http://127.0.0.1:" + storePort,
            "--listen-peer-urls=http://127.0.0.1:0",
            "--unsafe-no-fsync");
    var plane = new ControlPlane(programs, folder, storePort, FreePorts.next(), store);
    plane.resume();
    return plane;
  }

  private static IllegalStateException missing(Object what) {
    return new IllegalStateException(what + " is missing: see CONTRIBUTING.md");
  }

  private static void writeAccounts(Path folder) throws Exception {
    Files.createDirectories(folder);
    var keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    var key = keys.generateKeyPair().getPrivate().getEncoded();
    Files.writeString(
        folder.resolve("accounts.pem"),
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
            .formatted(Base64.getMimeEncoder().encodeToString(key)));
    Files.writeString(
        folder.resolve("tokens.csv"), UUID.randomUUID() + ",tests,tests,\"system:masters\"\n");
  }

  /** Starts the API server after {@link #interrupt}, over what is stored. */
  public void resume() throws IOException {
    server =
        program(
            folder.resolve("kube-apiserver.log"),
            programs.resolve("kube-apiserver").toString(),
            "--etcd-servers=http://127.0.0.1:" + storePort,
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--secure-port=" + port,
            "--cert-dir=" + folder.resolve("certificates"),
            "--authorization-mode=RBAC",
            "--token-auth-file=" + folder.resolve("tokens.csv"),
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=" + folder.resolve("accounts.pem"),
            "--service-account-signing-key-file=" + folder.resolve("accounts.pem"),
            "--disable-admission-plugins=ServiceAccount", // who makes accounts is a controller
            "--service-cluster-ip-range=10.0.0.0/24");
    Awaitility.await().atMost(STARTS).ignoreExceptions().until(this::isReady);
  }

  private boolean isReady() throws Exception {
    try (var client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
            .build()) {
      return !client.namespaces().list().getItems().isEmpty();
    }
  }

  /** Ends the API server at once, as a crash does. */
  public void interrupt() {
    server.destroyForcibly().onExit().join();
  }

  /** Where the API server listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The configuration of a client that may do everything. */
  public Path kubeconfig() throws IOException {
    var token = Files.readString(folder.resolve("tokens.csv")).split(",", -1)[0];
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}}]
        users: [{name: u, user: {token: "%s"}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        current-context: c
        """
            .formatted(port, folder.resolve("certificates/apiserver.crt"), token));
  }

  private static Process program(Path log, String... words) throws IOException {
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  @Override
  public void close() {
    interrupt();
    store.destroyForcibly().onExit().join();
  }
}
