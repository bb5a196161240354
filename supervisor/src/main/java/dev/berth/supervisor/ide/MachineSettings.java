package dev.berth.supervisor.ide;

import dev.berth.supervisor.json.JsonText;
import java.util.LinkedHashMap;
import java.util.stream.Collectors;

/**
 * The editor's settings of the machine. VS Code puts them above those of its user, where ours and
 * the repository's do not belong: so what he sets himself is left out of them.
 */
final class MachineSettings {
  private MachineSettings() {}

  /**
   * The file's text.
   *
   * @param ours a JSON object
   * @param repositorys another, which counts where both name the same
   * @param users the user's own file, perhaps with comments: a name that stands there is his
   */
  static String of(String ours, String repositorys, String users) {
    var all = new LinkedHashMap<>(JsonText.members(ours));
    all.putAll(JsonText.members(repositorys));
    all.keySet().removeIf(name -> users.contains("\"" + name + "\""));
    return all.entrySet().stream()
        .map(entry -> "  " + JsonText.write(entry.getKey()) + ": " + entry.getValue())
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }
}
