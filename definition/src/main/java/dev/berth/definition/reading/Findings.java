package dev.berth.definition.reading;

import dev.berth.definition.Finding;
import dev.berth.protocol.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is found in one file. */
public final class Findings {
  /** Nobody reads more of one file; the rest is counted. */
  private static final int MOST = 100;

  private final String file;
  private final Set<Finding> found = new LinkedHashSet<>();
  private int more;

  /** Of the file that is called so. */
  public Findings(String file) {
    this.file = file;
  }

  /** What stands at {@code place} is not done. */
  public void error(Place place, String what, String remedy) {
    add(Severity.ERROR, place, what, remedy);
  }

  /** What stands at {@code place} is done, but should be written otherwise. */
  public void warning(Place place, String what, String remedy) {
    add(Severity.WARNING, place, what, remedy);
  }

  /** Whether what is told from now on is only counted, so that its words need not be found. */
  boolean isFull() {
    return found.size() == MOST;
  }

  /** All of it in the order of the file. */
  public List<Finding> inOrder() {
    var all = new ArrayList<>(found);
    all.sort(Comparator.comparingInt(Finding::line).thenComparingInt(Finding::column));
    if (more > 0) {
      all.add(
          new Finding(
              Severity.WARNING,
              file,
              1,
              1,
              "%d more problems are not shown.".formatted(more),
              "Repair these first."));
    }
    return List.copyOf(all);
  }

  private void add(Severity severity, Place place, String what, String remedy) {
    var finding = new Finding(severity, file, place.line(), place.column(), what, remedy);
    if (found.contains(finding)) return; // one line, met through several aliases
    if (found.size() == MOST) more++;
    else found.add(finding);
  }
}
