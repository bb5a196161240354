package dev.berth.base.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.base.Problem;
import dev.berth.base.text.NearName;
import dev.berth.base.text.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A configuration being read: each call names a setting by its path ("idle.after"), its form and
 * its default. The environment's BERTH_IDLE_AFTER goes before the file. {@link #check} then tells
 * all that was wrong at once, unknown names with the one that may have been meant.
 */
public final class Settings {
  private final String source;
  private final JsonNode root;
  private final Map<String, String> environment;
  private final Lines lines;
  private final TreeSet<String> known = new TreeSet<>();
  private final TreeSet<String> lists = new TreeSet<>();
  private final LinkedHashSet<String> wrong = new LinkedHashSet<>(); // read twice is told once

  private Settings(String source, JsonNode root, Lines lines, Map<String, String> environment) {
    this.source = source;
    this.root = root;
    this.lines = lines;
    this.environment = environment;
    wrong.addAll(lines.twice());
  }

  /** Reads {@code file}, which need not be there; {@link Problem.Invalid} where it is no YAML. */
  public static Settings read(Path file, Map<String, String> environment) {
    var mapper = new YAMLMapper();
    try {
      var text = Files.readString(file);
      var tree = mapper.readTree(text);
      var root = tree.isMissingNode() || tree.isNull() ? mapper.createObjectNode() : tree;
      if (!root.isObject()) {
        throw new Problem.Invalid(
            "%s holds no settings but a %s.".formatted(file, root.getNodeType()),
            "Write it as `name: value` lines.");
      }
      return new Settings(file.toString(), root, Lines.read(text), environment);
    } catch (NoSuchFileException e) {
      return new Settings("the environment", mapper.createObjectNode(), Lines.NONE, environment);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new Problem.Invalid(
          "%s, line %d is no YAML: %s"
              .formatted(
                  file,
                  at == null ? 0 : at.getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          "Mend that line.",
          e);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "%s cannot be read: %s.".formatted(file, Reason.of(e)), "Check its rights.", e);
    }
  }

  /** A text. */
  public String text(String path, String preset) {
    return value(path, preset, text -> text);
  }

  /** A text that need not be there. */
  public Optional<String> text(String path) {
    return Optional.of(text(path, "")).filter(text -> !text.isEmpty());
  }

  /**
   * What {@code parse} makes of a text that need not be there; it says what must be by an {@link
   * IllegalArgumentException}.
   */
  public <T> Optional<T> parsed(String path, Function<String, T> parse) {
    return value(
        path, Optional.empty(), text -> Optional.of(text).filter(any -> !any.isEmpty()).map(parse));
  }

  /** Tells with all that is wrong at the end, what several settings together say wrongly. */
  public void wrong(String words) {
    wrong.add(words);
  }

  /** A whole number within bounds. */
  public int number(String path, int preset, int least, int most) {
    return value(
        path,
        preset,
        text -> {
          int number = Integer.parseInt(text);
          if (number < least || number > most) {
            throw new IllegalArgumentException("must be from %d to %d".formatted(least, most));
          }
          return number;
        });
  }

  /** An amount of bytes: 512Mi, 8Gi, or plain bytes. */
  public long bytes(String path, String preset) {
    return value(path, amount(preset), Settings::amount);
  }

  /** A length of time: 30m, 45s, 12h, or ISO-8601. */
  public Duration time(String path, Duration preset) {
    return value(path, preset, Settings::duration);
  }

