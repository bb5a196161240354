package dev.berth.runtime.kubernetes.network;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The policy of a namespace of workspaces. It is of every pod there, whatever its labels, and
 * closes what it does not name: nobody but Berth comes in, and out go questions for names, and
 * connections to the internet, but to no private, link-local or metadata address that {@link Reach}
 * does not name.
 */
public final class Policies {
  /** The policy's name. */
  public static final String NAME = "berth-workspaces";

  private static final String WHY =
      "Workspaces run strangers' code: only Berth reaches them, and they reach the internet, but no private, link-local or metadata address. Berth writes this policy anew; see docs/operate/kubernetes.md.";

  /** Not the internet: RFC 6890, and the metadata services of Azure and Oracle. */
  private static final List<Range> INNER_4 =
      ranges(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "168.63.129.16/32",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "224.0.0.0/4",
          "240.0.0.0/4");

  /** The same; what stands for IPv4 addresses is added. */
  private static final List<Range> INNER_6 =
      ranges("::/96", "64:ff9b:1::/48", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8");

  /** The host's own, and where clouds tell a machine its secrets. */
  private static final List<Range> NEVER_4 =
      ranges(
          "0.0.0.0/8",
          "100.100.100.200/32",
          "127.0.0.0/8",
          "168.63.129.16/32",
          "169.254.0.0/16",
          "192.0.0.0/24",
          "224.0.0.0/3");

  private static final List<Range> NEVER_6 =
      ranges("::/96", "fd00:ec2::254", "fe80::/10", "ff00::/8");

  /** Translators make IPv4 addresses of the ones that begin so. */
  private static final String NAT64 = "64:ff9b::";

  private static final int NAT64_BITS = 96;

  /** Where a node answers for names itself (NodeLocal DNSCache, Cloud DNS of GKE). */
  private static final Range NODE_LOCAL = Range.parse("169.254.20.10");

  /** 5353 is the pods' own port on OpenShift; policies see it instead of the service's. */
  private static final List<Integer> NAMES = List.of(53, 5353);

  private Policies() {}

  /** Whether {@code address} is one that workspaces do not reach if nothing names it. */
  public static boolean isInner(InetAddress address) {
    return inner6().stream().anyMatch(range -> range.has(address))
        || INNER_4.stream().anyMatch(range -> range.has(address));
  }

  /**
   * Whether {@code address} is an inner one that a name may open to workspaces, by what it means:
   * none of the cloud's own services, whoever says so.
   */
  public static boolean mayBeNamed(InetAddress address) {
    return isInner(address) && never().noneMatch(range -> range.has(address));
  }

  /** The policy of {@code namespace}. */
  public static NetworkPolicy of(String namespace, Reach reach) {
    return new NetworkPolicyBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace(namespace)
        .addToLabels("app.kubernetes.io/name", NAME)
        .addToLabels("app.kubernetes.io/part-of", "berth")
        .addToLabels("app.kubernetes.io/managed-by", "berth")
        .addToAnnotations("berth.dev/why", WHY)
        .endMetadata()
        .withNewSpec()
        .withNewPodSelector()
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(ingress(reach))
        .withEgress(egress(reach))
        .endSpec()
        .build();
  }

  private static List<NetworkPolicyIngressRule> ingress(Reach reach) {
    var rules = new ArrayList<NetworkPolicyIngressRule>();
    // A rule without peers would let in everybody.
    if (!reach.callers().isEmpty()) {
      rules.add(in(reach.callers().stream().map(Policies::peer).toList(), List.of()));
    }
    reach.berths().forEach(pods -> rules.add(in(List.of(peer(pods)), pods.ports())));
    return rules;
  }

  private static NetworkPolicyIngressRule in(
      List<NetworkPolicyPeer> from, Collection<Integer> ports) {
    return new NetworkPolicyIngressRuleBuilder()
        .withFrom(from)
        .withPorts(ports.stream().map(port -> port("TCP", port)).toList())
        .build();
  }

  private static List<NetworkPolicyEgressRule> egress(Reach reach) {
    var rules = new ArrayList<NetworkPolicyEgressRule>();
    rules.add(names());
    rules.add(rule(List.of(outside("0.0.0.0/0", INNER_4), outside("::/0", inner6())), List.of()));
    if (!reach.allowed().isEmpty()) {
      rules.add(rule(reach.allowed().stream().map(Policies::peer).toList(), List.of()));
    }
    reach.places().forEach(place -> rules.add(rule(List.of(peer(place.range())), place.ports())));
    reach.pods().forEach(pods -> rules.add(rule(List.of(peer(pods)), pods.ports())));
    return rules;
  }

  /** By who answers and not by an address, as that of the service is another for each cluster. */
  private static NetworkPolicyEgressRule names() {
    var ports =
        NAMES.stream().flatMap(port -> Stream.of(port("UDP", port), port("TCP", port))).toList();
    return new NetworkPolicyEgressRuleBuilder()
        .withTo(
            peer("kube-system", Map.of("k8s-app", List.of("kube-dns", "node-local-dns"))),
            peer("openshift-dns", Map.of()),
            peer(NODE_LOCAL))
        .withPorts(ports)
        .build();
  }

  private static NetworkPolicyEgressRule rule(
      List<NetworkPolicyPeer> to, Collection<Integer> ports) {
    return new NetworkPolicyEgressRuleBuilder()
        .withTo(to)
        .withPorts(ports.stream().map(port -> port("TCP", port)).toList())
        .build();
  }

  private static NetworkPolicyPort port(String protocol, int port) {
    return new NetworkPolicyPortBuilder()
        .withProtocol(protocol)
        .withPort(new IntOrString(port))
        .build();
  }

  private static NetworkPolicyPeer peer(Range range) {
    return new NetworkPolicyPeerBuilder()
        .withNewIpBlock()
        .withCidr(range.toString())
        .endIpBlock()
        .build();
  }

  private static NetworkPolicyPeer outside(String all, List<Range> but) {
    return new NetworkPolicyPeerBuilder()
        .withNewIpBlock()
        .withCidr(all)
        .withExcept(but.stream().map(Range::toString).toList())
        .endIpBlock()
        .build();
  }

  private static NetworkPolicyPeer peer(Reach.Pods pods) {
    return peer(pods.namespace(), pods.labels());
  }

  private static NetworkPolicyPeer peer(String namespace, Map<String, List<String>> labels) {
    var selector = new LabelSelectorBuilder();
    labels.forEach((label, values) ->
        selector
            .addNewMatchExpression()
            .withKey(label)
            .withOperator("In")
            .withValues(values)
            .endMatchExpression());
    return new NetworkPolicyPeerBuilder()
        .withNewNamespaceSelector()
        .addToMatchLabels("kubernetes.io/metadata.name", namespace)
        .endNamespaceSelector()
        .withPodSelector(selector.build())
        .build();
  }

  private static List<Range> inner6() {
    return Stream.concat(INNER_6.stream(), translated(INNER_4)).toList();
  }

  private static Stream<Range> never() {
    return Stream.of(NEVER_4.stream(), NEVER_6.stream(), translated(NEVER_4)).flatMap(all -> all);
  }

  private static Stream<Range> translated(List<Range> ranges) {
    return ranges.stream()
        .map(range ->
            Range.parse(
                NAT64 + range.first().getHostAddress() + "/" + (NAT64_BITS + range.bits())));
  }

  private static List<Range> ranges(String... texts) {
    return Stream.of(texts).map(Range::parse).toList();
  }
}
