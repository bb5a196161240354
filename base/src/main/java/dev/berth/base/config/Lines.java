package dev.berth.base.config;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** On which line of a YAML file each setting stands, and which of them stand there twice. */
final class Lines {
  static final Lines NONE = new Lines(Map.of(), List.of());

  private final Map<String, Integer> byPath;
  private final List<String> twice;

  private Lines(Map<String, Integer> byPath, List<String> twice) {
    this.byPath = byPath;
    this.twice = twice;
  }

  /** An object or a list that is being read, with the names that it has so far. */
  private record Open(String path, Map<String, Integer> names) {}

  /** Of a text that is YAML. */
  static Lines read(String yaml) throws IOException {
    var found = new HashMap<String, Integer>();
    var twice = new ArrayList<String>();
    var above = new ArrayDeque<Open>();
    var path = "";
    try (var parser = new YAMLFactory().createParser(yaml)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart()) above.push(new Open(path, new HashMap<>()));
        if (token.isStructEnd()) path = above.pop().path();
        if (token == JsonToken.FIELD_NAME) {
          var name = parser.currentName();
          int line = parser.currentTokenLocation().getLineNr();
          var within = above.element();
          path = within.path().isEmpty() ? name : within.path() + "." + name;
          var before = within.names().put(name, line);
          if (before != null) twice.add(twice(path, before, line));
          found.put(path, line); // of the last, whose value it is that counts
        }
      }
    }
    return new Lines(Map.copyOf(found), List.copyOf(twice));
  }

  private static String twice(String path, int before, int line) {
    return before == line
        ? "%s stands twice on line %d".formatted(path, line)
        : "%s stands on line %d and again on line %d".formatted(path, before, line);
  }

  /** The settings that stand twice, as words for each; nobody can tell which of both is meant. */
  List<String> twice() {
    return twice;
  }

  /** As words behind a sentence: " (line 7)"; nothing where it is in no file. */
  String of(String path) {
    var line = byPath.get(path);
    return line == null ? "" : " (line %d)".formatted(line);
  }
}