  /** Yes or no. */
  public boolean flag(String path, boolean preset) {
    return value(
        path,
        preset,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("must be true or false");
            });
  }

  /** A list of texts; in the environment separated by commas. */
  public List<String> list(String path) {
    known.add(path);
    lists.add(path);
    var override = environment.get(variable(path));
    if (override != null) return List.of(override.split(","));
    var node = find(path);
    var items = new ArrayList<String>();
    if (node.isArray()) node.forEach(item -> items.add(item.asText()));
    else if (!node.isMissingNode()) wrong.add("%s must be a list".formatted(path) + lines.of(path));
    return List.copyOf(items);
  }

  /**
   * What {@code parse} makes of each name below {@code path}, which the operator chooses, and its
   * text; in the environment they are {@code name=text}, separated by commas. It says what must be
   * by an {@link IllegalArgumentException}.
   */
  public <T> List<T> pairs(String path, BiFunction<String, String, T> parse) {
    known.add(path);
    var pairs = new LinkedHashMap<String, String>();
    var override = environment.get(variable(path));
    var node = find(path);
    if (override != null) {
      for (var pair : override.split(",")) {
        int equals = pair.indexOf('=');
        if (equals > 0) pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1));
        else wrong.add("%s has \"%s\" but must be name=text,name=text".formatted(path, pair));
      }
    } else if (node.isObject()) {
      node.properties()
          .forEach(entry -> {
            if (entry.getValue().isValueNode()) {
              pairs.put(entry.getKey(), entry.getValue().asText());
            } else {
              wrong.add("%s.%s must be a single value".formatted(path, entry.getKey()));
            }
          });
    } else if (!node.isMissingNode()) {
      wrong.add("%s must be names with a text each".formatted(path));
    }
    var parsed = new ArrayList<T>();
    pairs.forEach((name, text) -> {
      try {
        parsed.add(parse.apply(name, text.strip()));
      } catch (IllegalArgumentException e) {
        wrong.add("%s has \"%s: %s\" but %s".formatted(path, name, text, e.getMessage()));
      }
    });
    return List.copyOf(parsed);
  }

  /** The names below {@code path}, which are the operator's to choose. */
  public List<String> names(String path) {
    known.add(path + ".");
    var names = new ArrayList<String>();
    find(path).fieldNames().forEachRemaining(names::add);
    return List.copyOf(names);
  }

  /** Whether the file or the environment says anything at or below {@code path}. */
  public boolean isSet(String path) {
    var variable = variable(path);
    return !find(path).isMissingNode()
        || environment.keySet().stream()
            .anyMatch(name -> name.equals(variable) || name.startsWith(variable + "_"));
  }

  /**
   * The line of {@code path} in the file, as words behind a sentence; nothing where it has none.
   */
  public String at(String path) {
    return lines.of(path);
  }

  /**
   * All that is set, for another process of ours that has another environment: what the file says,
   * and what the environment says of those settings that were asked for before.
   */
  public ObjectNode said() {
    ObjectNode all = root.deepCopy();
    for (var path : known) {
      var override = environment.get(variable(path));
      if (override == null || path.endsWith(".")) continue;
      var names = List.of(path.split("\\."));
      var at = all;
      for (var name : names.subList(0, names.size() - 1)) {
        at = at.get(name) instanceof ObjectNode inner ? inner : at.putObject(name);
      }
      if (!lists.contains(path)) {
        at.put(names.getLast(), override);
      } else {
        var items = at.putArray(names.getLast());
        for (var item : override.split(",")) items.add(item);
      }
    }
    return all;
  }

  /**
   * All that is set below {@code section}, as variables of an environment that says the same: for
   * another process of ours.
   */
  public Map<String, String> asEnvironment(String section) {
    var all = new TreeMap<String, String>();
    flatten(section, find(section), all);
    var prefix = variable(section) + "_";
    environment.forEach((name, value) -> {
      if (name.startsWith(prefix)) all.put(name, value);
    });
    return all;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> into) {
    if (node.isObject()) {
      node.properties()
          .forEach(entry -> flatten(path + "." + entry.getKey(), entry.getValue(), into));
    } else if (node.isArray()) {
      var items = new ArrayList<String>();
      node.forEach(item -> items.add(item.asText()));
      into.put(variable(path), String.join(",", items));
    } else if (node.isValueNode()) {
      into.put(variable(path), node.asText());
    }
  }

  /** Ends the reading; {@link Problem.Invalid} with all that was wrong. */
  public void check() {
    unknown("", root);
    if (wrong.isEmpty()) return;
    throw new Problem.Invalid(
        "The configuration in %s cannot be used: %s.".formatted(source, String.join("; ", wrong)),
        "Mend these settings; docs/operate/configuration.md lists all.");
  }

  private void unknown(String prefix, JsonNode node) {
    node.properties()
        .forEach(entry -> {
          var path = prefix + entry.getKey();
          if (known.contains(path)) return;
          boolean above = known.stream().anyMatch(name -> name.startsWith(path + "."));
          boolean chosen = known.contains(prefix) && !prefix.isEmpty();
          if ((above || chosen) && entry.getValue().isObject()) {
            unknown(path + ".", entry.getValue());
            return;
          }
          var meant = NearName.of(path, known);
          wrong.add(
              "there is no setting %s%s"
                      .formatted(
                          path, meant.map(name -> " (did you mean " + name + "?)").orElse(""))
                  + lines.of(path));
        });
  }

  private <T> T value(String path, T preset, Function<String, T> parse) {
    known.add(path);
    var override = environment.get(variable(path));
    var node = find(path);
    if (override == null && node.isMissingNode()) return preset;
    var text = override == null ? node.asText() : override;
    if (override == null && !node.isValueNode()) {
      wrong.add("%s must be a single value".formatted(path) + lines.of(path));
      return preset;
    }
    var at = override == null ? lines.of(path) : ", by " + variable(path);
    try {
      return parse.apply(text);
    } catch (NumberFormatException e) {
      wrong.add("%s is \"%s\" but must be a number".formatted(path, text) + at);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      wrong.add("%s is \"%s\" but %s".formatted(path, text, e.getMessage()) + at);
    }
    return preset;
  }

  private JsonNode find(String path) {
    var node = root;
    for (var name : path.split("\\.")) node = node.path(name);
    return node;
  }

  /** The environment's name for a setting. */
  public static String variable(String path) {
    return "BERTH_" + path.replaceAll("([A-Z])", "_$1").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private static long amount(String text) {
    var units = Map.of("Ki", 1L << 10, "Mi", 1L << 20, "Gi", 1L << 30, "Ti", 1L << 40);
    for (var unit : units.entrySet()) {
      if (text.endsWith(unit.getKey())) {
        return Long.parseLong(text.substring(0, text.length() - 2).strip()) * unit.getValue();
      }
    }
    return Long.parseLong(text);
  }

  private static Duration duration(String text) {
    if (text.matches("[0-9]+[smhd]")) {
      long amount = Long.parseLong(text.substring(0, text.length() - 1));
      return switch (text.charAt(text.length() - 1)) {
        case 's' -> Duration.ofSeconds(amount);
        case 'm' -> Duration.ofMinutes(amount);
        case 'h' -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("must be a time such as 30m or 12h", e);
    }
  }
}
