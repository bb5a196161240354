package dev.berth.definition.reading;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Value.Field;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.AnchorNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML of an untrusted author to {@link Value}s. No object is ever made of a type tag: the library
 * only composes its nodes. An aliased value is read once and then shared, so that a text of a
 * megabyte cannot unfold into more.
 */
public final class YamlText {
  /** Fields that "<<" may copy, in one file: copying is the one way to grow. */
  private static final int MOST_MERGED = 10_000;

  private final Findings findings;
  private final IdentityHashMap<Node, Value> read = new IdentityHashMap<>();
  private final IdentityHashMap<Node, Place> underWay = new IdentityHashMap<>();
  private int merged;

  private YamlText(Findings findings) {
    this.findings = findings;
  }

  /** The first document of {@code bytes}; empty where there is none or it cannot be read. */
  public static Optional<Value> read(byte[] bytes, Findings findings) {
    if (Utf8.isTooLarge(bytes, findings)) return Optional.empty();
    return new YamlText(findings).firstDocument(printable(Utf8.decoded(bytes, findings), findings));
  }

  private Optional<Value> firstDocument(String text) {
    var options = new LoaderOptions();
    options.setNestingDepthLimit(Utf8.MOST_DEEP);
    options.setCodePointLimit(Utf8.MOST_BYTES);
    options.setMaxAliasesForCollections(Integer.MAX_VALUE); // shared, not copied: see read
    options.setTagInspector(_ -> true); // nothing is made of tags; they are told and read over
    var composer =
        new Composer(new Bounded(new StreamReader(text), options), new PlainResolver(), options);
    var root = Optional.<Value>empty();
    try {
      if (composer.checkNode()) root = Optional.of(value(composer.getNode()));
      if (composer.checkNode()) {
        findings.warning(
            place(composer.getNode().getStartMark()),
            "A second document begins before this line; only the first one counts.",
            "Remove the line with --- and what follows it.");
      }
    } catch (MarkedYAMLException e) {
      findings.error(
          e.getProblemMark() == null ? Place.START : place(e.getProblemMark()),
          "This is no YAML: %s.".formatted(Quoted.printable(String.valueOf(e.getProblem()))),
          e.getProblem() != null && e.getProblem().contains("TAB")
              ? "Indent with spaces; YAML allows no tabs."
              : "Check the indentation, quotes and colons there and in the lines above.");
    } catch (YAMLException e) { // its limits, which tell no place
      findings.error(
          Place.START,
          "This YAML cannot be read: %s."
              .formatted(Quoted.printable(String.valueOf(e.getMessage()))),
          "Nest values no deeper than %d levels, and write no more than %d of them."
              .formatted(Utf8.MOST_DEEP, Utf8.MOST_VALUES));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // The library's scanner answers some broken escapes so (\UFFFFFFFF); it names no place.
      findings.error(
          Place.START,
          "This YAML cannot be read: an escape or a directive in it is broken.",
          "Check the backslashes in double quotes and lines that begin with %.");
    }
    return root;
  }

  private Value value(Node node) {
    if (node instanceof AnchorNode anchor) return value(anchor.getRealNode());
    var known = read.get(node);
    if (known != null) return known;
    var place = place(node.getStartMark());
    if (underWay.putIfAbsent(node, place) != null) {
      findings.error(place, "This value contains itself.", "Remove the * that points back to it.");
      return new Value.Scalar(place, Value.Type.NOTHING, "");
    }
    var value =
        switch (node) {
          case ScalarNode scalar -> scalar(place, scalar);
          case SequenceNode items -> items(place, items);
          case MappingNode fields -> fields(place, fields);
          default -> throw new IllegalStateException("a new kind of node: " + node.getNodeId());
        };
    underWay.remove(node);
    read.put(node, value);
    return value;
  }

  private Value scalar(Place place, ScalarNode node) {
    var tag = node.getTag();
    var text = node.getValue();
    var type = Value.Type.TEXT;
    if (tag.equals(Tag.NULL)) type = Value.Type.NOTHING;
    else if (tag.equals(Tag.BOOL) && PlainResolver.BOOLEAN.matcher(text).matches()) {
      type = Value.Type.BOOLEAN;
    } else if (tag.equals(Tag.INT) && PlainResolver.INTEGER.matcher(text).matches()) {
      type = Value.Type.INTEGER;
    } else if (tag.equals(Tag.FLOAT) && PlainResolver.DECIMAL.matcher(text).matches()) {
      type = Value.Type.DECIMAL;
    } else if (!tag.equals(Tag.STR) && !tag.equals(Tag.MERGE) && !tag.getValue().equals("!")) {
      tellTag(place, tag);
    }
    return new Value.Scalar(place, type, text);
  }

