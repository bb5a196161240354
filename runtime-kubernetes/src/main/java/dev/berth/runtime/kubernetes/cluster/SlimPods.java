package dev.berth.runtime.kubernetes.cluster;

import dev.berth.runtime.kubernetes.pod.Marks;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** Pods without what nobody here reads: of a thousand of them the rest is what takes memory. */
final class SlimPods {
  private SlimPods() {}

  /** The pod itself, which is changed. */
  static Pod slim(Pod pod) {
    pod.getMetadata().setManagedFields(List.of());
    var spec = pod.getSpec();
    spec.getContainers().forEach(SlimPods::slim);
    spec.getInitContainers().forEach(SlimPods::slim);
    spec.setTolerations(List.of());
    spec.setVolumes(
        spec.getVolumes().stream()
            .filter(volume -> volume.getName().equals(Marks.BOOT_VOLUME))
            .toList());
    return pod;
  }

  private static void slim(Container container) {
    container.setArgs(List.of());
    container.setCommand(List.of());
    container.setEnv(List.of());
    container.setPorts(List.of());
    container.setVolumeMounts(List.of());
    container.setSecurityContext(null);
    container.setStartupProbe(null);
  }
}
