package dev.berth.control.reconcile;

import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.inside.InstanceStatus;
import java.util.List;
import java.util.Optional;

/** What a look finds: the driver's word and, where an instance lives, its supervisor's. */
sealed interface Seen {
  /** No instance and no remains of one. */
  record Absent() implements Seen {}

  /** The driver is at work on it, or its supervisor is not ready yet. */
  record OnItsWay(InstanceId instance, List<StartStep> steps) implements Seen {}

  /** Its supervisor says that the files are there. */
  record Ready(InstanceId instance, Endpoint endpoint, List<StartStep> steps, InstanceStatus status)
      implements Seen {}

  /**
   * It was ready, and its supervisor does not answer this time.
   *
   * @param last what it said last, if this process heard it
   */
  record Silent(InstanceId instance, Optional<InstanceStatus> last) implements Seen {}

  /** It cannot be made, or its files cannot. */
  record Broken(InstanceId instance, String what, String remedy) implements Seen {}

  /** It ended by itself. */
  record Exited(InstanceId instance, String why) implements Seen {}
}
