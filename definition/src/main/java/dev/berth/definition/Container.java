package dev.berth.definition;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What only a devcontainer.json can say.
 *
 * @param user as whom processes run: {@code remoteUser}, else {@code containerUser}
 * @param init whether process 1 is to take care of orphans
 * @param mounts beside the workspace: volumes and memory; never files of the host
 * @param features in the file's order, which is not the order of their installation
 * @param featureOrder ids that are installed first, in this order
 * @param locked by the name that a file gives a feature, with its version, in small letters: the
 *     registry's name with the digest that a lock file holds it to
 * @param lifecycle commands by moment
 * @param remoteEnv over the variables of the container, for the user's processes; may hold {@code
 *     ${containerEnv:NAME}}
 * @param settings of VS Code, as JSON text; {@code {}} where there are none
 * @param unwanted extensions that an image may bring and this repository does not want, in small
 *     letters
 * @param needs what the machine must have
 */
public record Container(
    Optional<String> user,
    boolean init,
    List<Mount> mounts,
    List<Feature> features,
    List<String> featureOrder,
    Map<String, String> locked,
    Lifecycle lifecycle,
    Map<String, String> remoteEnv,
    String settings,
    List<String> unwanted,
    Needs needs) {

  /** Where nothing is said. */
  public static final Container PLAIN =
      new Container(
          Optional.empty(),
          false,
          List.of(),
          List.of(),
          List.of(),
          Map.of(),
          Lifecycle.NONE,
          Map.of(),
          "{}",
          List.of(),
          Needs.NONE);

  public Container {
    mounts = List.copyOf(mounts);
    features = List.copyOf(features);
    featureOrder = List.copyOf(featureOrder);
    locked = locked == null ? Map.of() : Map.copyOf(locked);
    remoteEnv = Definition.ordered(remoteEnv);
    unwanted = unwanted == null ? List.of() : List.copyOf(unwanted);
  }

  /** The same with features that a lock file holds to builds of theirs. */
  public Container locked(Map<String, String> builds) {
    return new Container(
        user,
        init,
        mounts,
        features,
        featureOrder,
        builds,
        lifecycle,
        remoteEnv,
        settings,
        unwanted,
        needs);
  }

  /** A place of the file system that is no part of the image. */
  public sealed interface Mount {
    /** Absolute and without "..". */
    String target();

    /** Kept under a name. */
    record Volume(String name, String target, boolean readOnly) implements Mount {}

    /** In memory, gone with the instance. */
    record Memory(String target) implements Mount {}
  }

  /**
   * What the machine must have; 0 where it does not matter.
   *
   * @param gpu whether a graphics processor is needed; one that is only wished for is not
   */
  public record Needs(int cpus, long memoryBytes, long storageBytes, boolean gpu) {
    public static final Needs NONE = new Needs(0, 0, 0, false);
  }
}
