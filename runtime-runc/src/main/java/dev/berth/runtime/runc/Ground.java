package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.file.WholeFile;
import dev.berth.protocol.WorkspaceId;
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

  /** Behind the name of the point, where what a running workspace had stands for it. */
  private static final String LIVE = ".live";

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
    var layers = workspace.resolveSibling("../" + FrozenLayers.FOLDER).normalize();
    return Stream.concat(Stream.of(workspace), of(workspace).layers.stream().map(layers::resolve))
        .toList();
  }

  /** What the uppermost layer was made of. */
  public Optional<Seed> seed() {
    return layers.stream().findFirst().map(Ground::seed);
  }

  private static Seed seed(String layer) {
    var exact = exact(layer);
    int dot = exact.indexOf('.');
    return new Seed(new WorkspaceId(exact.substring(0, dot)), exact.substring(dot + 1));
  }

  static String layer(Seed seed) {
    return seed.workspace() + "." + seed.point();
  }

  /** The layer that only those lie on who want what runs, not exactly the point. */
  static String liveLayer(Seed seed) {
    return layer(seed) + LIVE;
  }

  /** The name of the exact layer of the same point. */
  static String exact(String layer) {
    return layer.endsWith(LIVE) ? layer.substring(0, layer.length() - LIVE.length()) : layer;
  }

  /** The same with one more layer on top. */
  Ground under(String layer) {
    return new Ground(Stream.concat(Stream.of(layer), layers.stream()).toList());
  }

  boolean isEmpty() {
    return layers.isEmpty();
  }

  void write(Path folder) throws IOException {
    var lines = Stream.concat(layers.stream(), Stream.of(END)).toList();
    WholeFile.write(folder.resolve(FILE), lines);
  }
}
