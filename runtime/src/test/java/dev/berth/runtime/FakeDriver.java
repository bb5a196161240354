package dev.berth.runtime;

import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A driver in memory, which is its own host: instances are words in a map, and a test says what
 * becomes of them. Unless told otherwise a start is alive at once and a stop absent at once.
 */
public final class FakeDriver implements Driver {
  /** Where an instance is said to answer unless a test points it elsewhere. */
  public static final Endpoint ENDPOINT = new Endpoint("127.0.0.1", 22999);

  private final Set<WorkspaceId> files = new TreeSet<>();
  private final Map<WorkspaceId, Instance> instances = new LinkedHashMap<>();
  private final Map<WorkspaceId, String> logs = new LinkedHashMap<>();
  private final Map<WorkspaceId, Function<InstanceId, Observation>> ends = new LinkedHashMap<>();
  private final Map<WorkspaceId, Instant> deadlines = new LinkedHashMap<>();
  private final List<InstanceSpec> started = new ArrayList<>();
  private final List<WorkspaceId> stopped = new ArrayList<>();
  private Function<InstanceSpec, Endpoint> endpoints;
  private boolean startsHang;
  private boolean stopsHang;
  private boolean deletesHang;
  private Optional<RuntimeException> broken = Optional.empty();
  private final Map<WorkspaceId, RuntimeException> brokenFor = new LinkedHashMap<>();

  /** With every instance at {@link #ENDPOINT}. */
  public FakeDriver() {
    this(_ -> ENDPOINT);
  }

  /**
   * With an instance of {@code spec} where {@code endpoints} says, for example a fake supervisor.
   */
  public FakeDriver(Function<InstanceSpec, Endpoint> endpoints) {
    this.endpoints = endpoints;
  }

  @Override
  public synchronized void start(InstanceSpec spec) {
    check();
    var workspace = spec.workspace();
    var there = instances.get(workspace);
    if (there != null && there.present()) return;
    deadlines.remove(workspace);
    started.add(spec);
    files.add(workspace);
    logs.put(workspace, "");
    instances.put(workspace, new Instance(spec, first(spec)));
  }

  private Observation first(InstanceSpec spec) {
    var end = ends.remove(spec.workspace());
    if (end != null) return end.apply(spec.boot().instance());
    return startsHang ? preparing(spec) : alive(spec);
  }

  @Override
  public synchronized void stop(WorkspaceId workspace, Instant killAfter) {
    check(workspace);
    if (!instances.containsKey(workspace)) return;
    stopped.add(workspace);
    deadlines.merge(workspace, killAfter, (one, other) -> one.isBefore(other) ? one : other);
    if (!stopsHang) instances.remove(workspace);
    killWhatIsDue();
  }

  private void killWhatIsDue() {
    var now = Instant.now();
    deadlines.forEach((workspace, at) -> {
      if (!at.isAfter(now)) instances.remove(workspace);
    });
    deadlines.keySet().retainAll(instances.keySet());
  }

  @Override
  public synchronized Observation observe(WorkspaceId workspace) {
    check(workspace);
    killWhatIsDue();
    var instance = instances.get(workspace);
    return instance == null ? new Observation.Absent() : instance.seen();
  }

  @Override
  public synchronized boolean delete(WorkspaceId workspace) {
    check(workspace);
    instances.remove(workspace);
    if (deletesHang) return false;
    files.remove(workspace);
    logs.remove(workspace);
    return true;
  }

  @Override
  public synchronized void forget(WorkspaceId workspace) {
    check(workspace);
    if (!instances.containsKey(workspace)) logs.remove(workspace);
  }

  @Override
  public synchronized Set<WorkspaceId> present() {
    check();
    return Set.copyOf(files);
  }

  @Override
  public synchronized Set<WorkspaceId> instances() {
    check();
    killWhatIsDue();
    return Set.copyOf(instances.keySet());
  }

  @Override
  public synchronized String log(WorkspaceId workspace) {
    check();
    return logs.getOrDefault(workspace, "");
  }

  @Override
  public void close() {}

  // What a test may tell it.

