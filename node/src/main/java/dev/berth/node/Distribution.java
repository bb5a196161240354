package dev.berth.node;

import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The host's distribution and where it gets its packages.
 *
 * @param suite its code name: bookworm, noble
 * @param sources apt's one-line sources of the distribution's own packages, not of third parties
 */
record Distribution(String suite, List<String> sources) {
  private static final Pattern ONE_LINE =
      Pattern.compile("deb\\s+(?:\\[([^\\]]*)\\]\\s+)?(\\S+)\\s+(\\S+)\\s+(.+)");

  Distribution {
    sources = List.copyOf(sources);
  }

  /** The one in {@code etc}, which is /etc but for tests. */
  static Distribution read(Path etc) {
    try {
      var suite = suite(etc.resolve("os-release"));
      var lines = new ArrayList<String>();
      for (var file : files(etc.resolve("apt"))) {
        var text = Files.readString(file);
        if (file.toString().endsWith(".sources")) stanzas(text).forEach(lines::addAll);
        else text.lines().map(String::strip).forEach(lines::add);
      }
      var ours = lines.stream().filter(line -> of(line, suite)).distinct().toList();
      if (ours.isEmpty()) {
        throw new Problem.Unavailable(
            "No package source of %s is named under /etc/apt.".formatted(suite),
            "Name one in /etc/apt/sources.list, or configure an image of a registry as default.");
      }
      return new Distribution(suite, ours);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The distribution's sources of packages cannot be read: %s.".formatted(e.getMessage()),
          "Run Berth on Debian or Ubuntu, or configure an image of a registry as default.",
          e);
    }
  }

  private static String suite(Path release) throws IOException {
    return Files.readAllLines(release).stream()
        .filter(line -> line.startsWith("VERSION_CODENAME="))
        .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", "").strip())
        .filter(name -> name.matches("[a-z]+"))
        .findFirst()
        .orElseThrow(() ->
            new Problem.Unavailable(
                "%s names no VERSION_CODENAME.".formatted(release),
                "Run Berth on a release of Debian or Ubuntu, or configure an image of a registry"
                    + " as default."));
  }

  private static List<Path> files(Path apt) throws IOException {
    var files = new ArrayList<Path>();
    var single = apt.resolve("sources.list");
    if (Files.isRegularFile(single)) files.add(single);
    var folder = apt.resolve("sources.list.d");
    if (!Files.isDirectory(folder)) return files;
    try (var listed = Files.list(folder)) {
      listed
          .filter(file -> file.toString().matches(".*\\.(list|sources)"))
          .sorted()
          .forEach(files::add);
    }
    return files;
  }

  /** Third parties name their packages' suite otherwise (stable, nodistro) or live elsewhere. */
  private static boolean of(String line, String suite) {
    var match = ONE_LINE.matcher(line);
    return match.matches()
        && match.group(3).matches(Pattern.quote(suite) + "(-updates|-security)?")
        && match.group(4).matches("(.*\\s)?main(\\s.*)?")
        && match.group(2).matches("https?://\\S*/(debian|debian-security|ubuntu|ubuntu-ports)/?");
  }

  /** The one-line forms of each stanza of a deb822 file. */
  private static List<List<String>> stanzas(String text) {
    return List.of(text.split("\n\\s*\n")).stream().map(Distribution::oneLines).toList();
  }

  private static List<String> oneLines(String stanza) {
    Map<String, String> fields =
        stanza
            .lines()
            .filter(line -> line.matches("[A-Za-z-]+:.*"))
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.indexOf(':')),
                    line -> line.substring(line.indexOf(':') + 1).strip(),
                    (first, _) -> first,
                    LinkedHashMap::new));
    var types = fields.getOrDefault("Types", "");
    if (!List.of(types.split("\\s+")).contains("deb")) return List.of();
    if (fields.getOrDefault("Enabled", "yes").equals("no")) return List.of();
    var key = fields.getOrDefault("Signed-By", "");
    var option = key.startsWith("/") ? "[signed-by=%s] ".formatted(key) : "";
    var lines = new ArrayList<String>();
    for (var uri : fields.getOrDefault("URIs", "").split("\\s+")) {
      for (var suite : fields.getOrDefault("Suites", "").split("\\s+")) {
        var components = fields.getOrDefault("Components", "main");
        lines.add("deb %s%s %s %s".formatted(option, uri, suite, components));
      }
    }
    return lines;
  }
}
