package dev.berth.supervisor.definition;

import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.LiveDefinition.Found;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.supervisor.boot.BootFile;
import dev.berth.supervisor.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A {@link LiveDefinition} as JSON: as the command inside prints it, and as the API answers it. */
public final class LiveJson {
  private LiveJson() {}

  /** As a map that becomes JSON. */
  public static Map<String, Object> map(LiveDefinition live) {
    var map = new LinkedHashMap<String, Object>();
    map.put("file", live.file());
    map.put("broken", live.broken());
    map.put("ports", live.ports().map(ports -> ports.stream().map(LiveJson::map).toList()));
    map.put("findings", live.findings().stream().map(LiveJson::map).toList());
    return map;
  }

  static LiveDefinition read(Fields live) {
    boolean broken = live.truth("broken");
    return new LiveDefinition(
        live.text("file"),
        broken,
        broken ? Optional.empty() : Optional.of(live.list("ports", BootFile::port)),
        live.list("findings", LiveJson::found));
  }

  private static Map<String, Object> map(PortPlan port) {
    var map = new LinkedHashMap<String, Object>();
    map.put("first", port.first());
    map.put("last", port.last());
    map.put("onOpen", port.onOpen().name());
    map.put("visibility", port.visibility().name());
    map.put("https", port.https());
    map.put("name", port.name());
    map.put("description", port.description());
    return map;
  }

  private static Map<String, Object> map(Found found) {
    return Map.of(
        "severity", found.severity(),
        "line", found.line(),
        "column", found.column(),
        "what", found.what(),
        "remedy", found.remedy());
  }

  private static Found found(Fields found) {
    return new Found(
        found.text("severity"),
        found.whole("line"),
        found.whole("column"),
        found.text("what"),
        found.text("remedy"));
  }
}
