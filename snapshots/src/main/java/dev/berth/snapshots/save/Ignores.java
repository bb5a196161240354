package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which names in a folder are left out, as lines of {@code .gitignore} say it: the last that fits
 * counts, {@code !} takes back, a slash before the end binds a line to the folder of its file, one
 * at the end means folders only. What is in a folder that is left out cannot be taken back.
 *
 * <p>Each rule is a row of steps, and keeps which of them the path from its folder to here has
 * reached: so a name costs a look at each rule, however deep it lies. Names are bytes; here they
 * are texts of as many letters (ISO 8859-1). A value; any thread may ask.
 */
final class Ignores {
  static final Ignores NONE = new Ignores(List.of(), false);

  /** The name of the files that say it. */
  static final Name FILE = Name.of(".berthignore");

  /** All workspaces of a machine are saved in turn: one must not take the time of the others. */
  static final int RULES_MAX = 200;

  /**
   * Of the patterns of all files that hold in a folder, comments not counted: as many as people
   * write, and so few that the worst of them cost a name less than a millisecond.
   */
  static final int PATTERN_BYTES_MAX = 8 << 10;

  /** One bit for each and one for the end. */
  private static final int STEPS_MAX = 62;

  private static final int LINE_MAX = 4096;

  /**
   * A line.
   *
   * @param steps names or patterns of them; {@link Glob#ANY_FOLDERS} for any number of folders
   * @param bytes what it counts of {@link #PATTERN_BYTES_MAX}
   */
  private record Rule(List<Glob> steps, boolean foldersOnly, boolean takesBack, int bytes) {
    boolean isAny(int step) {
      return steps.get(step) == Glob.ANY_FOLDERS;
    }

    /** The steps that are reached where {@code reached} are, as {@code **} may mean no folder. */
    long withSkipped(long reached) {
      for (int i = 0; i < steps.size(); i++) {
        if ((reached >> i & 1) != 0 && isAny(i)) reached |= 1L << (i + 1);
      }
      return reached;
    }

    long after(long reached, byte[] name) {
      long next = 0;
      for (int i = 0; i < steps.size(); i++) {
        if ((reached >> i & 1) == 0) continue;
        if (isAny(i)) next |= 1L << i;
        else if (steps.get(i).fits(name)) next |= 1L << (i + 1);
      }
      return withSkipped(next);
    }

    boolean isEnd(long reached) {
      return (reached >> steps.size() & 1) != 0;
    }
  }

  private record Active(Rule rule, long reached) {}

  private final List<Active> rules;
  private final boolean cut;

  private Ignores(List<Active> rules, boolean cut) {
    this.rules = List.copyOf(rules);
    this.cut = cut;
  }

  /** Whether a name here is left out. */
  boolean leavesOut(Name name, boolean folder) {
    if (rules.isEmpty()) return false;
    for (var active : rules.reversed()) {
      var rule = active.rule;
      if (rule.foldersOnly && !folder) continue;
      if (rule.isEnd(rule.after(active.reached, name.bytes()))) return !rule.takesBack;
    }
    return false;
  }

  /** What holds in the folder of that name. */
  Ignores below(Name name) {
    if (rules.isEmpty()) return NONE;
    var left = new ArrayList<Active>();
    for (var active : rules) {
      long reached = active.rule.after(active.reached, name.bytes());
      if (reached != 0) left.add(new Active(active.rule, reached));
    }
    return new Ignores(left, false);
  }

  /** The same with the lines of a file that lies here; as many of them as are not too many. */
  Ignores with(Stream<String> lines) {
    var all = new ArrayList<>(rules);
    int bytes = 0;
    for (var active : rules) bytes += active.rule.bytes;
    for (var line : (Iterable<String>) lines::iterator) {
      var rule = rule(line);
      if (rule.isEmpty()) continue;
      bytes += rule.get().bytes;
      if (all.size() == RULES_MAX || bytes > PATTERN_BYTES_MAX) return new Ignores(all, true);
      all.add(new Active(rule.get(), rule.get().withSkipped(1)));
    }
    return new Ignores(all, false);
  }

  /** Whether lines of the file that lies here do not count. */
  boolean isCut() {
    return cut;
  }

  /** The lines of a file of these bytes. */
  static Stream<String> lines(byte[] bytes) {
    return text(bytes).lines();
  }

  /** The same of a text that people wrote into a configuration. */
  static Stream<String> lines(List<String> patterns) {
    return patterns.stream().map(one -> text(one.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static Optional<Rule> rule(String line) {
    var text = withoutSpacesAtEnd(line);
    if (text.isEmpty() || text.startsWith("#") || text.length() > LINE_MAX) return Optional.empty();
    boolean takesBack = text.startsWith("!");
    if (takesBack) text = text.substring(1);
    boolean foldersOnly = text.endsWith("/");
    if (foldersOnly) text = text.substring(0, text.length() - 1);
    boolean bound = text.contains("/");
    var steps = new ArrayList<String>();
    if (!bound) steps.add("**");
    for (var step : text.split("/")) if (!step.isEmpty()) steps.add(step);
    if (text.isEmpty() || steps.isEmpty() || steps.size() >= STEPS_MAX) return Optional.empty();
    // A line that ends so means what is in the folder, not the folder.
    if (steps.getLast().equals("**")) steps.add("*");
    var globs = steps.stream().map(one -> one.equals("**") ? Glob.ANY_FOLDERS : Glob.of(one));
    return Optional.of(new Rule(globs.toList(), foldersOnly, takesBack, text.length()));
  }

  private static String withoutSpacesAtEnd(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\r')) {
      if (end > 1 && line.charAt(end - 2) == '\\') break;
      end--;
    }
    return line.substring(0, end);
  }
}
