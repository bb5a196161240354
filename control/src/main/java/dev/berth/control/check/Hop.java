package dev.berth.control.check;

import dev.berth.base.Problem;
import dev.berth.protocol.check.Result;
import java.util.List;

/**
 * Something of an installation that can be proven from where control is.
 *
 * @param code of a result that says that the proof itself did not end
 * @param name for people
 */
public record Hop(String code, String name, Proof proof) {
  /** Tries it; what it fails with is a bad result, too. */
  public interface Proof {
    List<Result> make() throws InterruptedException;
  }

  List<Result> prove() throws InterruptedException {
    try {
      return proof.make();
    } catch (Problem problem) {
      return List.of(Result.bad(code, name, "Whether it is well is not known.", problem));
    }
  }
}
