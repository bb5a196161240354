package dev.berth.installer.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.installer.config.Certificate;
import dev.berth.installer.config.Install;
import dev.berth.installer.manifests.Secrets;
import dev.berth.runtime.kubernetes.reading.Obstacle;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How people get into an installation.
 *
 * @param address what DNS must lead the installation's names to, in words
 * @param root the PEM text of its own authority's certificate; empty where browsers know who signs
 */
public record Entrance(String address, Optional<String> root) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A program in a pod that has just started. */
  private static final int EXEC_SECONDS = 60;

  /** Of what was applied. */
  public static Entrance of(Target target, Install install) {
    var service = target.gateway(install.namespace());
    var root = target.secret(install.namespace(), Secrets.AUTHORITY).get("tls.crt");
    boolean own = install.certificate() instanceof Certificate.SelfSigned && root != null;
    return new Entrance(
        service.map(Entrance::words).orElse("no service is there"),
        own ? Optional.of(new String(root, StandardCharsets.US_ASCII)) : Optional.empty());
  }

  private static String words(Service service) {
    var ports = new LinkedHashMap<String, String>();
    for (var port : service.getSpec().getPorts()) {
      var node = port.getNodePort();
      ports.put(
          port.getName(),
          node == null ? "" + port.getPort() : port.getPort() + " (node port " + node + ")");
    }
    var at = Readiness.address(JSON.valueToTree(service));
    return switch (service.getSpec().getType()) {
      case "LoadBalancer" ->
          "the load balancer %s, ports %s".formatted(at.orElse("without an address yet"), ports);
      case "NodePort" -> "any node, ports %s".formatted(ports);
      default ->
          "the cluster's address %s, ports %s".formatted(service.getSpec().getClusterIP(), ports);
    };
  }

  /** The command that makes a login link. */
  public static String loginCommand(Install install) {
    return "kubectl -n %s exec deploy/berth-control -- berth login".formatted(install.namespace());
  }

  /** A login link, made by a replica of control; empty where none makes one. */
  public static Optional<String> login(Target target, Install install) throws InterruptedException {
    var selector =
        Map.of(
            "app.kubernetes.io/name", "berth",
            "app.kubernetes.io/instance", install.namespace(),
            "app.kubernetes.io/component", "control");
    for (var pod : Readiness.newestFirst(target.pods(install.namespace(), selector))) {
      if (Obstacle.of(pod, List.of(), Instant.now()).isPresent()) continue;
      var link = login(target, install.namespace(), pod.getMetadata().getName());
      if (link.isPresent()) return link;
    }
    return Optional.empty();
  }

  private static Optional<String> login(Target target, String namespace, String pod)
      throws InterruptedException {
    var said = new ByteArrayOutputStream();
    try (var exec =
        target
            .client()
            .pods()
            .inNamespace(namespace)
            .withName(pod)
            .inContainer("control")
            .writingOutput(said)
            .exec("/opt/berth/berth", "login")) {
      int code = exec.exitCode().get(EXEC_SECONDS, TimeUnit.SECONDS);
      var link = said.toString(StandardCharsets.UTF_8).strip();
      return code == 0 && link.startsWith("http") ? Optional.of(link) : Optional.empty();
    } catch (KubernetesClientException | ExecutionException | TimeoutException e) {
      return Optional.empty(); // who asks is told the command, which says what is wrong
    }
  }
}
