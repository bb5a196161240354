package dev.berth.node.save;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The points that stay as long as their workspace; a file in its folder, a point a line. */
record Kept(Path folder) {
  private static final String NAME = "kept";

  /** Somebody asked for each by hand; a script that asks without end must not fill the disk. */
  static final int MOST = 100;

  List<String> points() throws IOException {
    try {
      return Files.readAllLines(folder.resolve(NAME));
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  void add(String point) throws IOException {
    var points = new ArrayList<>(points());
    if (points.contains(point)) return;
    points.add(point);
    var newest = points.subList(Math.max(0, points.size() - MOST), points.size());
    var next = folder.resolve(NAME + ".new");
    Files.write(next, newest);
    Files.move(next, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }
}
