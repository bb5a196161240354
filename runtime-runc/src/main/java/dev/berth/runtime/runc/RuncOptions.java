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
 * @param builds what builds Dockerfiles
 * @param firstId the first of the host's ids that its instances get; drivers of one machine that
 *     have others never share one
 */
public record RuncOptions(
    Path root,
    Path supervisor,
    ImageStore images,
    String defaultImage,
    NetworkOptions network,
    Seeds seeds,
    String runtime,
    ImageBuilds builds,
    int firstId) {
  /** Of workspaces; above those that distributions give to users. */
  public static final int WORKSPACES_IDS = 1_000_000;

  /** Of those that build images: above those of 16,000 workspaces, with room for 2,000 builds. */
  public static final int BUILDERS_IDS = 2_000_000_000;

  /** With runc, a network that finds its own place and no builder, where nothing is saved. */
  public RuncOptions(Path root, Path supervisor, ImageStore images, String defaultImage) {
    this(
        root,
        supervisor,
        images,
        defaultImage,
        NetworkOptions.DEFAULT,
        Seeds.NONE,
        "runc",
        ImageBuilds.NONE,
        WORKSPACES_IDS);
  }
}
