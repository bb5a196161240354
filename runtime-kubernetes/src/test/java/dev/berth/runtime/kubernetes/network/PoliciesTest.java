package dev.berth.runtime.kubernetes.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoliciesTest {
  private static final Reach NOTHING =
      new Reach(List.of(), List.of(), List.of(), List.of(), List.of());

  private static NetworkPolicySpec spec(Reach reach) {
    return Policies.of("ws", reach).getSpec();
  }

  /** Whether a connection to an address at a port gets out. */
  private static boolean goesOut(Reach reach, String address, int port) throws Exception {
    var to = InetAddress.getByName(address);
    for (var rule : spec(reach).getEgress()) {
      if (isAt(rule, port) && rule.getTo().stream().anyMatch(peer -> has(peer, to))) return true;
    }
    return false;
  }

  private static boolean isAt(NetworkPolicyEgressRule rule, int port) {
    return rule.getPorts().isEmpty()
        || rule.getPorts().stream().anyMatch(one -> one.getPort().getIntVal() == port);
  }

  private static boolean has(NetworkPolicyPeer peer, InetAddress address) {
    var block = peer.getIpBlock();
    return block != null
        && Range.parse(block.getCidr()).has(address)
        && block.getExcept().stream().noneMatch(range -> Range.parse(range).has(address));
  }

  @Test
  void it_is_of_every_pod_whatever_its_labels_and_lets_in_nobody_that_is_not_named() {
    assertThat(spec(NOTHING).getPodSelector().getMatchLabels()).isNullOrEmpty();
    assertThat(spec(NOTHING).getPodSelector().getMatchExpressions()).isNullOrEmpty();
    assertThat(spec(NOTHING).getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(spec(NOTHING).getIngress()).isEmpty();
  }

  @Test
  void the_internet_is_reached_and_nothing_inner() throws Exception {
    for (var outer : List.of("1.1.1.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101")) {
      assertThat(goesOut(NOTHING, outer, 443)).as(outer).isTrue();
    }
    for (var inner :
        List.of(
            "10.96.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "169.254.169.254",
            "168.63.129.16",
            "192.0.0.192",
            "224.0.0.1",
            "::1",
            "::10.0.0.1",
            "fd00:ec2::254",
            "fe80::1",
            "64:ff9b::a00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1")) {
      assertThat(goesOut(NOTHING, inner, 443)).as(inner).isFalse();
      assertThat(Policies.isInner(InetAddress.getByName(inner))).as(inner).isTrue();
    }
    assertThat(goesOut(NOTHING, "169.254.20.10", 53)).isTrue();
    assertThat(goesOut(NOTHING, "169.254.20.10", 80)).isFalse();
  }

  @Test
  void what_is_named_is_reached_at_its_ports_and_no_others() throws Exception {
    var reach =
        new Reach(
            List.of(Range.parse("10.1.0.0/16")),
            List.of(new Reach.Place(Range.parse("10.2.0.1"), Set.of(8333))),
            List.of(new Reach.Pods("berth", Map.of("app", List.of("store")), Set.of(9000))),
            List.of(Range.parse("fd00::5"), Range.parse("192.0.2.7")),
            Reach.Pods.berth("berth"));

    assertThat(goesOut(reach, "10.1.2.3", 5432)).isTrue();
    assertThat(goesOut(reach, "10.2.0.1", 8333)).isTrue();
    assertThat(goesOut(reach, "10.2.0.1", 10250)).isFalse();
    assertThat(goesOut(reach, "10.2.0.2", 8333)).isFalse();
    var store = spec(reach).getEgress().getLast();
    assertThat(store.getTo().getFirst().getPodSelector().getMatchExpressions())
        .singleElement()
        .satisfies(one -> assertThat(one.getValues()).containsExactly("store"));
    var from = spec(reach).getIngress().getFirst().getFrom();
    assertThat(from)
        .extracting(peer -> peer.getIpBlock().getCidr())
        .containsExactly("fd00::5/128", "192.0.2.7/32");
    var control = spec(reach).getIngress().get(1);
    assertThat(control.getFrom().getFirst().getNamespaceSelector().getMatchLabels())
        .containsEntry("kubernetes.io/metadata.name", "berth");
    assertThat(control.getPorts())
        .extracting(port -> port.getPort().getIntVal())
        .containsExactly(22998, 22999);
    var gateway = spec(reach).getIngress().get(2);
    assertThat(gateway.getFrom().getFirst().getPodSelector().getMatchExpressions())
        .anySatisfy(one -> assertThat(one.getValues()).containsExactly("gateway"));
    assertThat(gateway.getPorts()).isEmpty();
  }

  @Test
  void no_name_opens_what_a_cloud_tells_its_machines() throws Exception {
    for (var never :
        List.of(
            "169.254.169.254",
            "168.63.129.16",
            "100.100.100.200",
            "127.0.0.1",
            "fd00:ec2::254",
            "fe80::1",
            "64:ff9b::a9fe:a9fe",
            "1.1.1.1")) {
      assertThat(Policies.mayBeNamed(InetAddress.getByName(never))).as(never).isFalse();
    }
    for (var inner : List.of("10.96.0.1", "192.168.1.1", "100.64.0.1", "fd12::1")) {
      assertThat(Policies.mayBeNamed(InetAddress.getByName(inner))).as(inner).isTrue();
    }
  }

  @Test
  void a_range_is_written_as_api_servers_want_it() {
    assertThat(Range.parse("10.1.2.3/8")).hasToString("10.0.0.0/8");
    assertThat(Range.parse("64:ff9b::10.0.0.0/104")).hasToString("64:ff9b::a00:0/104");
    assertThat(Range.parse("::/0")).hasToString("::/0");
    assertThat(Range.parse("2001:db8::1:0:0:1")).hasToString("2001:db8::1:0:0:1/128");
    for (var none : List.of("host", "10.0.0.0/33", "10.0.0.0/-1", "a/b", "", "10.0.0.0/8/8")) {
      assertThatThrownBy(() -> Range.parse(none))
          .as(none)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must");
    }
  }
}