  private Value items(Place place, SequenceNode node) {
    if (!node.getTag().equals(Tag.SEQ)) tellTag(place, node.getTag());
    var values = new ArrayList<Value>();
    for (var item : node.getValue()) values.add(value(item));
    return new Value.Items(place, values);
  }

  private Value fields(Place place, MappingNode node) {
    if (!node.getTag().equals(Tag.MAP)) tellTag(place, node.getTag());
    var fields = new LinkedHashMap<String, Field>();
    var merges = new ArrayList<Value>();
    for (NodeTuple tuple : node.getValue()) {
      var key = tuple.getKeyNode();
      var at = place(key.getStartMark());
      if (!(key instanceof ScalarNode))
        value(key); // an anchor in it is met here, not deep in an alias
      var value = value(tuple.getValueNode());
      if (!(key instanceof ScalarNode name)) {
        findings.error(
            at, "A list or mapping stands where a name is wanted.", "Write a plain name.");
      } else if (name.getTag().equals(Tag.MERGE)) {
        merges.add(value);
      } else if (fields.containsKey(name.getValue())) {
        var first = fields.get(name.getValue());
        findings.error(
            at,
            "%s stands here a second time; the first, in line %d, counts."
                .formatted(Quoted.text(name.getValue()), first.name().line()),
            "Keep one of them.");
      } else {
        fields.put(name.getValue(), new Field(at, value));
      }
    }
    for (var merge : merges) merge(merge, fields);
    return new Value.Fields(place, fields);
  }

  /** What "<<" names; fields that are written out, or were merged before, win. */
  private void merge(Value from, Map<String, Field> into) {
    switch (from) {
      case Value.Fields(_, var fields) -> {
        for (var field : fields.entrySet()) {
          if (++merged > MOST_MERGED) {
            findings.error(
                from.place(),
                "\"<<\" copies more than %d fields in this file.".formatted(MOST_MERGED),
                "Merge fewer or smaller mappings.");
            return;
          }
          into.putIfAbsent(field.getKey(), field.getValue());
        }
      }
      case Value.Items(_, var all) -> {
        for (var item : all) {
          if (merged > MOST_MERGED) return;
          merged++;
          if (item instanceof Value.Fields) merge(item, into);
          else tellMerge(item);
        }
      }
      case Value.Scalar _ -> tellMerge(from);
    }
  }

  private void tellMerge(Value value) {
    findings.error(
        value.place(),
        "\"<<\" copies the fields of a mapping, and this is %s.".formatted(value.kind()),
        "Write an alias of a mapping behind it, for example <<: *defaults.");
  }

  private void tellTag(Place place, Tag tag) {
    findings.warning(
        place,
        "The type tag %s means nothing here and is read over."
            .formatted(Quoted.text(tag.getValue())),
        "Remove it.");
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** YAML knows no control characters; they are told once and replaced, so that the rest counts. */
  private static String printable(String text, Findings findings) {
    var clean = new StringBuilder(text.length());
    boolean told = false;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      if (StreamReader.isPrintable(point)) {
        clean.appendCodePoint(point);
      } else {
        clean.append('\uFFFD');
        if (!told) {
          findings.error(
              Place.at(text, i),
              "The control character U+%04X stands here; such are read as \uFFFD.".formatted(point),
              "Remove it, or write it as an escape in double quotes.");
        }
        told = true;
      }
      i += Character.charCount(point);
    }
    return clean.toString();
  }

  /** Ends where a file has more values than anybody writes; each begins with an event. */
  private static final class Bounded extends ParserImpl {
    private int events;

    Bounded(StreamReader reader, LoaderOptions options) {
      super(reader, options);
    }

    @Override
    public Event getEvent() {
      if (++events > Utf8.MOST_VALUES) {
        throw new YAMLException("it has more than %d values".formatted(Utf8.MOST_VALUES));
      }
      return super.getEvent();
    }
  }

  /**
   * Which plain words are no texts: those of YAML 1.2's core schema and "<<". YAML 1.1, which the
   * library would follow, also turns "no" into a boolean and "22:30" into a number.
   */
  private static final class PlainResolver extends Resolver {
    static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
    static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    static final Pattern DECIMAL =
        Pattern.compile(
            "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    /** Longer words are texts; numbers that anything can count with are shorter. */
    private static final int LONGEST = 40;

    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.BOOL, BOOLEAN, "tTfF", LONGEST);
      addImplicitResolver(Tag.INT, INTEGER, "-+0123456789", LONGEST);
      addImplicitResolver(Tag.FLOAT, DECIMAL, "-+0123456789.", LONGEST);
      addImplicitResolver(Tag.MERGE, Pattern.compile("<<"), "<", LONGEST);
      // The library looks an empty word up under the letter NUL.
      addImplicitResolver(Tag.NULL, Pattern.compile("~|null|Null|NULL|"), "~nN\0", LONGEST);
    }
  }
}
