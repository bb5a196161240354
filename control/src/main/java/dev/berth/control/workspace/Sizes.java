package dev.berth.control.workspace;

import dev.berth.definition.Container.Needs;
import dev.berth.protocol.Notice;
import dev.berth.runtime.WorkspaceSize;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The classes of this installation, and which one a repository gets.
 *
 * @param usual the name of the one for whoever wants nothing
 */
public record Sizes(Map<String, WorkspaceSize> byName, String usual) {
  private static final Comparator<WorkspaceSize> SMALLER =
      Comparator.comparingLong(WorkspaceSize::memoryBytes)
          .thenComparingInt(WorkspaceSize::cpuMillis);

  public Sizes {
    byName = Map.copyOf(byName);
    if (!byName.containsKey(usual)) throw new IllegalArgumentException(usual);
  }

  /**
   * The usual one where it has what a repository needs, which is the least that will do; else the
   * smallest that has it, or the largest, with a notice, where none has. A disk's space and
   * graphics processors are no part of a class.
   */
  String of(Needs needs, List<Notice> notices) {
    if (needs.gpu()) {
      notices.add(
          Notice.warning(
              "The repository wants a graphics processor, and workspaces here have none."));
    }
    if (has(size(usual), needs)) return usual;
    var bySize =
        byName.keySet().stream()
            .sorted(Comparator.comparing(this::size, SMALLER).thenComparing(name -> name))
            .toList();
    var enough = bySize.stream().filter(name -> has(size(name), needs)).findFirst();
    if (enough.isPresent()) return enough.get();
    var largest = bySize.getLast();
    notices.add(
        Notice.warning(
            "The repository wants %s (hostRequirements), and no size here has that; this is of the largest, %s, with %.1f CPUs and %,d MiB of memory."
                .formatted(
                    words(needs),
                    largest,
                    size(largest).cpuMillis() / 1000.0,
                    size(largest).memoryBytes() >> 20)));
    return largest;
  }

  private WorkspaceSize size(String name) {
    return Objects.requireNonNull(byName.get(name));
  }

  private static boolean has(WorkspaceSize size, Needs needs) {
    return size.cpuMillis() >= 1000L * needs.cpus() && size.memoryBytes() >= needs.memoryBytes();
  }

  private static String words(Needs needs) {
    var cpus = "%d CPUs".formatted(needs.cpus());
    var memory = "%,d MiB of memory".formatted(needs.memoryBytes() >> 20);
    if (needs.cpus() == 0) return memory;
    return needs.memoryBytes() == 0 ? cpus : cpus + " and " + memory;
  }
}
