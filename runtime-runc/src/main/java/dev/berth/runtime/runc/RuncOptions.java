package dev.berth.runtime.runc;

import dev.berth.runtime.runc.network.NetworkOptions;
import java.nio.file.Path;

/**
 * What a runc driver is opened with.
 *
 * @param root the folder of all its state, on a disk of this machine; made where it is not there
 * @param supervisor the supervisor's folder, shown as /.supervisor; its files {@code argv} and
 *     {@code env} say what each instance's first process is
 * @param images where root file systems come from
 * @param defaultImage the reference for a spec that names no image
 * @param seeds where the files of workspaces come from that begin as another's
 * @param runtime the program that makes containers: {@code runc}, or one that takes its options
 */
public record RuncOptions(
    Path root,
    Path supervisor,
    ImageStore images,
    String defaultImage,
    NetworkOptions network,
    Seeds seeds,
    String runtime) {

  /** With runc and a network that finds its own place, where nothing is saved. */
  public RuncOptions(Path root, Path supervisor, ImageStore images, String defaultImage) {
    this(root, supervisor, images, defaultImage, NetworkOptions.DEFAULT, Seeds.NONE, "runc");
  }
}
