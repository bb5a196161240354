package dev.berth.runtime.kubernetes.network;

import dev.berth.protocol.Port;
import dev.berth.runtime.kubernetes.pod.ContentContainer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the workspaces of a namespace reach beside the internet, and who reaches them.
 *
 * @param allowed inner ranges that they reach, at all ports
 * @param places inner addresses that they reach at some ports: the object store, git hosts
 * @param pods that they reach: an object store in the cluster, and the gateway, which who calls the
 *     installation's own address meets inside of a cluster
 * @param callers addresses that reach them: Berth where it runs outside of the cluster
 * @param berths pods that reach them: Berth's own
 */
public record Reach(
    List<Range> allowed,
    List<Place> places,
    List<Pods> pods,
    List<Range> callers,
    List<Pods> berths) {
  public Reach {
    allowed = List.copyOf(allowed);
    places = List.copyOf(places);
    pods = List.copyOf(pods);
    callers = List.copyOf(callers);
    berths = List.copyOf(berths);
  }

  /** An address, or a range of them, at some TCP ports. */
  public record Place(Range range, SortedSet<Integer> ports) {
    public Place(Range range, Set<Integer> ports) {
      this(range, (SortedSet<Integer>) new TreeSet<>(ports));
    }
  }

  /**
   * Pods of a namespace.
   *
   * @param labels that they have, each one of some values
   * @param ports at which they are reached or may come; all where there are none
   */
  public record Pods(String namespace, Map<String, List<String>> labels, Set<Integer> ports) {
    public Pods {
      labels = new TreeMap<>(labels);
      ports = new TreeSet<>(ports);
    }

    /** The gateway's doors, where it runs in the cluster, which anybody outside may knock at. */
    public static Pods gateway(String namespace, Set<Integer> ports) {
      return berth(namespace, "gateway", ports);
    }

    /**
     * Berth's own, where it runs in the cluster, as the installer labels them: the gateway brings
     * people to every port, control asks what is Berth's in a pod and nothing else.
     */
    public static List<Pods> berth(String namespace) {
      return List.of(
          berth(namespace, "control", Set.of(ContentContainer.PORT, Port.SUPERVISOR)),
          berth(namespace, "gateway", Set.of()));
    }

    private static Pods berth(String namespace, String component, Set<Integer> ports) {
      return new Pods(
          namespace,
          Map.of(
              "app.kubernetes.io/part-of", List.of("berth"),
              "app.kubernetes.io/component", List.of(component)),
          ports);
    }
  }
}
