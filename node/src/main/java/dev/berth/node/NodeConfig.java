package dev.berth.node;

import dev.berth.base.Problem;
import dev.berth.base.trust.Authorities;
import dev.berth.node.editor.EditorChoice;
import dev.berth.node.save.SaveOptions;
import dev.berth.registry.pull.Mirrors;
import dev.berth.registry.pull.RegistryAccess;
import dev.berth.registry.pull.RegistryPlace;
import dev.berth.runtime.runc.network.Subnet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a node is told by the configuration.
 *
 * @param instances where instances and their files lie
 * @param builds where builds of Dockerfiles and what is known of them lie
 * @param images where unpacked images lie; several installations may share one
 * @param supervisor the supervisor's tree
 * @param insecureRegistries that are asked by plain HTTP
 * @param mirrors where names of images and features are asked instead
 * @param packages of the default image beside those that every workspace needs; empty for the usual
 *     ones
 * @param editor which browser editor instances get
 * @param editors where editors' trees are kept; several installations may share one
 * @param saves how files are saved; empty for not at all
 * @param authorities that builders of images trust beside the usual ones
 */
public record NodeConfig(
    Path instances,
    Path builds,
    Path images,
    Path supervisor,
    Set<String> insecureRegistries,
    List<Mirror> mirrors,
    List<String> packages,
    EditorChoice editor,
    Path editors,
    Network network,
    Optional<SaveOptions> saves,
    Authorities authorities) {
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

    /** What {@code text} must be as the subnet: {@link IllegalArgumentException} for others. */
    public static String range(String text) {
      try {
        return Subnet.parse(text).toString();
      } catch (Problem.Invalid e) {
        throw new IllegalArgumentException("must be a range of IPv4 addresses, as 10.1.0.0/16", e);
      }
    }
  }

  /**
   * What is asked elsewhere. The texts of both must be registries or parts of one: {@link
   * IllegalArgumentException}.
   *
   * @param of whose names: {@code docker.io}, {@code ghcr.io/devcontainers}
   * @param place where: {@code registry.internal:5000/dockerhub}
   */
  public record Mirror(String of, String place) {
    public Mirror {
      of = RegistryPlace.parse(of).toString();
      place = RegistryPlace.parse(place).toString();
    }
  }

  public NodeConfig {
    insecureRegistries = Set.copyOf(insecureRegistries);
    mirrors = List.copyOf(mirrors);
    packages = List.copyOf(packages);
  }

  /** How registries are asked. */
  RegistryAccess registries() {
    return registries(insecureRegistries, mirrors);
  }

  /** How registries are asked with that configuration. */
  public static RegistryAccess registries(Set<String> insecure, List<Mirror> mirrors) {
    var places =
        mirrors.stream()
            .collect(
                Collectors.toMap(
                    mirror -> RegistryPlace.parse(mirror.of()),
                    mirror -> RegistryPlace.parse(mirror.place())));
    return RegistryAccess.plain(insecure).with(new Mirrors(places));
  }
}
