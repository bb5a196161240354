package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which part of a tree is saved.
 *
 * @param only names in the tree's root; none for all
 * @param without paths from the root that are left out with all that is below them
 * @param exclusions what else is left out in the folders of the root
 */
public record Scope(Set<Name> only, List<List<Name>> without, Exclusions exclusions) {
  /** All of it. */
  public static final Scope ALL = new Scope(Set.of(), List.of(), Exclusions.NONE);

  public Scope {
    only = Set.copyOf(only);
    without = List.copyOf(without);
  }

  /** The same with paths as text, their names parted by slashes. */
  public static Scope of(Stream<String> only, Stream<String> without, Exclusions exclusions) {
    return new Scope(
        only.map(Name::of).collect(Collectors.toUnmodifiableSet()),
        without.map(path -> Stream.of(path.split("/")).map(Name::of).toList()).toList(),
        exclusions);
  }

  /** Whether the root has more than what is saved of it. */
  boolean isPart() {
    return !only.isEmpty();
  }

  boolean takes(Name name) {
    if (!only.isEmpty() && !only.contains(name)) return false;
    for (var path : without) if (path.size() == 1 && path.getFirst().equals(name)) return false;
    return true;
  }

  /** What holds within the folder of that name. */
  Scope below(Name name) {
    if (without.isEmpty()) return ALL;
    return new Scope(
        Set.of(),
        without.stream()
            .filter(path -> path.size() > 1 && path.getFirst().equals(name))
            .map(path -> path.subList(1, path.size()))
            .toList(),
        Exclusions.NONE);
  }
}
