package dev.berth.runtime;

import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.StartStep;
import java.util.List;

/** What a driver sees of a workspace's instance. */
public sealed interface Observation {
  /** No instance and no remains of one; files may be there. */
  record Absent() implements Observation {}

  /** It is on its way: an image is pulled, mounts are made. */
  record Preparing(InstanceId instance, List<StartStep> steps) implements Observation {
    public Preparing {
      steps = List.copyOf(steps);
    }
  }

  /**
   * Its first process runs. Whether it answers yet is for whoever asks it to find out.
   *
   * @param steps what the driver did to get here
   */
  record Alive(InstanceId instance, Endpoint supervisor, List<StartStep> steps)
      implements Observation {
    public Alive {
      steps = List.copyOf(steps);
    }
  }

  /**
   * Its first process ended by itself.
   *
   * @param why in words: an exit code, out of memory
   */
  record Exited(InstanceId instance, String why) implements Observation {}

  /** It could not be made to run. */
  record Failed(InstanceId instance, String what, String remedy) implements Observation {}
}
