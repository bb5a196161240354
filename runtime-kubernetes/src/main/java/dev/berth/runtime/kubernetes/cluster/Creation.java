package dev.berth.runtime.kubernetes.cluster;

import io.fabric8.kubernetes.api.model.Pod;

/** What came of asking for a pod. */
public sealed interface Creation {
  record Made(Pod pod) implements Creation {}

  /** One of that name is there. */
  record Taken() implements Creation {}

  /** The cluster does not want it: a quota, a policy, a right that we lack. */
  record Refused(String what, String remedy) implements Creation {}
}
