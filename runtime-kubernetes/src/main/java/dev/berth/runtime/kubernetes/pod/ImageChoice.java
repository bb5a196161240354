package dev.berth.runtime.kubernetes.pod;

import dev.berth.protocol.Notice;
import dev.berth.runtime.InstanceImage;
import java.util.ArrayList;
import java.util.List;

/**
 * The reference that stands for an instance's image, and what its owner is told of it. Nothing is
 * built on a cluster yet.
 */
public record ImageChoice(String reference, List<Notice> notices) {
  public ImageChoice {
    notices = List.copyOf(notices);
  }

  /** What is taken for {@code image}. */
  public static ImageChoice of(InstanceImage image, String defaultImage) {
    return switch (image) {
      case InstanceImage.Default _ -> new ImageChoice(defaultImage, List.of());
      case InstanceImage.Reference(var reference) -> new ImageChoice(reference, List.of());
      case InstanceImage.Dockerfile dockerfile ->
          new ImageChoice(
              defaultImage,
              List.of(
                  Notice.warning(
                      "The image of %s is not built on this cluster, and the default image is used instead."
                          .formatted(dockerfile.path()))));
      case InstanceImage.Featured featured ->
          of(featured.base(), defaultImage)
              .and(Notice.warning("No features are installed on this cluster."));
    };
  }

  private ImageChoice and(Notice notice) {
    var more = new ArrayList<>(notices);
    more.add(notice);
    return new ImageChoice(reference, more);
  }
}