  /** From now on instances are where {@code endpoints} says. */
  public synchronized void pointAt(Function<InstanceSpec, Endpoint> endpoints) {
    this.endpoints = endpoints;
  }

  /** From now on a start stays in preparing until {@link #letStartsGo}. */
  public synchronized void holdStarts() {
    startsHang = true;
  }

  /** Lets held starts come alive, and later ones at once. */
  public synchronized void letStartsGo() {
    startsHang = false;
    instances.replaceAll((_, instance) ->
        instance.seen() instanceof Observation.Preparing
            ? new Instance(instance.spec(), alive(instance.spec()))
            : instance);
  }

  /** From now on a stop is done only by {@link #letStopsGo} or when its killAfter is past. */
  public synchronized void holdStops() {
    stopsHang = true;
  }

  /** Lets every instance that was asked to stop end, and later ones at once. */
  public synchronized void letStopsGo() {
    stopsHang = false;
    deadlines.keySet().forEach(instances::remove);
    deadlines.clear();
  }

  /** From now on a delete says that it goes on, or, with {@code false}, is done at once again. */
  public synchronized void holdDeletes(boolean hold) {
    deletesHang = hold;
  }

  /** The workspace's next start fails. */
  public synchronized void failNextStart(WorkspaceId workspace, String what, String remedy) {
    ends.put(workspace, instance -> new Observation.Failed(instance, what, remedy));
  }

  /** The workspace's next instance ends by itself at once. */
  public synchronized void exitNextStart(WorkspaceId workspace, String why) {
    ends.put(workspace, instance -> new Observation.Exited(instance, why));
  }

  /** The workspace's instance ends by itself. */
  public synchronized void exit(WorkspaceId workspace, String why) {
    instances.computeIfPresent(
        workspace,
        (_, instance) -> new Instance(instance.spec(), new Observation.Exited(instance.id(), why)));
  }

  /** The machine is made anew: instances are gone without a word, files are kept. */
  public synchronized void loseInstances() {
    instances.clear();
  }

  /** The workspace's supervisor printed this. */
  public synchronized void print(WorkspaceId workspace, String text) {
    logs.merge(workspace, text, (old, more) -> end(old + more));
  }

  /** From now on every call throws this; empty for none. */
  public synchronized void breakWith(Optional<RuntimeException> problem) {
    broken = problem;
  }

  /** From now on what is asked of that workspace throws this; empty for none. */
  public synchronized void breakFor(WorkspaceId workspace, Optional<RuntimeException> problem) {
    if (problem.isPresent()) brokenFor.put(workspace, problem.get());
    else brokenFor.remove(workspace);
  }

  /** The specs of all starts that made an instance, in order. */
  public synchronized List<InstanceSpec> started() {
    return List.copyOf(started);
  }

  /** The workspaces whose instance was asked to stop, in order, once for each call. */
  public synchronized List<WorkspaceId> stopped() {
    return List.copyOf(stopped);
  }

  private void check() {
    if (broken.isPresent()) throw broken.get();
  }

  private void check(WorkspaceId workspace) {
    check();
    var problem = brokenFor.get(workspace);
    if (problem != null) throw problem;
  }

  private static String end(String text) {
    return text.substring(Math.max(0, text.length() - 64 * 1024));
  }

  private static Observation preparing(InstanceSpec spec) {
    var image = new StartStep("image", Instant.now(), Optional.empty(), "");
    return new Observation.Preparing(spec.boot().instance(), List.of(image));
  }

  private Observation alive(InstanceSpec spec) {
    var now = Instant.now();
    var container = new StartStep("container", now, Optional.of(now), "");
    return new Observation.Alive(spec.boot().instance(), endpoints.apply(spec), List.of(container));
  }

  private record Instance(InstanceSpec spec, Observation seen) {
    InstanceId id() {
      return spec.boot().instance();
    }

    /** Whether it runs or is on its way. */
    boolean present() {
      return switch (seen) {
        case Observation.Preparing _, Observation.Alive _ -> true;
        case Observation.Absent _, Observation.Exited _, Observation.Failed _ -> false;
      };
    }
  }
}
