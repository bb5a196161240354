package dev.berth.installer.manifests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.base.json.Json;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A manifest as YAML with {@code $names}, of which each stands for a whole value: so nothing that
 * an operator wrote can end a line or open another field. A field whose value is absent is left
 * out.
 */
final class Template {
  private static final Pattern NAME = Pattern.compile("\\$([a-zA-Z]+)");
  private static final YAMLMapper YAML = new YAMLMapper();

  private Template() {}

  static ObjectNode fill(String yaml, Map<String, ?> values) {
    var unused = new HashSet<>(values.keySet());
    var text =
        NAME.matcher(yaml)
            .replaceAll(match -> {
              var name = match.group(1);
              var value = values.get(name);
              if (value == null) throw new IllegalStateException("no value for $" + name);
              unused.remove(name);
              return Matcher.quoteReplacement(json(value));
            });
    if (!unused.isEmpty()) throw new IllegalStateException("no place for " + unused);
    try {
      var filled = (ObjectNode) YAML.readTree(text);
      dropAbsent(filled);
      return filled;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest of ours is no YAML: " + text, e);
    }
  }

  private static String json(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(Template::json).orElse("null");
    }
    return value instanceof JsonNode node ? node.toString() : Json.write(value);
  }

  private static void dropAbsent(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().removeIf(field -> field.getValue().isNull());
    }
    if (node instanceof ArrayNode array) {
      for (int i = array.size() - 1; i >= 0; i--) if (array.get(i).isNull()) array.remove(i);
    }
    node.forEach(Template::dropAbsent);
  }
}
