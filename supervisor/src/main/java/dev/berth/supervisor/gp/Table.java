package dev.berth.supervisor.gp;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows under a head, each column as wide as its widest cell. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... head) {
    rows.add(List.of(head));
  }

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  void print(PrintStream to) {
    int columns = rows.getFirst().size();
    var widths = new int[columns];
    for (var row : rows) {
      for (int i = 0; i < columns; i++) widths[i] = Math.max(widths[i], row.get(i).length());
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        line.repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      to.println(line.toString().stripTrailing());
    }
  }
}
