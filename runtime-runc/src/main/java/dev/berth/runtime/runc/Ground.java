package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.file.WholeFile;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a workspace's own files lie on: frozen layers, of which it sees what it did not change
 * itself. A file {@code ground} in the folder of a workspace or layer, a name a line and {@code
 * end} in the last; none for what began with nothing.
 *
 * @param layers names of frozen layers, the uppermost first
 */
public record Ground(List<String> layers) {
  private static final String FILE = "ground";

  /** The last line, which no layer is called: without it names may be missing. */
  private static final String END = "end";

  public Ground {
    layers = List.copyOf(layers);
  }

  /** That of a workspace's or layer's folder; a {@link Problem} where it is damaged. */
  public static Ground of(Path folder) throws IOException {
    return read(folder)
        .orElseThrow(() ->
            new Problem.Unavailable(
                "What the files of %s lie on is not known: %s is cut short."
                    .formatted(folder.getFileName(), folder.resolve(FILE)),
                "Open the newest save of it as another workspace, then delete it."));
  }

  /** Empty where it is damaged. */
  static Optional<Ground> read(Path folder) throws IOException {
    try {
      var lines = Files.readAllLines(folder.resolve(FILE));
      if (lines.isEmpty() || !lines.getLast().equals(END)) return Optional.empty();
      return Optional.of(new Ground(lines.subList(0, lines.size() - 1)));
    } catch (NoSuchFileException _) {
      return Optional.of(new Ground(List.of()));
    }
  }

  static boolean isLaid(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /**
   * The folders of a workspace at {@code workspace} and of what it lies on, the uppermost first.
   */
  public static List<Path> stack(Path workspace) throws IOException {
    var layers = workspace.resolveSibling("../" + LayerFolders.NAME).normalize();
    return Stream.concat(Stream.of(workspace), of(workspace).layers.stream().map(layers::resolve))
        .toList();
  }

  /** What the uppermost layer was made of. */
  public Optional<Seed> seed() {
    return layers.stream().findFirst().flatMap(LayerName::parse).map(LayerName::seed);
  }

  /** The same with one more layer on top. */
  Ground under(LayerName layer) {
    return new Ground(Stream.concat(Stream.of(layer.toString()), layers.stream()).toList());
  }

  boolean isEmpty() {
    return layers.isEmpty();
  }

  void write(Path folder) throws IOException {
    var lines = Stream.concat(layers.stream(), Stream.of(END)).toList();
    WholeFile.write(folder.resolve(FILE), lines);
  }
}
