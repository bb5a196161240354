package dev.berth.installer.config;

import dev.berth.base.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The PriorityClasses of pods, which say who makes room for whom on a full node.
 *
 * @param own of Berth itself and the parts in the cluster; empty for none
 * @param workspaces of workspaces whose size names none; empty for none
 * @param sizes of those whose size names one, by the size
 * @param made those that the installer makes, since the operator named no others
 */
public record Priorities(
    Optional<String> own,
    Optional<String> workspaces,
    Map<String, String> sizes,
    List<String> made) {
  /** Above workspaces and whatever names no class; below all that a cluster needs itself. */
  public static final int OWN = 1000;

  /** As whatever names no class. */
  public static final int OF_WORKSPACES = 0;

  private static final String NONE = "none";

  public Priorities {
    sizes = new LinkedHashMap<>(sizes);
    made = List.copyOf(made);
  }

  static Priorities read(Settings settings, String namespace) {
    var named = settings.text("install.priorityClass");
    var workspaces = settings.text("cluster.priorityClass");
    var sizes = new LinkedHashMap<String, String>();
    var names = settings.names("sizes");
    for (var size : names.isEmpty() ? List.of("standard") : names) {
      settings
          .text("sizes.%s.priorityClass".formatted(size))
          .ifPresent(name -> sizes.put(size, name));
    }
    if (named.isPresent()) {
      return new Priorities(named.filter(name -> !name.equals(NONE)), workspaces, sizes, List.of());
    }
    // They are of the whole cluster: another installation has others.
    var own = namespace + "-system";
    var theirs = namespace + "-workspaces";
    var made = new ArrayList<>(List.of(own));
    if (workspaces.isEmpty()) made.add(theirs);
    return new Priorities(Optional.of(own), workspaces.or(() -> Optional.of(theirs)), sizes, made);
  }

  /** All that pods of workspaces name. */
  public List<String> ofWorkspaces() {
    var all = new ArrayList<>(workspaces.stream().toList());
    all.addAll(sizes.values());
    return all.stream().distinct().toList();
  }
}
