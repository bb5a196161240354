package dev.berth.supervisor.definition;

import dev.berth.protocol.Severity;
import dev.berth.protocol.inside.LiveDefinition;
import dev.berth.protocol.inside.LiveDefinition.Found;
import dev.berth.protocol.inside.LiveDefinition.Held;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.supervisor.boot.BootFile;
import dev.berth.supervisor.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;

/** A {@link LiveDefinition} as JSON: as the command inside prints it, and as the API answers it. */
public final class LiveJson {
  private LiveJson() {}

  /** As a map that becomes JSON. */
  public static Map<String, Object> map(LiveDefinition live) {
    var map = new LinkedHashMap<String, Object>();
    switch (live) {
      case LiveDefinition.NotRead _ -> map.put("kind", "notRead");
      case LiveDefinition.AsOpened _ -> map.put("kind", "asOpened");
      case LiveDefinition.Changed(var file, var ports, var findings) -> {
        map.put("kind", "changed");
        map.put("file", file);
        map.put("ports", ports.stream().map(LiveJson::map).toList());
        map.put("findings", findings.stream().map(LiveJson::map).toList());
      }
      case LiveDefinition.Unreadable(var file, var before, var findings) -> {
        map.put("kind", "unreadable");
        map.put("file", file);
        map.put("before", map(before));
        map.put("findings", findings.stream().map(LiveJson::map).toList());
      }
    }
    return map;
  }

  /**
   * What the command inside says, which knows nothing of before.
   *
   * @param before what held until now
   */
  static LiveDefinition read(Fields live, Held before) {
    var file = live.text("file");
    var findings = live.list("findings", LiveJson::found);
    return live.text("kind").equals("changed")
        ? new LiveDefinition.Changed(file, live.list("ports", BootFile::port), findings)
        : new LiveDefinition.Unreadable(file, before, findings);
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
        "severity", found.severity().word(),
        "line", found.line(),
        "column", found.column(),
        "what", found.what(),
        "remedy", found.remedy());
  }

  private static Found found(Fields found) {
    return new Found(
        Severity.of(found.text("severity")),
        found.whole("line"),
        found.whole("column"),
        found.text("what"),
        found.text("remedy"));
  }
}
