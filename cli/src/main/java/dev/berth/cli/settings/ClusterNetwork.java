package dev.berth.cli.settings;

import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.base.http.OutwardProxy;
import dev.berth.objects.bucket.Bucket;
import dev.berth.runtime.kubernetes.network.Policies;
import dev.berth.runtime.kubernetes.network.Range;
import dev.berth.runtime.kubernetes.network.Reach;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the configuration says of the network of workspaces on a cluster.
 *
 * @param closed whether Berth closes it by a policy
 * @param allowed inner ranges that workspaces reach
 * @param hosts inner hosts that they reach: of git, and the installation's own address
 * @param storePods of an object store in the cluster
 * @param doors the gateway's ports, for who is outside
 * @param callers addresses of Berth; found out where there are none
 * @param proxies by which pods save where the store is outside
 * @param namespace of Berth in the cluster; its pod's own where empty
 */
public record ClusterNetwork(
    boolean closed,
    List<Range> allowed,
    List<InnerHost> hosts,
    List<Reach.Pods> storePods,
    Set<Integer> doors,
    List<Range> callers,
    Optional<String> namespace,
    List<URI> proxies) {
  private static final String AT = "cluster.";

  private static final Path OWN_NAMESPACE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

  /** A host of git.innerHosts, which may name a port, or another. */
  record InnerHost(String host, Set<Integer> ports) {
    /** SSH, and the web's. */
    private static final Set<Integer> USUAL = Set.of(22, 80, 443);

    static InnerHost parse(String text) {
      int colon = text.lastIndexOf(':');
      boolean named = colon > 0 && text.indexOf(':') == colon;
      if (!named) return new InnerHost(text, USUAL);
      return new InnerHost(text.substring(0, colon), Set.of(port(text.substring(colon + 1))));
    }

    private static int port(String text) {
      try {
        int port = Integer.parseInt(text);
        if (port > 0 && port < 65536) return port;
      } catch (NumberFormatException _) {
        // told below
      }
      throw new IllegalArgumentException("must be a host, or host:port");
    }
  }

  static ClusterNetwork read(Settings settings) {
    var hosts = new ArrayList<>(each(settings, "git.innerHosts", InnerHost::parse));
    settings.text("dashboard").flatMap(text -> own(settings, text)).ifPresent(hosts::add);
    return new ClusterNetwork(
        settings.flag(AT + "networkPolicy", true),
        each(settings, "network.allow", Range::parse),
        hosts,
        each(settings, AT + "storePods", ClusterNetwork::pods),
        doors(settings),
        each(settings, AT + "berthAddresses", Range::parse),
        settings.text(AT + "berthNamespace"),
        OutwardSettings.read(settings).map(OutwardProxy::addresses).orElseGet(List::of));
  }

  /**
   * Where a name leads to a node, or to a balancer of the inner network, it is that address which
   * the policy sees. What is wrong with it is told by who reads it for all.
   */
  private static Optional<InnerHost> own(Settings settings, String dashboard) {
    try {
      var uri = URI.create(dashboard);
      if (uri.getHost() == null) return Optional.empty();
      var ports = new TreeSet<>(Set.of(port(uri)));
      int ssh = settings.number("ssh.port", Configuration.SSH_PORT, 0, 65535);
      ports.add(settings.number("ssh.publicPort", ssh, 0, 65535));
      ports.remove(0);
      return Optional.of(new InnerHost(uri.getHost(), ports));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Those of this file, which gateways in the cluster have, too. */
  private static Set<Integer> doors(Settings settings) {
    var doors = new TreeSet<Integer>();
    doors.add(settings.number("port", Configuration.PORT, 1, 65535));
    doors.add(settings.number("ssh.port", Configuration.SSH_PORT, 0, 65535));
    doors.add(settings.number("redirect.port", 0, 0, 65535));
    doors.remove(0); // which is for none
    return doors;
  }

  private static <T> List<T> each(Settings settings, String path, Function<String, T> parse) {
    var all = new ArrayList<T>();
    for (var text : settings.list(path)) {
      try {
        all.add(parse.apply(text));
      } catch (IllegalArgumentException e) {
        settings.wrong("%s has \"%s\" but each %s".formatted(path, text, e.getMessage()));
      }
    }
    return all;
  }

  /** As {@code namespace/label=value} with a port behind it, where it has one. */
  private static Reach.Pods pods(String text) {
    int slash = text.indexOf('/');
    int equals = text.lastIndexOf('=');
    int colon = text.indexOf(':', Math.max(equals, 0));
    if (slash < 1 || equals < slash) {
      throw new IllegalArgumentException("must be namespace/label=value or …=value:port");
    }
    var ports = colon < 0 ? Set.<Integer>of() : Set.of(InnerHost.port(text.substring(colon + 1)));
    var value = text.substring(equals + 1, colon < 0 ? text.length() : colon);
    return new Reach.Pods(
        text.substring(0, slash), Map.of(text.substring(slash + 1, equals), List.of(value)), ports);
  }

  /**
   * What workspaces reach and who reaches them, asked anew each time.
   *
   * @param store where their files are saved
   * @param server the cluster's API server
   */
  public Supplier<Reach> reach(Bucket store, URI server) {
    var known = new ConcurrentHashMap<String, Set<Range>>();
    return () -> {
      var places = new ArrayList<Reach.Place>();
      for (var endpoint : Stream.concat(endpoints(store).stream(), proxies.stream()).toList()) {
        for (var range : inner(endpoint.getHost(), known)) {
          places.add(new Reach.Place(range, Set.of(port(endpoint))));
        }
      }
      var git = new HashMap<Range, Set<Integer>>();
      for (var host : hosts) {
        for (var range : inner(host.host(), known)) {
          git.computeIfAbsent(range, _ -> new HashSet<>()).addAll(host.ports());
        }
      }
      git.forEach((range, ports) -> places.add(new Reach.Place(range, ports)));
      var own = ownNamespace();
      var pods = new ArrayList<>(storePods);
      // Clusters lead their pods to a load balancer's address straight to who is behind it.
      own.ifPresent(namespace -> pods.add(Reach.Pods.gateway(namespace, doors)));
      return new Reach(
          allowed,
          places,
          pods,
          callers.isEmpty() && own.isEmpty() ? List.of(here(server)) : callers,
          own.map(Reach.Pods::berth).orElse(List.of()));
    };
  }

  /** Whether workspaces do not reach it, unless it is that of a host that is named. */
  public boolean closes(InetAddress address) {
    return closed
        && Policies.isInner(address)
        && allowed.stream().noneMatch(range -> range.has(address));
  }

  /** Refuses to have workspaces where Berth itself is: the policy is of every pod there. */
  public void refuseOwn(String workspaces) {
    if (!closed || ownNamespace().filter(workspaces::equals).isEmpty()) return;
    throw new Problem.Invalid(
        "The namespace %s of the workspaces is Berth's own, whose pods their network policy would close, too."
            .formatted(workspaces),
        "Name another one: cluster.namespace, or clusters.<name>.namespace.");
  }

  /** Refuses what one machine finds out by itself where several are Berth. */
  public void refuseUnnamed() {
    if (!closed || !callers.isEmpty() || ownNamespace().isPresent()) return;
    throw new Problem.Invalid(
        "Only Berth is let in to workspaces on a cluster, and the addresses of its controls and gateways, which run outside of it, are not named.",
        "Name them all, or their ranges: cluster.berthAddresses.");
  }

  private Optional<String> ownNamespace() {
    if (namespace.isPresent()) return namespace;
    try {
      return Optional.of(Files.readString(OWN_NAMESPACE).strip());
    } catch (IOException _) {
      return Optional.empty(); // outside of a cluster
    }
  }

  /**
   * What of {@code host}'s addresses is not reached anyway; what it had last where none answers.
   */
  private static Set<Range> inner(String host, Map<String, Set<Range>> known) {
    if (host.equals("*")) return Set.of();
    try {
      var found = new HashSet<Range>();
      for (var address : InetAddress.getAllByName(host)) {
        if (Policies.mayBeNamed(address)) found.add(Range.of(address));
      }
      known.put(host, found);
    } catch (UnknownHostException _) {
      // who needs it says so
    }
    return known.getOrDefault(host, Set.of());
  }

  private static List<URI> endpoints(Bucket bucket) {
    return switch (bucket) {
      case Bucket.S3 s3 ->
          List.of(
              s3.options()
                  .endpoint()
                  .orElse(
                      URI.create("https://s3.%s.amazonaws.com".formatted(s3.options().region()))));
      case Bucket.Azure azure ->
          List.of(
              azure
                  .options()
                  .endpoint()
                  .orElseGet(() ->
                      URI.create(
                          "https://%s.blob.core.windows.net"
                              .formatted(azure.options().account()))));
      case Bucket.Gcs gcs ->
          List.of(gcs.options().endpoint().orElse(URI.create("https://storage.googleapis.com")));
      case Bucket.EachOwners each -> endpoints(each.main());
    };
  }

  private static int port(URI endpoint) {
    if (endpoint.getPort() > 0) return endpoint.getPort();
    return "http".equals(endpoint.getScheme()) ? 80 : 443;
  }

  /** The address that this machine has on its way to the cluster; nothing is sent. */
  private static Range here(URI server) {
    int port = port(server);
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(server.getHost()), port));
      return Range.of(socket.getLocalAddress());
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The address from which this machine reaches the cluster's workspaces is not known: %s."
              .formatted(e.getMessage()),
          "Name it: cluster.berthAddresses.",
          e);
    }
  }
}
