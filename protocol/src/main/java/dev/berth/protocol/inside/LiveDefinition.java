package dev.berth.protocol.inside;

import java.util.List;
import java.util.Optional;

/**
 * What the definition's file says in the working copy, where that is not what the workspace was
 * opened with.
 *
 * @param file relative to the repository, as the boot plan names it
 * @param broken whether it cannot be read as it is now, so that {@code ports} are those of before
 * @param ports what it says of ports, the last time that it could be read; empty where it never
 *     could be since the start
 * @param findings what is wrong in it now
 */
public record LiveDefinition(
    String file, boolean broken, Optional<List<PortPlan>> ports, List<Found> findings) {
  public LiveDefinition {
    ports = ports.map(List::copyOf);
    findings = List.copyOf(findings);
  }

  /** A finding: {@code severity} is {@code error} or {@code warning}. */
  public record Found(String severity, int line, int column, String what, String remedy) {}
}
