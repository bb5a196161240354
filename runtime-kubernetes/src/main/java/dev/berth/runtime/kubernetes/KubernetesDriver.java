package dev.berth.runtime.kubernetes;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import dev.berth.runtime.kubernetes.pod.Marks;
import dev.berth.runtime.kubernetes.reading.Reading;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs instances as pods. The pod is named as its workspace, so that the cluster itself sees to it
 * that there is one at most, whoever asks; a secret of the same name says that the workspace is.
 *
 * <p>Where no content container is configured, a workspace's files live in its pod and end with it:
 * the next instance begins with a clone, which is less than {@link Driver#start} promises of files.
 * With one, /workspace is what it restores, and what an instance changes elsewhere (home, installed
 * packages) ends with it.
 */
public final class KubernetesDriver implements Driver {
  /**
   * What is under way in one turn of this process.
   *
   * @param seats one for each workspace that was looked at: some hundred bytes each
   */
  private record Turn(BooleanSupplier holds, ConcurrentHashMap<WorkspaceId, Seat> seats) {
    Turn(BooleanSupplier holds) {
      this(holds, new ConcurrentHashMap<>());
    }
  }

  private final Host host;
  private volatile Turn turn = new Turn(() -> true);

  private KubernetesDriver(Host host) {
    this.host = host;
  }

  /** Opens the driver; a cluster that is away is asked again when there is something to do. */
  public static KubernetesDriver open(KubernetesOptions options) {
    return new KubernetesDriver(Host.open(options));
  }

  @Override
  public void start(InstanceSpec spec) {
    seat(spec.workspace()).start(spec);
  }

  @Override
  public void stop(WorkspaceId workspace, Instant killAfter) {
    seat(workspace).stop(killAfter);
  }

  @Override
  public Observation observe(WorkspaceId workspace) {
    return seat(workspace).observe();
  }

  @Override
  public boolean delete(WorkspaceId workspace) {
    boolean gone = seat(workspace).delete();
    if (gone) turn.seats().remove(workspace);
    return gone;
  }

  @Override
  public void forget(WorkspaceId workspace) {
    if (seat(workspace).forget()) turn.seats().remove(workspace);
  }

  @Override
  public Set<WorkspaceId> present() {
    var cluster = host.cluster();
    var pods = names(cluster.pods(installation()));
    return ids(Stream.concat(cluster.workspaces(installation()).stream(), pods));
  }

  @Override
  public Set<WorkspaceId> instances() {
    return ids(names(host.sight().all(installation())));
  }

  /** Of those that are ours. */
  private Stream<String> names(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> Reading.instance(pod).isPresent())
        .map(Pod::getMetadata)
        .filter(meta -> meta.getLabels() != null)
        .filter(meta -> installation().equals(meta.getLabels().get(Marks.INSTALLATION)))
        .map(ObjectMeta::getName);
  }

  private String installation() {
    return host.options().pods().installation();
  }

  private static Set<WorkspaceId> ids(Stream<String> names) {
    return names
        .map(WorkspaceId::parse)
        .flatMap(Optional::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The size of a workspace that has a pod, by its label. */
  public Optional<String> size(WorkspaceId workspace) {
    return host.sight()
        .of(workspace)
        .map(pod -> pod.getMetadata().getLabels())
        .map(labels -> labels.get(Marks.CLASS));
  }

  @Override
  public String log(WorkspaceId workspace) {
    return new Log(host.cluster(), workspace).end();
  }

  @Override
  public void close() {
    host.close();
  }

  @Override
  public void beginTurn(BooleanSupplier holds) {
    turn = new Turn(holds);
    host.beginTurn(holds);
  }

  private Seat seat(WorkspaceId workspace) {
    var now = turn;
    return now.seats().computeIfAbsent(workspace, id -> new Seat(host, id, now.holds()));
  }
}
