package dev.berth.node;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a node is told by the configuration.
 *
 * @param instances where instances and their files lie
 * @param images where unpacked images lie; several installations may share one
 * @param supervisor the supervisor's tree
 * @param insecureRegistries that are asked by plain HTTP
 * @param packages of the default image beside those that every workspace needs; empty for the usual
 *     ones
 */
public record NodeConfig(
    Path instances,
    Path images,
    Path supervisor,
    Set<String> insecureRegistries,
    List<String> packages) {
  public NodeConfig {
    insecureRegistries = Set.copyOf(insecureRegistries);
    packages = List.copyOf(packages);
  }
}
