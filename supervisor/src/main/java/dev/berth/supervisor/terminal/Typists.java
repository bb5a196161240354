package dev.berth.supervisor.terminal;

import java.util.LinkedHashMap;
import java.util.Map;

/** Those who type into a terminal, by the names that they chose. Any thread may call. */
final class Typists {
  /** Each is an open page; the one that was heard of longest ago is forgotten. */
  private static final int MOST = 64;

  private final Terminal terminal;
  private final Map<String, Typist> known = new LinkedHashMap<>(16, 0.75f, true);

  Typists(Terminal terminal) {
    this.terminal = terminal;
  }

  synchronized Typist of(String name) {
    var typist = known.computeIfAbsent(name, _ -> new Typist(terminal));
    if (known.size() > MOST) known.remove(known.keySet().iterator().next());
    return typist;
  }
}
