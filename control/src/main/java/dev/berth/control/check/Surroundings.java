package dev.berth.control.check;

import dev.berth.protocol.check.CheckRun;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What control can prove of the installation around it.
 *
 * @param self who proves it, for people
 * @param hops what only who opens control knows how to try
 * @param recorded what `berth install check` found last
 */
public record Surroundings(String self, List<Hop> hops, Supplier<Optional<CheckRun>> recorded) {
  /** Of a control that has nothing around it. */
  public static final Surroundings NONE = new Surroundings("control", List.of(), Optional::empty);

  public Surroundings {
    hops = List.copyOf(hops);
  }
}
