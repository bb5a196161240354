package dev.berth.control.workspace;

import dev.berth.base.Problem;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an owner chose for one workspace, over what its definition and the installation say.
 *
 * @param visibility of ports
 * @param https whether a port's program speaks TLS
 * @param idle after which it stops; until it is started again
 * @param defaultImage whether it gets the default image in the place of the one that its repository
 *     wants; for good, as its files are of the one image or the other
 * @param pinned whether it stays however long nobody uses it
 */
public record Choices(
    Map<Integer, Visibility> visibility,
    Map<Integer, Boolean> https,
    Optional<Duration> idle,
    boolean defaultImage,
    boolean pinned) {
  /** More than anybody sets by hand; a script inside may set all 65,535. */
  private static final int PORTS_MAX = 200;

  /** Of an owner who chose nothing. */
  public static final Choices NONE =
      new Choices(Map.of(), Map.of(), Optional.empty(), false, false);

  public Choices {
    visibility = Map.copyOf(visibility);
    https = Map.copyOf(https);
  }

  private static void bounded(Map<Integer, ?> ports) {
    if (ports.size() <= PORTS_MAX) return;
    throw new Problem.Conflict(
        "This workspace has settings for %d ports, and more are not kept.".formatted(PORTS_MAX),
        "Name ports and ranges in the repository's definition instead.");
  }

  /** The same with a port opened or closed to strangers. */
  Choices showing(int port, Visibility who) {
    var changed = new HashMap<>(visibility);
    changed.put(port, who);
    bounded(changed);
    return new Choices(changed, https, idle, defaultImage, pinned);
  }

  /** The same with a port's protocol said. */
  Choices speaking(int port, boolean tls) {
    var changed = new HashMap<>(https);
    changed.put(port, tls);
    bounded(changed);
    return new Choices(visibility, changed, idle, defaultImage, pinned);
  }

  /** The same that stops after another time; as the installation has it where empty. */
  Choices idleFor(Optional<Duration> time) {
    return new Choices(visibility, https, time, defaultImage, pinned);
  }

  /** The same with the default image. */
  Choices ofDefaultImage() {
    return new Choices(visibility, https, idle, true, pinned);
  }

  /** The same that stays, or not, when nobody uses it. */
  Choices pinned(boolean stays) {
    return new Choices(visibility, https, idle, defaultImage, stays);
  }
}
