package dev.berth.node;

import dev.berth.node.editor.EditorChoice;
import dev.berth.node.save.SaveOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a node is told by the configuration.
 *
 * @param instances where instances and their files lie
 * @param builds where builds of Dockerfiles and what is known of them lie
 * @param images where unpacked images lie; several installations may share one
 * @param supervisor the supervisor's tree
 * @param insecureRegistries that are asked by plain HTTP
 * @param packages of the default image beside those that every workspace needs; empty for the usual
 *     ones
 * @param editor which browser editor instances get
 * @param editors where editors' trees are kept; several installations may share one
 * @param saves how files are saved; empty for not at all
 */
public record NodeConfig(
    Path instances,
    Path builds,
    Path images,
    Path supervisor,
    Set<String> insecureRegistries,
    List<String> packages,
    EditorChoice editor,
    Path editors,
    Network network,
    Optional<SaveOptions> saves) {
  /**
   * The instances' network.
   *
   * @param subnet their addresses as a CIDR range; a free one is picked where it is empty
   * @param blockPrivate whether they are kept from private ranges as well
   * @param allow CIDR ranges that they may reach nevertheless
   */
  public record Network(Optional<String> subnet, boolean blockPrivate, List<String> allow) {
    public Network {
      allow = List.copyOf(allow);
    }
  }

  public NodeConfig {
    insecureRegistries = Set.copyOf(insecureRegistries);
    packages = List.copyOf(packages);
  }
}
