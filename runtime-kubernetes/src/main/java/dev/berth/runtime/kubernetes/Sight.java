package dev.berth.runtime.kubernetes;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.kubernetes.cluster.Cluster;
import dev.berth.runtime.kubernetes.cluster.PodWatch;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at pods: in what a watch brought, so that a thousand looks cost the API server nothing; and
 * by asking it, where the watch does not stand or may not have brought what was written here. Who
 * looks sees no difference but in time. While the server is away it says so rather than what was.
 */
final class Sight implements AutoCloseable {
  /**
   * That a pod is not there is believed of a watch for so long after the server last answered: a
   * connection may be dead and not show it. That one is there is believed while the watch stands.
   */
  private static final Duration BELIEVED = Duration.ofSeconds(10);

  private final Cluster cluster;
  private final PodWatch watch;

  /** Of whom the watch may not have brought what was written here; each write is another object. */
  private final ConcurrentHashMap<WorkspaceId, Object> written = new ConcurrentHashMap<>();

  private volatile long answeredNanos = System.nanoTime() - BELIEVED.toNanos();

  private Sight(Cluster cluster, PodWatch watch) {
    this.cluster = cluster;
    this.watch = watch;
  }

  static Sight open(Cluster cluster) {
    return new Sight(cluster, cluster.watch());
  }

  /** The workspace's pod. */
  Optional<Pod> of(WorkspaceId workspace) {
    if (written.containsKey(workspace) || !watch.stands()) return now(workspace);
    var known = known(workspace);
    boolean believed = known.isPresent() || System.nanoTime() - answeredNanos < BELIEVED.toNanos();
    return believed ? known : now(workspace);
  }

  /** The same by asking the server, whatever the watch brought. */
  Optional<Pod> now(WorkspaceId workspace) {
    var write = written.get(workspace);
    var pod = cluster.pod(workspace);
    answeredNanos = System.nanoTime();
    if (write != null && version(pod).equals(version(known(workspace)))) {
      written.remove(workspace, write);
    }
    return pod;
  }

  /**
   * All pods that there are, of an {@code installation} and perhaps others, as the watch brought
   * them; by asking, where it does not stand.
   */
  List<Pod> all(String installation) {
    return watch.stands() ? watch.all() : cluster.pods(installation);
  }

  /** To be called before and after each write to the workspace's pod. */
  void writes(WorkspaceId workspace) {
    written.put(workspace, new Object());
  }

  private Optional<Pod> known(WorkspaceId workspace) {
    return watch.pod(workspace.value());
  }

  private static String version(Optional<Pod> pod) {
    return pod.map(there -> there.getMetadata().getResourceVersion()).orElse("");
  }

  @Override
  public void close() {
    watch.close();
  }
}
