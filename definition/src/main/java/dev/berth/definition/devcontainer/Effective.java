package dev.berth.definition.devcontainer;

import dev.berth.definition.Container;
import dev.berth.definition.Definition;
import dev.berth.definition.Image;
import dev.berth.definition.JetBrains;
import dev.berth.definition.Lifecycle;
import dev.berth.definition.Origin;
import dev.berth.definition.Prebuilds;
import dev.berth.definition.Repositories;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes a definition of all that was stated. */
record Effective(Stated stated, Surroundings surroundings) {
  Definition definition() {
    var folder = stated.folder().orElse(".");
    var lifecycle = lifecycle();
    return new Definition(
        Origin.NONE,
        stated.image().orElseGet(Image.Default::new),
        stated.ports().plans(),
        LifecycleTask.of(lifecycle, stated.name(), folder, stated.mounts())
            .map(List::of)
            .orElse(List.of()),
        Optional.empty(),
        folder.equals(".")
            ? Optional.empty()
            : Optional.of(surroundings.repository() + "/" + folder),
        extensions(),
        Map.of(),
        env(),
        Repositories.NONE,
        new JetBrains(stated.customizations().plugins(), Map.of()),
        Optional.empty(),
        Prebuilds.USUAL,
        container(lifecycle),
        List.of());
  }

  private Lifecycle lifecycle() {
    var all = stated.lifecycle();
    return new Lifecycle(
        all.entrypoints(),
        all.onCreate(),
        all.updateContent(),
        all.postCreate(),
        all.postStart(),
        all.postAttach(),
        stated.waitFor().orElse(all.waitFor()));
  }

  private Container container(Lifecycle lifecycle) {
    var settings = json(stated.customizations().settings());
    return new Container(
        stated.users().remote().or(() -> stated.users().container()),
        stated.rights().init(),
        stated.mounts(),
        stated.features(),
        stated.featureOrder(),
        Map.of(),
        lifecycle,
        stated.remoteEnv(),
        settings,
        unwanted(),
        stated.needs());
  }

  /** Settings, by name and each a JSON text, as one. */
  static String json(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(entry -> "\"" + escaped(entry.getKey()) + "\":" + entry.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String escaped(String name) {
    return new String(
        com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance().quoteAsString(name));
  }

  /** The container's variables and over them the user's; what refers to the image's stays so. */
  private Map<String, String> env() {
    var env = new LinkedHashMap<>(stated.containerEnv());
    env.values().removeIf(value -> value.contains("${containerEnv:"));
    stated
        .remoteEnv()
        .forEach((name, value) -> {
          var known = value;
          for (var own : stated.containerEnv().entrySet()) {
            known = known.replace("${containerEnv:" + own.getKey() + "}", own.getValue());
          }
          if (value.isEmpty()) env.remove(name);
          else env.put(name, known);
        });
    return env;
  }

  /** One that is taken away stays away, whoever names it: that is how one opts out. */
  private List<String> extensions() {
    var wanted = new LinkedHashMap<String, String>();
    for (var name : stated.customizations().extensions()) {
      if (!name.startsWith("-")) wanted.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
    }
    unwanted().forEach(wanted::remove);
    return List.copyOf(wanted.values());
  }

  private List<String> unwanted() {
    return stated.customizations().extensions().stream()
        .filter(name -> name.startsWith("-"))
        .map(name -> name.substring(1).toLowerCase(Locale.ROOT))
        .distinct()
        .toList();
  }
}
