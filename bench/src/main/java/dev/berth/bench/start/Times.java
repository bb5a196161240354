package dev.berth.bench.start;

import java.util.Arrays;

/** Rows of a table, and what stands in them. */
final class Times {
  private Times() {}

  static void head() {
    System.out.println("| what | p50 ms | p95 ms |");
    System.out.println("|---|---|---|");
  }

  static void row(String what, double[] times) {
    System.out.printf("| %s | %.0f | %.0f |%n", what, at(times, 0.5), at(times, 0.95));
  }

  static double at(double[] times, double part) {
    var sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  }
}
