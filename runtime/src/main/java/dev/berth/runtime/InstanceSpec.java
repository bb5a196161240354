package dev.berth.runtime;

import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an instance is made of.
 *
 * @param image what its root file system is made of
 * @param size the limits of its class
 * @param boot what its supervisor is told
 * @param editor the folder of the browser editor's tree, shown read-only at {@link
 *     dev.berth.protocol.editor.Editor#TREE}; it may still be empty, and what comes into it is seen
 * @param sources folders of the host that a {@code file://} context named and the configuration
 *     allows, shown read-only at the same path inside
 * @param seed what its files are made from where it has none yet; empty for nothing
 * @param inMemory folders that are in memory and gone with the instance, absolute and plain
 * @param label changes what its supervisor is told by what the image says of itself
 */
public record InstanceSpec(
    InstanceImage image,
    WorkspaceSize size,
    BootPlan boot,
    Optional<Path> editor,
    List<Path> sources,
    Optional<Seed> seed,
    List<String> inMemory,
    LabelReader label) {
  public InstanceSpec {
    sources = List.copyOf(sources);
    inMemory = List.copyOf(inMemory);
  }

  /** One that what an image says of itself does not change. */
  public InstanceSpec(
      InstanceImage image,
      WorkspaceSize size,
      BootPlan boot,
      Optional<Path> editor,
      List<Path> sources,
      Optional<Seed> seed) {
    this(image, size, boot, editor, sources, seed, List.of(), LabelReader.DEAF);
  }

  /**
   * Reads what an image says of itself, which a stranger wrote and is known only with the image.
   */
  public interface LabelReader {
    /** Whatever it says. */
    LabelReader DEAF = (plan, _, _) -> plan;

    /**
     * The plan with what the image adds to it.
     *
     * @param label its label {@code devcontainer.metadata}
     * @param user whom its configuration names to run as
     */
    BootPlan with(BootPlan plan, Optional<String> label, Optional<String> user);
  }

  /** The workspace that it runs. */
  public WorkspaceId workspace() {
    return boot.workspace();
  }
}
