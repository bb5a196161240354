package dev.berth.runtime.runc;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a workspace's own files lie on: frozen layers, of which it sees what it did not change
 * itself. A file {@code ground} in the folder of a workspace or layer, a name a line; none for what
 * began with nothing.
 *
 * @param layers names of frozen layers, the uppermost first
 */
public record Ground(List<String> layers) {
  private static final String FILE = "ground";

  public Ground {
    layers = List.copyOf(layers);
  }

  /** That of a workspace's or layer's folder. */
  public static Ground of(Path folder) throws IOException {
    try {
      return new Ground(Files.readAllLines(folder.resolve(FILE)));
    } catch (NoSuchFileException _) {
      return new Ground(List.of());
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
    int dot = layer.indexOf('.');
    return new Seed(new WorkspaceId(layer.substring(0, dot)), layer.substring(dot + 1));
  }

  static String layer(Seed seed) {
    return seed.workspace() + "." + seed.point();
  }

  /** The same with one more layer on top. */
  Ground under(String layer) {
    return new Ground(Stream.concat(Stream.of(layer), layers.stream()).toList());
  }

  boolean isEmpty() {
    return layers.isEmpty();
  }

  /** Whole or not at all. */
  void write(Path folder) throws IOException {
    var next = folder.resolve(FILE + ".new");
    Files.write(next, layers);
    Files.move(next, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }
}
