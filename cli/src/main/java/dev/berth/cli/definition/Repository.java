package dev.berth.cli.definition;

import dev.berth.base.Problem;
import dev.berth.base.file.FolderTree;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.cli.settings.Trust;
import dev.berth.control.source.ContextUrl;
import dev.berth.control.source.Logins;
import dev.berth.control.source.Sources;
import dev.berth.definition.Definition;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.definition.resolve.Definitions;
import dev.berth.definition.resolve.RepositoryFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Finds the definition of a folder as it is, or of what a URL means; no Berth need run. */
final class Repository {
  private Repository() {}

  /** The files of a folder, no link followed. */
  private record WorkingCopy(FolderTree tree) implements RepositoryFiles {
    @Override
    public Set<String> list(String folder) {
      return tree.list(folder);
    }

    @Override
    public Optional<byte[]> read(String path, int most) {
      return tree.read(path, most);
    }
  }

  /**
   * The definition of {@code place}.
   *
   * @param file the one to read, where there are several
   */
  static Definition definition(String place, Optional<String> file) throws InterruptedException {
    var folder = Path.of(place);
    if (Files.isDirectory(folder)) return ofFolder(folder.toAbsolutePath().normalize(), file);
    if (!place.contains("/") || place.startsWith("/") || place.startsWith(".")) {
      throw new Problem.Missing(
          "There is no folder %s.".formatted(place), "Name a folder, or the URL of a repository.");
    }
    return ofUrl(place, file);
  }

  private static Definition ofFolder(Path folder, Optional<String> file)
      throws InterruptedException {
    var files = new WorkingCopy(new FolderTree(folder));
    var surroundings = Surroundings.of(String.valueOf(folder.getFileName()), folder.toString());
    return file.isPresent()
        ? Definitions.of(files, surroundings, file.get())
        : Definitions.of(files, surroundings);
  }

  /** As a server finds it, with the folders and hosts that this installation's file allows. */
  private static Definition ofUrl(String url, Optional<String> file) throws InterruptedException {
    var configuration =
        Configuration.read(Home.find().configuration(), System.getenv(), Optional.empty());
    try {
      var cache = Files.createTempDirectory("berth-validate");
      try {
        var sources =
            Sources.open(
                new Sources.Settings(
                    configuration.folders(),
                    configuration.innerHosts(),
                    _ -> false,
                    false,
                    cache,
                    Sources.Settings.LONGEST,
                    Optional.empty(),
                    Trust.beginForNow(configuration)));
        return sources.resolve(ContextUrl.parse(url), Logins.NONE, file).definition();
      } finally {
        Files.deleteIfExists(cache); // what was looked at is gone by then
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
