package dev.berth.supervisor.ide;

import dev.berth.protocol.inside.PortPlan;
import dev.berth.supervisor.json.JsonText;
import java.util.LinkedHashMap;
import java.util.List;

/** What the definition says of ports, as VS Code's setting {@code remote.portsAttributes}. */
final class PortsAttributes {
  private PortsAttributes() {}

  static String of(List<PortPlan> ports) {
    var all = new LinkedHashMap<String, Object>();
    for (var port : ports) {
      var name = port.first() == port.last() ? "" + port.first() : port.first() + "-" + port.last();
      var attributes = new LinkedHashMap<String, Object>();
      attributes.put("onAutoForward", word(port.onOpen()));
      attributes.put("label", port.name());
      attributes.put("protocol", port.https() ? "https" : "http");
      all.put(name, attributes);
    }
    return JsonText.write(all);
  }

  private static String word(PortPlan.OnOpen onOpen) {
    return switch (onOpen) {
      case OPEN_BROWSER -> "openBrowser";
      case OPEN_PREVIEW -> "openPreview";
      case NOTIFY -> "notify";
      case IGNORE -> "silent"; // shown in the view of ports
      case IGNORE_COMPLETELY -> "ignore";
    };
  }
}
