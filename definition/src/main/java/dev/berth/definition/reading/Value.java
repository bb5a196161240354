package dev.berth.definition.reading;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a text holds, apart from the language that it is written in. A tree, except that the same
 * value may stand at several places of it (YAML's aliases); never a circle.
 */
public sealed interface Value {
  Place place();

  /** A single word, number or text as it was written, quotes taken off. */
  record Scalar(Place place, Type type, String text) implements Value {}

  record Items(Place place, List<Value> values) implements Value {
    public Items {
      values = List.copyOf(values);
    }
  }

  /** Names and values in the order of the text. */
  record Fields(Place place, Map<String, Field> fields) implements Value {
    public Fields {
      fields = new LinkedHashMap<>(fields);
    }
  }

  /** A value and where its name stands. */
  record Field(Place name, Value value) {}

  /** What a scalar is where its quotes do not make it a text. */
  enum Type {
    TEXT("a text"),
    INTEGER("a number"),
    DECIMAL("a number"),
    BOOLEAN("true or false"),
    NOTHING("empty");

    final String words;

    Type(String words) {
      this.words = words;
    }
  }

  /** What it is, for a finding. */
  default String kind() {
    return switch (this) {
      case Scalar(_, var type, _) -> type.words;
      case Items _ -> "a list";
      case Fields _ -> "a mapping";
    };
  }

  default boolean isNothing() {
    return this instanceof Scalar(_, var type, _) && type == Type.NOTHING;
  }
}
