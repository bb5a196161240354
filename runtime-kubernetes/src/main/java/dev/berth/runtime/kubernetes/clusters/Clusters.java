package dev.berth.runtime.kubernetes.clusters;

import dev.berth.base.Problem;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A driver over several. Where an instance is it learns by looking at all of them, so a new one
 * knows it as well; a start that one cannot make goes on with the next. A cluster that is away
 * holds up only workspaces that may be there: those that it has not called absent since this driver
 * was opened.
 */
public final class Clusters implements Driver {
  private static final Logger LOG = LoggerFactory.getLogger(Clusters.class);

  private final List<Member> members;

  /** One for each workspace that was looked at in this turn: some hundred bytes each. */
  private volatile ConcurrentHashMap<WorkspaceId, Place> places = new ConcurrentHashMap<>();

  /**
   * @param members which are closed with this
   */
  public Clusters(List<Member> members) {
    this.members = List.copyOf(members);
  }

  @Override
  public void start(InstanceSpec spec) {
    place(spec.workspace()).start(spec);
  }

  @Override
  public void stop(WorkspaceId workspace, Instant killAfter) {
    place(workspace).stop(killAfter);
  }

  @Override
  public Observation observe(WorkspaceId workspace) {
    return place(workspace).observe();
  }

  @Override
  public boolean delete(WorkspaceId workspace) {
    boolean gone = place(workspace).delete();
    if (gone) places.remove(workspace);
    return gone;
  }

  @Override
  public Set<WorkspaceId> present() {
    return all(Driver::present);
  }

  @Override
  public Set<WorkspaceId> instances() {
    return all(Driver::instances);
  }

  /** What those say that can be asked. */
  private Set<WorkspaceId> all(Function<Driver, Set<WorkspaceId>> asked) {
    var all = new HashSet<WorkspaceId>();
    var away = new ArrayList<Problem.Unavailable>();
    for (var member : members) {
      try {
        all.addAll(asked.apply(member.driver()));
      } catch (Problem.Unavailable e) {
        LOG.debug("the cluster {} does not say what it has", member.name(), e);
        away.add(e);
      }
    }
    if (away.size() == members.size()) throw away.getFirst();
    return Set.copyOf(all);
  }

  @Override
  public void forget(WorkspaceId workspace) {
    for (var member : members) {
      try {
        member.driver().forget(workspace);
      } catch (Problem.Unavailable e) {
        LOG.debug("the cluster {} does not forget {} yet", member.name(), workspace, e);
      }
    }
  }

  @Override
  public void beginTurn(BooleanSupplier holds) {
    for (var member : members) member.driver().beginTurn(holds);
    places = new ConcurrentHashMap<>();
  }

  @Override
  public String log(WorkspaceId workspace) {
    return place(workspace).log();
  }

  @Override
  public void close() {
    members.forEach(member -> member.driver().close());
  }

  private Place place(WorkspaceId workspace) {
    return places.computeIfAbsent(workspace, id -> new Place(members, id));
  }
}
