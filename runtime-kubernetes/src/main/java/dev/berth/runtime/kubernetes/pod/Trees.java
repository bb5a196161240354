package dev.berth.runtime.kubernetes.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a tree of ours comes into a pod without a change of the user's image: as a mounted image, or
 * copied by an init container of that image.
 */
record Trees(List<Volume> volumes, List<VolumeMount> mounts, List<Container> copiers) {
  private static final String COPY_TO = "/tree";

  static Trees none() {
    return new Trees(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  /** Shows {@code tree} at {@code inside}, as a volume of that name. */
  void add(String name, TreeImage tree, String inside, Abilities abilities) {
    var mount =
        new VolumeMountBuilder().withName(name).withMountPath(inside).withReadOnly(true).build();
    if (abilities.imageVolumes()) {
      volumes.add(
          new VolumeBuilder()
              .withName(name)
              .withNewImage()
              .withReference(tree.image())
              .endImage()
              .build());
      if (!tree.path().isEmpty()) mount.setSubPath(tree.path());
    } else {
      volumes.add(new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build());
      copiers.add(copier(name, tree));
    }
    mounts.add(mount);
  }

  private static Container copier(String name, TreeImage tree) {
    var command = new ArrayList<>(tree.copier());
    command.add((tree.path().isEmpty() ? "" : "/" + tree.path()) + "/.");
    command.add(COPY_TO);
    return new ContainerBuilder()
        .withName("copy-" + name)
        .withImage(tree.image())
        .withCommand(command)
        .withSecurityContext(Security.ofOurs(true))
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity("50m"), "memory", new Quantity("32Mi")))
        .withLimits(Map.of("memory", new Quantity("256Mi")))
        .endResources()
        .addNewVolumeMount()
        .withName(name)
        .withMountPath(COPY_TO)
        .endVolumeMount()
        .build();
  }
}
