package dev.berth.cli.install;

import dev.berth.base.Problem;
import dev.berth.installer.images.Archive;
import dev.berth.installer.images.Copying;
import dev.berth.installer.images.ImageList;
import dev.berth.installer.images.RegistryPlaces;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The images that an installation runs. */
@Command(
    name = "images",
    description = {
      "Lists every image that the installation runs, by digest, or copies them to where no network leads out:",
      "straight to another registry (--to), or into a file (--archive) and from it there (--archive FILE --to).",
      "Afterwards set install.images to that registry, cluster.image and cluster.workspaceImage to what is printed.",
      "Logins are those of ~/.docker/config.json; registries of images.insecureRegistries are asked by plain HTTP."
    },
    mixinStandardHelpOptions = true)
final class InstallImages implements Callable<Integer> {
  @Mixin private InstallFile file = new InstallFile();

  @Option(
      names = "--to",
      paramLabel = "REGISTRY",
      description = "Copy there, as registry.internal:5000/berth: all platforms of each image.")
  private Optional<String> to = Optional.empty();

  @Option(
      names = "--archive",
      paramLabel = "FILE",
      description = "Write them into an OCI layout in a tar file; with --to, read them from it.")
  private Optional<Path> archive = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    var read = file.read();
    var configuration = read.configuration();
    try (var places = RegistryPlaces.open(configuration.insecureRegistries())) {
      if (archive.isPresent() && to.isPresent()) {
        from(archive.get(), to.get(), places);
        return 0;
      }
      var images = ImageList.of(read.install());
      if (archive.isPresent()) {
        Archive.write(archive.get(), images, places, System.err::println);
        return 0;
      }
      if (to.isEmpty()) {
        for (var image : images) System.out.println(places.pinned(image));
        return 0;
      }
      tell(Copying.copy(images, to.get(), places, System.err::println));
      return 0;
    }
  }

  private static void from(Path archive, String to, RegistryPlaces places)
      throws InterruptedException {
    var moved = Archive.push(archive, to, places, System.err::println);
    if (moved.isEmpty()) {
      throw new Problem.Invalid(
          "%s holds no image.".formatted(archive),
          "Make it where the images are reached: berth install images --archive FILE.");
    }
    tell(moved);
  }

  private static void tell(List<String> moved) {
    moved.forEach(System.out::println);
  }
}
