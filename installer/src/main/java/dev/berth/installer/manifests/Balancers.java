package dev.berth.installer.manifests;

import dev.berth.base.json.Json;
import dev.berth.installer.config.Door;
import dev.berth.installer.config.Install;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What providers' load balancers are told by annotations, as the guides have them. */
final class Balancers {
  private Balancers() {}

  /** The operator's go before ours. */
  static SortedMap<String, String> annotations(Install install) {
    var all = new TreeMap<String, String>();
    if (install.door().kind() == Door.Kind.LOAD_BALANCER) {
      // external-dns, where the guides' one runs, makes the names.
      all.put(
          "external-dns.alpha.kubernetes.io/hostname", String.join(",", install.site().names()));
      all.putAll(ofProvider(install));
    }
    all.putAll(install.door().annotations());
    return all;
  }

  private static Map<String, String> ofProvider(Install install) {
    return switch (install.provider()) {
      case GCP -> {
        var ports = new TreeMap<String, Object>();
        ports.put(String.valueOf(install.door().webPort()), Map.of());
        install.door().httpPort().ifPresent(port -> ports.put(String.valueOf(port), Map.of()));
        yield Map.of("cloud.google.com/neg", Json.write(Map.of("exposed_ports", ports)));
      }
      case AWS -> {
        // "nlb" is known to the cloud's own controller and to the newer one of its load balancers.
        var at = "service.beta.kubernetes.io/aws-load-balancer-";
        yield Map.of(
            at + "type", "nlb",
            at + "scheme", "internet-facing",
            at + "cross-zone-load-balancing-enabled", "true");
      }
      // It lets go of silent connections after 4 minutes unless told; 30 is its most.
      case AZURE -> Map.of("service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout", "30");
      case NONE -> Map.of();
    };
  }
}
