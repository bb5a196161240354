package dev.berth.node.save;

import dev.berth.snapshots.format.SaveId;
import dev.berth.snapshots.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The points of a workspace that stay as long as it does. Each has a mark in the repository, so
 * that it stays on another machine, too.
 *
 * @param series of the workspace
 * @param earlier where an earlier version may have had them: a file in the workspace's folder, a
 *     point a line; it goes once its points are marked
 */
record Kept(Repository repository, String series, Optional<Path> earlier) {
  /** The file's name. */
  static final String EARLIER = "kept";

  /** Somebody asked for each by hand; a script that asks without end must not fill the disk. */
  static final int MOST = 100;

  Set<String> points() throws IOException, InterruptedException {
    carryOver();
    return repository.kept(series).stream().map(SaveId::text).collect(Collectors.toSet());
  }

  /** Lets a point stay; of very many the oldest do so no more. */
  void add(SaveId point) throws IOException, InterruptedException {
    carryOver();
    repository.keep(series, point);
    var others = repository.kept(series).stream().filter(one -> !one.equals(point)).toList();
    for (var old : others.subList(0, Math.max(0, others.size() - MOST + 1))) {
      repository.release(series, old);
    }
  }

  private void carryOver() throws IOException, InterruptedException {
    if (earlier.isEmpty()) return;
    List<String> points;
    try {
      points = Files.readAllLines(earlier.get());
    } catch (NoSuchFileException _) {
      return;
    }
    for (var point : points) {
      var id = SaveId.parse(point);
      if (id.isPresent() && repository.has(series, id.get())) repository.keep(series, id.get());
    }
    Files.deleteIfExists(earlier.get());
  }
}
