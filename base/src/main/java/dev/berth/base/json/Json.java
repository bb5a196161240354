package dev.berth.base.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.berth.base.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Values to JSON and back. Records by their components, times as ISO-8601, a sealed interface's
 * records told apart by {@code "kind"}, the record's name with a small first letter. Unknown names
 * are read over, so that either side of a connection may be the newer one.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .annotationIntrospector(new SealedKinds())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(64).maxNameLength(4096).build());
  }

  private Json() {}

  /** The JSON text of {@code value}, on one line. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON can be made of a " + value.getClass(), e);
    }
  }

  /** The same as UTF-8. */
  public static byte[] bytes(Object value) {
    return write(value).getBytes(StandardCharsets.UTF_8);
  }

  /** The value that {@code json} holds; {@link Problem.Invalid} where it does not hold one. */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      T value = MAPPER.readValue(json, type);
      if (value == null) throw new Problem.Invalid("The JSON is null.", expected(type));
      return value;
    } catch (JsonMappingException e) {
      // Jackson's own words name our classes, which tells a caller nothing.
      if (e.getCause() instanceof Problem problem) throw problem;
      var field = new StringBuilder();
      for (var step : e.getPath()) {
        field.append(field.isEmpty() ? "" : ".").append(step.getFieldName());
      }
      throw new Problem.Invalid(
          field.isEmpty()
              ? "The JSON has another form than was asked for."
              : "The value of \"%s\" has another form than was asked for.".formatted(field),
          expected(type),
          e);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      var place =
          at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      throw new Problem.Invalid(
          "The JSON%s cannot be read: %s.".formatted(place, e.getOriginalMessage()),
          expected(type),
          e);
    } catch (IOException e) { // bytes that are no text
      throw new Problem.Invalid(
          "The JSON cannot be read: %s.".formatted(e.getMessage()), expected(type), e);
    }
  }

  /** The same from text. */
  public static <T> T read(String json, Class<T> type) {
    return read(json.getBytes(StandardCharsets.UTF_8), type);
  }

  private static String expected(Class<?> type) {
    if (!type.isRecord()) return "Send a " + type.getSimpleName() + ".";
    var names = new StringBuilder();
    for (var component : type.getRecordComponents()) {
      names.append(names.isEmpty() ? "" : ", ").append(component.getName());
    }
    return "Send an object with: " + names + ".";
  }
}
