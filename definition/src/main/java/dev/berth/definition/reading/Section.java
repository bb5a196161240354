package dev.berth.definition.reading;

import dev.berth.base.Problem;
import dev.berth.base.text.NearName;
import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Value.Field;
import dev.berth.definition.reading.Value.Fields;
import dev.berth.definition.reading.Value.Items;
import dev.berth.definition.reading.Value.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A mapping while its fields are asked for. Each field that has the wrong type is told and counts
 * as absent; an empty one is absent. What nobody asked for is told at the end by {@link #finish}.
 */
public final class Section {
  private final Fields fields;
  private final String where;
  private final Findings findings;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @param where for findings: "in a task", or "" for the file itself
   */
  public Section(Fields fields, String where, Findings findings) {
    this.fields = fields;
    this.where = where;
    this.findings = findings;
  }

  /** Where it stands. */
  public Place place() {
    return fields.place();
  }

  /** Where the value of {@code name}, which is there, stands. */
  public Place place(String name) {
    var field = fields.fields().get(name);
    return field == null ? fields.place() : field.value().place();
  }

  /** The value of {@code name} whatever it is, unless it is empty. */
  public Optional<Value> value(String name) {
    return field(name).map(Field::value);
  }

  /** A text of at most {@code most} characters without NUL; numbers and booleans as written. */
  public Optional<String> text(String name, int most) {
    var value = value(name);
    if (value.isEmpty()) return Optional.empty();
    if (!(value.get() instanceof Scalar scalar)) {
      wrongType(name, value.get(), "a text");
      return Optional.empty();
    }
    if (scalar.type() != Value.Type.TEXT) {
      findings.warning(
          scalar.place(),
          "%s wants a text, and this is %s.".formatted(Quoted.text(name), scalar.type().words),
          "Put it in quotes.");
    }
    return fits(scalar, most) ? Optional.of(scalar.text()) : Optional.empty();
  }

  /** A text of one line to show to people. */
  public Optional<String> label(String name) {
    // 256: more fits no tab and no list
    return text(name, 256)
        .map(text -> {
          if (Quoted.isPlain(text)) return text;
          findings.warning(
              place(name),
              "%s has control characters; they are left out.".formatted(Quoted.text(name)),
              "Write it as plain text on one line.");
          var plain = new StringBuilder();
          text.codePoints().filter(Quoted::isPlain).forEach(plain::appendCodePoint);
          return plain.toString();
        })
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /** One of the words of {@code choices}, as what it stands for. */
  public <T> Optional<T> choice(String name, Map<String, T> choices) {
    var word = text(name, 64);
    if (word.isEmpty()) return Optional.empty();
    var chosen = Optional.ofNullable(choices.get(word.get()));
    if (chosen.isEmpty()) {
      var near = NearName.of(word.get(), choices.keySet());
      findings.error(
          place(name),
          "%s cannot be %s.".formatted(Quoted.text(name), Quoted.text(word.get())),
          near.map("Did you mean \"%s\"?"::formatted)
              .orElse("Write one of: %s.".formatted(String.join(", ", choices.keySet()))));
    }
    return chosen;
  }

  /** True or false. */
  public Optional<Boolean> truth(String name) {
    var value = value(name);
    if (value.isEmpty()) return Optional.empty();
    if (value.get() instanceof Scalar(_, var type, var text) && type == Value.Type.BOOLEAN) {
      return Optional.of(Boolean.parseBoolean(text.toLowerCase(Locale.ROOT)));
    }
    wrongType(name, value.get(), "true or false");
    return Optional.empty();
  }

  /** A whole number, decimal, from {@code least} to {@code most}. */
  public Optional<Long> whole(String name, long least, long most) {
    var value = value(name);
    if (value.isEmpty()) return Optional.empty();
    if (!(value.get() instanceof Scalar(var place, var type, var text))
        || type != Value.Type.INTEGER) {
      wrongType(name, value.get(), "a whole number");
      return Optional.empty();
    }
    if (text.matches("[+-]?[0-9]{1,18}")) {
      long number = Long.parseLong(text);
      if (least <= number && number <= most) return Optional.of(number);
    }
    findings.error(
        place,
        "%s cannot be %s; it is not used.".formatted(Quoted.text(name), Quoted.printable(text)),
        "Write a number from %d to %d.".formatted(least, most));
    return Optional.empty();
  }

  /** A path that stays in {@code folder}, which is named for messages. */
  public Optional<String> path(String name, String folder) {
    return text(name, InsidePath.MOST)
        .filter(text -> !text.isBlank())
        .flatMap(text -> path(name, text.strip(), folder));
  }

  /**
   * The same below {@code folder}, which is absolute. Gitpod put the folder before whatever was
   * written, so "/" was a way to say the folder itself; that, and the folder's own name before the
   * path, is understood and told.
   */
  public Optional<String> pathIn(String folder, String name) {
    return text(name, InsidePath.MOST)
        .filter(text -> !text.isBlank())
        .flatMap(text -> {
          var written = text.strip();
          boolean named = written.equals(folder) || written.startsWith(folder + "/");
          if (!named && !written.matches("/+")) return path(name, written, folder);
          var rest = named ? written.substring(folder.length()) : written;
          var path = path(name, rest.replaceFirst("^/+", ""), folder);
          path.ifPresent(meant ->
              findings.warning(
                  place(name),
                  "%s is taken as a path below %s.".formatted(Quoted.text(written), folder),
                  "Write %s.".formatted(Quoted.text(meant))));
          return path;
        });
  }

  private Optional<String> path(String name, String text, String folder) {
    try {
      return Optional.of(InsidePath.parse(text, folder));
    } catch (Problem.Invalid e) {
      findings.error(place(name), e.what() + " It is not used.", e.remedy());
      return Optional.empty();
    }
  }

  /** The texts of a list; what is none is told and left out, and so are empty ones. */
  public List<Scalar> texts(String name, int most, int longest) {
    var texts = new ArrayList<Scalar>();
    for (var item : items(name, most)) {
      if (!(item instanceof Scalar scalar) || scalar.type() != Value.Type.TEXT) {
        findings.error(
            item.place(),
            "%s holds texts, and this is %s; it is not used."
                .formatted(Quoted.text(name), item.kind()),
            "Write a text, in quotes if it looks like a number.");
      } else if (fits(scalar, longest) && !scalar.text().isBlank()) {
        texts.add(scalar);
      }
    }
    return texts;
  }

  /** The same as a section of its own, one of a list's. */
  public Section inner(Fields inner, String its) {
    return new Section(inner, its, findings);
  }

  /** All names that stand here, whether known or not. */
  public Set<String> names() {
    return Collections.unmodifiableSet(fields.fields().keySet());
  }

  /** Knows {@code name} whatever it holds. */
  public void know(String name) {
    known.add(name);
  }

  /** Tells of the value of {@code name} that nothing is done with it. */
  public void unused(String name, String what, String remedy) {
    if (value(name).isPresent()) findings.warning(place(name), what, remedy);
  }

  /** The values of a list of at most {@code most}; what is behind them is told. */
  public List<Value> items(String name, int most) {
    var value = value(name);
    if (value.isEmpty()) return List.of();
    if (!(value.get() instanceof Items items)) {
      wrongType(name, value.get(), "a list");
      return List.of();
    }
    var values = items.values();
    if (values.size() <= most) return values;
    findings.error(
        values.get(most).place(),
        "%s has %d entries; only the first %d count."
            .formatted(Quoted.text(name), values.size(), most),
        "Remove some.");
    return values.subList(0, most);
  }

  /** A mapping as a section of its own. */
  public Optional<Section> section(String name) {
    var value = value(name);
    if (value.isEmpty()) return Optional.empty();
    if (value.get() instanceof Fields inner) {
      return Optional.of(new Section(inner, "in " + Quoted.text(name), findings));
    }
    wrongType(name, value.get(), "a mapping");
    return Optional.empty();
  }

  /** A mapping of free names, at most {@code most} of them. */
  public Map<String, Field> map(String name, int most) {
    var inner = section(name);
    if (inner.isEmpty()) return Map.of();
    var all = inner.get().fields.fields();
    if (all.size() <= most) return all;
    findings.error(
        inner.get().place(),
        "%s has %d entries; only the first %d count."
            .formatted(Quoted.text(name), all.size(), most),
        "Remove some.");
    var first = new LinkedHashMap<String, Field>();
    all.entrySet().stream().limit(most).forEach(e -> first.put(e.getKey(), e.getValue()));
    return first;
  }

  /** Knows {@code name} and looks only at its type, which is one of {@code types}. */
  public void expect(String name, String... types) {
    value(name)
        .filter(value -> !Set.of(types).contains(value.kind()))
        .ifPresent(value -> wrongType(name, value, String.join(" or ", types)));
  }

  /** Tells each field that was never asked for. */
  public void finish() {
    fields
        .fields()
        .forEach((name, field) -> {
          if (known.contains(name)) return;
          findings.error(
              field.name(),
              "%s is not known%s and does nothing."
                  .formatted(Quoted.text(name), where.isEmpty() ? "" : " " + where),
              findings.isFull() ? "" : remedy(name));
        });
  }

  private String remedy(String unknown) {
    return NearName.of(unknown, known)
        .map("Did you mean \"%s\"?"::formatted)
        .orElseGet(() -> "Known are: %s.".formatted(String.join(", ", known)));
  }

  /** Whether a text has no NUL and at most {@code most} characters; else it is told. */
  public boolean fits(Scalar scalar, int most) {
    if (scalar.text().indexOf('\0') >= 0) {
      findings.error(
          scalar.place(), "This text holds a NUL character.", "Remove it; no program takes it.");
      return false;
    }
    if (scalar.text().length() > most) {
      findings.error(
          scalar.place(),
          "This text has %d characters; at most %d are taken."
              .formatted(scalar.text().length(), most),
          "Shorten it; a long script belongs in a file of the repository.");
      return false;
    }
    return true;
  }

  private Optional<Field> field(String name) {
    known.add(name);
    return Optional.ofNullable(fields.fields().get(name)).filter(f -> !f.value().isNothing());
  }

  private void wrongType(String name, Value value, String wanted) {
    findings.error(
        value.place(),
        "%s wants %s, and this is %s; it is not used."
            .formatted(Quoted.text(name), wanted, value.kind()),
        "Write %s there.".formatted(wanted));
  }
}
