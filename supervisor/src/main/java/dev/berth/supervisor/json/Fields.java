package dev.berth.supervisor.json;

import dev.berth.base.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An object's fields; each question throws {@link Problem.Invalid} where one is of another kind.
 */
public final class Fields {
  private final Map<String, Object> fields;

  Fields(Map<String, Object> fields) {
    this.fields = fields;
  }

  /** A text that must be there. */
  public String text(String name) {
    return optionalText(name).orElseThrow(() -> wrong(name, "a text"));
  }

  public Optional<String> optionalText(String name) {
    return get(name, String.class, "a text");
  }

  /** A whole number that must be there. */
  public int whole(String name) {
    long number =
        get(name, Long.class, "a whole number").orElseThrow(() -> wrong(name, "a whole number"));
    if (number != (int) number) throw wrong(name, "a smaller number");
    return (int) number;
  }

  /** A whole number that must be there, however large. */
  public long number(String name) {
    return get(name, Long.class, "a whole number").orElseThrow(() -> wrong(name, "a whole number"));
  }

  public Optional<Integer> optionalWhole(String name) {
    return value(name).map(_ -> whole(name));
  }

  /** A truth value; false where it is not there. */
  public boolean truth(String name) {
    return get(name, Boolean.class, "true or false").orElse(false);
  }

  /** An object that must be there. */
  public Fields object(String name) {
    return optionalObject(name).orElseThrow(() -> wrong(name, "an object"));
  }

  public Optional<Fields> optionalObject(String name) {
    return value(name).map(value -> fields(name, value));
  }

  /** Names to texts; empty where it is not there. */
  public Map<String, String> texts(String name) {
    var texts = new LinkedHashMap<String, String>();
    optionalObject(name)
        .ifPresent(
            object -> object.fields.keySet().forEach(key -> texts.put(key, object.text(key))));
    return texts;
  }

  /** A list of texts; empty where it is not there. */
  public List<String> list(String name) {
    var texts = new ArrayList<String>();
    for (var item : items(name)) {
      if (!(item instanceof String text)) throw wrong(name, "a list of texts");
      texts.add(text);
    }
    return texts;
  }

  /** A list of objects, each read by {@code read}; empty where it is not there. */
  public <T> List<T> list(String name, Function<Fields, T> read) {
    return items(name).stream().map(item -> read.apply(fields(name, item))).toList();
  }

  private List<?> items(String name) {
    var value = value(name);
    if (value.isEmpty()) return List.of();
    if (value.get() instanceof List<?> list) return list;
    throw wrong(name, "a list");
  }

  private static Fields fields(String name, Object value) {
    if (!(value instanceof Map<?, ?> map)) throw wrong(name, "an object");
    var fields = new LinkedHashMap<String, Object>();
    map.forEach((key, item) -> fields.put(String.valueOf(key), item));
    return new Fields(fields);
  }

  private <T> Optional<T> get(String name, Class<T> kind, String words) {
    return value(name)
        .map(value -> {
          if (!kind.isInstance(value)) throw wrong(name, words);
          return kind.cast(value);
        });
  }

  private Optional<Object> value(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  private static Problem wrong(String name, String words) {
    return new Problem.Invalid(
        "\"%s\" is not %s.".formatted(name, words), "Send %s there.".formatted(words));
  }
}
