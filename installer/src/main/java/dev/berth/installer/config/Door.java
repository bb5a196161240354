package dev.berth.installer.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The service by which the gateway is reached from outside of the cluster.
 *
 * @param annotations beside those of the provider
 * @param address that a load balancer shall have; empty for any
 * @param sources ranges that may come in; empty for all
 * @param webPort of the gateway's web door at the service; the site's, unless that is a node's port
 * @param webNodePort at each node; empty for any
 * @param sshPort at the service; empty where SSH is off
 * @param httpPort at the service, where browsers that come without TLS are led to it; empty for
 *     none
 */
public record Door(
    Kind kind,
    Map<String, String> annotations,
    Optional<String> address,
    List<String> sources,
    int webPort,
    Optional<Integer> webNodePort,
    Optional<Integer> sshPort,
    Optional<Integer> sshNodePort,
    Optional<Integer> httpPort,
    Optional<Integer> httpNodePort) {
  /** Where Kubernetes takes ports of nodes from unless told otherwise. */
  static final int FIRST_NODE_PORT = 30000;

  /** How it is reached. */
  public enum Kind {
    LOAD_BALANCER("LoadBalancer"),
    NODE_PORT("NodePort"),
    CLUSTER_IP("ClusterIP");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    static Kind of(String text) {
      for (var one : values()) if (one.word.equals(text)) return one;
      throw new IllegalArgumentException("must be LoadBalancer, NodePort or ClusterIP");
    }

    @Override
    public String toString() {
      return word;
    }
  }

  public Door {
    annotations = Map.copyOf(annotations);
    sources = List.copyOf(sources);
  }
}
