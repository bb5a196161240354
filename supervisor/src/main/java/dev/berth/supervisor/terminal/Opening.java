package dev.berth.supervisor.terminal;

import dev.berth.supervisor.process.Launch;
import dev.berth.supervisor.process.Pty;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A terminal to open.
 *
 * @param title shown on its tab
 * @param task the index of the task that it is for
 * @param head printed in it before anything else
 * @param markPrefix what its shell's marks begin with: operating system commands that are taken out
 *     of the output; nobody outside should guess it
 * @param printed hears all that is shown in it; must be quick
 * @param marked hears of each mark; must be quick
 * @param ended hears the exit code of its process; must be quick
 */
public record Opening(
    Launch launch,
    Pty.Size size,
    String title,
    Optional<Integer> task,
    String head,
    String markPrefix,
    Consumer<byte[]> printed,
    Consumer<String> marked,
    Consumer<Integer> ended) {
  /** The mark after which what was kept back is replaced. */
  public static final String BEGIN = "begin";

  /** A shell for somebody, for nothing in particular. */
  public static Opening plain(Launch launch, Pty.Size size, String title, String head) {
    return new Opening(
        launch, size, title, Optional.empty(), head, "\0", _ -> {}, _ -> {}, _ -> {});
  }
}
