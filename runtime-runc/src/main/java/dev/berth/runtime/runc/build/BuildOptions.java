package dev.berth.runtime.runc.build;

import dev.berth.registry.pull.RegistryAccess;
import dev.berth.runtime.runc.ImageStore;
import dev.berth.runtime.runc.network.NetworkOptions;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What builds are made with.
 *
 * @param root the folder of all their state, on a disk of this machine
 * @param builder whose every image is the builder's root file system: it has buildah, git and jq.
 *     {@link dev.berth.base.Problem.Unavailable} from it means that this machine builds nothing
 * @param registries how features are asked for, and base images: by the builder without any login
 * @param network what builders may reach
 * @param runtime the program that makes containers
 * @param authorities whose certificates the builder trusts beside the usual ones, in PEM; what a
 *     Dockerfile's own commands trust is its image's business
 */
public record BuildOptions(
    Path root,
    ImageStore builder,
    RegistryAccess registries,
    NetworkOptions network,
    String runtime,
    Bounds bounds,
    String authorities) {
  /**
   * How much a build may use beside its class's CPU, memory and processes.
   *
   * @param longest from its start to its end: an hour, as long as Gitpod let one run
   * @param diskBytes of all its files: 40 GiB, thrice what large images unpack to
   * @param reserveBytes that stay free on the disk: 1 GiB, so that workspaces go on
   */
  public record Bounds(Duration longest, long diskBytes, long reserveBytes) {
    public static final Bounds USUAL = new Bounds(Duration.ofHours(1), 40L << 30, 1L << 30);
  }
}
