package dev.berth.supervisor.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** JSON from and to maps, lists, texts, whole numbers and truth values. */
public final class JsonText {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(64).maxNameLength(4096).build())
          .build();

  private JsonText() {}

  /** The object that {@code json} holds; {@link Problem.Invalid} where it does not hold one. */
  public static Fields read(byte[] json) {
    try (var parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Problem.Invalid("The JSON is no object.", "Send an object: {...}.");
      }
      var fields = object(parser);
      if (parser.nextToken() != null) {
        throw new Problem.Invalid("Something follows the JSON.", "Send one object only.");
      }
      return new Fields(fields);
    } catch (IOException e) {
      throw new Problem.Invalid("The JSON cannot be read.", "Send valid JSON.", e);
    }
  }

  /** The same from text. */
  public static Fields read(String json) {
    return read(json.getBytes(StandardCharsets.UTF_8));
  }

  /** The fields of the object that {@code json} holds, each value as it is written there. */
  public static Map<String, String> members(String json) {
    var members = new LinkedHashMap<String, String>();
    try (var parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Problem.Invalid("The JSON is no object.", "Send an object: {...}.");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        int begin = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getCharOffset();
        members.put(name, json.substring(begin, end).strip());
      }
      return members;
    } catch (IOException e) {
      throw new Problem.Invalid("The JSON cannot be read.", "Send valid JSON.", e);
    }
  }

  /** What is null is left out: it means the same as what is not there. */
  private static Map<String, Object> object(JsonParser parser) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      parser.nextToken();
      value(parser).ifPresent(value -> fields.put(name, value));
    }
    return fields;
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    var items = new ArrayList<Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) value(parser).ifPresent(items::add);
    return items;
  }

  private static Optional<Object> value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> Optional.of(object(parser));
      case START_ARRAY -> Optional.of(array(parser));
      case VALUE_STRING -> Optional.of(parser.getText());
      case VALUE_NUMBER_INT -> Optional.of(parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> Optional.of(parser.getDoubleValue());
      case VALUE_TRUE -> Optional.of(true);
      case VALUE_FALSE -> Optional.of(false);
      case VALUE_NULL -> Optional.empty();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("a token without a value");
    };
  }

  /**
   * The JSON of {@code value}: a map, a list, an Optional, a number or a truth value; all else by
   * its text. An empty Optional is left out of its map.
   */
  public static String write(Object value) {
    var json = new StringBuilder(256);
    write(json, value);
    return json.toString();
  }

  private static void write(StringBuilder json, Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        json.append('{');
        map.forEach((name, item) -> {
          if (item instanceof Optional<?> optional && optional.isEmpty()) return;
          if (json.charAt(json.length() - 1) != '{') json.append(',');
          text(json, String.valueOf(name));
          json.append(':');
          write(json, item);
        });
        json.append('}');
      }
      case List<?> list -> {
        json.append('[');
        for (int i = 0; i < list.size(); i++) {
          if (i > 0) json.append(',');
          write(json, list.get(i));
        }
        json.append(']');
      }
      case Optional<?> optional -> write(json, optional.orElseThrow());
      case Number number -> json.append(number);
      case Boolean truth -> json.append(truth);
      default -> text(json, value.toString());
    }
  }

  private static void text(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') json.append('\\').append(c);
      else if (c == '\n') json.append("\\n");
      else if (c == '\r') json.append("\\r");
      else if (c == '\t') json.append("\\t");
      // An unpaired surrogate has no UTF-8.
      else if (c < ' ' || Character.isSurrogate(c)) json.append("\\u%04x".formatted((int) c));
      else json.append(c);
    }
    json.append('"');
  }
}
