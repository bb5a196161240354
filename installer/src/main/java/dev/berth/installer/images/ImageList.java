package dev.berth.installer.images;

import dev.berth.installer.config.Install;
import dev.berth.installer.config.Stored;
import dev.berth.registry.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which images an installation runs. */
public final class ImageList {
  private ImageList() {}

  /** Each once: Berth's own, the workspaces' usual one, and those of the parts in the cluster. */
  public static List<ImageReference> of(Install install) {
    var names = new LinkedHashSet<String>();
    names.add(install.image());
    names.add(install.workspaceImage());
    Stream.of(install.database(), install.objects(), install.registry())
        .flatMap(Optional::stream)
        .map(Stored::image)
        .forEach(names::add);
    var images = new ArrayList<ImageReference>();
    for (var name : names) images.add(ImageReference.parse(name));
    return List.copyOf(images);
  }

  /** What the image is called at another registry: its path, without the registry's name. */
  static ImageReference at(ImageReference image, String registry) {
    var tag = image.tag().map(name -> ":" + name).orElse("");
    var digest = image.tag().isPresent() ? "" : image.digest().map(d -> "@" + d).orElse("");
    return ImageReference.parse(
        registry.replaceFirst("/+$", "") + "/" + image.path() + tag + digest);
  }
}
