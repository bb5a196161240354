package dev.berth.protocol.inside;

import dev.berth.protocol.Severity;
import java.util.List;

/** What came of the last look at the definition's file in the working copy. */
public sealed interface LiveDefinition {
  /** What of it holds of ports, whether or not the file can be read now. */
  default Held held() {
    return switch (this) {
      case Held held -> held;
      case Unreadable(_, var before, _) -> before;
    };
  }

  /** What holds of ports. */
  sealed interface Held extends LiveDefinition {}

  /** It was not read since the instance began, so what it closed before may be closed still. */
  record NotRead() implements Held {}

  /** It is as it was when the workspace was opened, or gone; or there was none then. */
  record AsOpened() implements Held {}

  /**
   * It says something else.
   *
   * @param file relative to the repository, as the boot plan names it
   * @param findings what is wrong in it
   */
  record Changed(String file, List<PortPlan> ports, List<Found> findings) implements Held {
    public Changed {
      ports = List.copyOf(ports);
      findings = List.copyOf(findings);
    }
  }

  /**
   * It cannot be read as it is now.
   *
   * @param before what came of it the last time that it could be
   */
  record Unreadable(String file, Held before, List<Found> findings) implements LiveDefinition {
    public Unreadable {
      findings = List.copyOf(findings);
    }
  }

  /** A finding in that file. */
  record Found(Severity severity, int line, int column, String what, String remedy) {}
}
