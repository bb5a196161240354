package dev.berth.supervisor.gp;

import dev.berth.supervisor.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How much of its class the workspace uses, by the instance's control groups. */
final class Load {
  private static final Path CGROUP = Path.of("/sys/fs/cgroup");

  /** Long enough for the kernel's accounting, which counts every few milliseconds. */
  private static final long SAMPLE_MILLIS = 500;

  private Load() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of("top", "Show how much CPU and memory the workspace uses", Load::run)
            .with(
                Flag.of('j', "json", "print JSON"),
                Flag.of("no-color", "print no colours (there are none)")));
  }

  private record Used(long used, long limit) {
    long percent() {
      return limit == 0 ? 0 : Math.round(100.0 * used / limit);
    }

    /** The levels at which the older command warns. */
    String severity() {
      return percent() >= 95 ? "danger" : percent() >= 80 ? "warning" : "normal";
    }

    Map<String, Object> json() {
      var json = new LinkedHashMap<String, Object>();
      json.put("used", used);
      json.put("limit", limit);
      json.put("severity", severity());
      return json;
    }
  }

  private static int run(Call call) throws IOException, InterruptedException {
    var info = call.door().info();
    var size = info.object("size");
    var memory = new Used(memoryBytes(), size.number("memoryBytes"));
    long before = cpuNanos();
    long began = System.nanoTime();
    Thread.sleep(SAMPLE_MILLIS);
    long millis = (cpuNanos() - before) * 1000 / (System.nanoTime() - began);
    var cpu = new Used(millis, size.whole("cpuMillis"));
    if (call.has("json")) {
      var resources = new LinkedHashMap<String, Object>();
      resources.put("memory", memory.json());
      resources.put("cpu", cpu.json());
      var all = new LinkedHashMap<String, Object>();
      all.put("resources", resources);
      all.put(
          "workspace_class", Map.of("id", size.text("name"), "display_name", size.text("name")));
      call.say(JsonText.write(all));
      return 0;
    }
    var table = new Table("Workspace class", size.text("name"));
    table.row(
        "CPU (millicores)", "%dm/%dm (%d%%)".formatted(cpu.used(), cpu.limit(), cpu.percent()));
    table.row(
        "Memory (bytes)",
        "%s/%s (%d%%)"
            .formatted(
                Amounts.bytes(memory.used()), Amounts.bytes(memory.limit()), memory.percent()));
    table.print(call.caller().out());
    return 0;
  }

  /** Without the files that the kernel keeps in memory until something else needs it. */
  private static long memoryBytes() throws IOException {
    for (var folder : List.of(CGROUP, CGROUP.resolve("memory"))) {
      var used =
          number(folder.resolve("memory.current"))
              .or(() -> number(folder.resolve("memory.usage_in_bytes")));
      if (used.isEmpty()) continue;
      var stat = folder.resolve("memory.stat");
      long cached =
          Files.readAllLines(stat).stream()
              .filter(line -> line.matches("(total_)?inactive_file .*"))
              .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
              .max()
              .orElse(0);
      return Math.max(0, used.get() - cached);
    }
    return 0;
  }

  private static long cpuNanos() throws IOException {
    for (var folder : List.of("cpuacct", "cpu,cpuacct", "cpuacct,cpu", "cpu")) {
      var used = number(CGROUP.resolve(folder).resolve("cpuacct.usage"));
      if (used.isPresent()) return used.get();
    }
    var stat = CGROUP.resolve("cpu.stat");
    if (!Files.isReadable(stat)) return 0;
    return Files.readAllLines(stat).stream()
        .filter(line -> line.startsWith("usage_usec "))
        .mapToLong(line -> Long.parseLong(line.substring(11)) * 1000)
        .findFirst()
        .orElse(0);
  }

  private static Optional<Long> number(Path file) {
    try {
      return Files.isReadable(file)
          ? Optional.of(Long.parseLong(Files.readString(file).strip()))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
