package dev.berth.base.config;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** On which line of a YAML file each setting stands. */
final class Lines {
  static final Lines NONE = new Lines(Map.of());

  private final Map<String, Integer> byPath;

  private Lines(Map<String, Integer> byPath) {
    this.byPath = byPath;
  }

  /** Of a text that is YAML. */
  static Lines read(String yaml) throws IOException {
    var found = new HashMap<String, Integer>();
    var above = new ArrayDeque<String>();
    var path = "";
    try (var parser = new YAMLFactory().createParser(yaml)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) above.push(path);
        if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) path = above.pop();
        if (token == JsonToken.FIELD_NAME) {
          var within = above.isEmpty() ? "" : above.peek();
          path = within.isEmpty() ? parser.currentName() : within + "." + parser.currentName();
          found.putIfAbsent(path, parser.currentTokenLocation().getLineNr());
        }
      }
    }
    return new Lines(Map.copyOf(found));
  }

  /** As words behind a sentence: " (line 7)"; nothing where it is in no file. */
  String of(String path) {
    var line = byPath.get(path);
    return line == null ? "" : " (line %d)".formatted(line);
  }
}
