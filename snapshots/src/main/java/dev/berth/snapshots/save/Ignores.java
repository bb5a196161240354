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
  static final Ignores NONE = new Ignores(List.of());

  /** The name of the files that say it. */
  static final Name FILE = Name.of(".berthignore");

  /** All workspaces of a machine are saved in turn: one must not take the time of the others. */
  static final int RULES_MAX = 200;

  /** One bit for each and one for the end. */
  private static final int STEPS_MAX = 62;

  private static final int LINE_MAX = 4096;

  /**
   * A line.
   *
   * @param steps names or patterns of them; {@code **} for any number of folders
   */
  private record Rule(List<String> steps, boolean foldersOnly, boolean takesBack) {
    boolean isAny(int step) {
      return steps.get(step).equals("**");
    }

    /** The steps that are reached where {@code reached} are, as {@code **} may mean no folder. */
    long withSkipped(long reached) {
      for (int i = 0; i < steps.size(); i++) {
        if ((reached >> i & 1) != 0 && isAny(i)) reached |= 1L << (i + 1);
      }
      return reached;
    }

    long after(long reached, String name) {
      long next = 0;
      for (int i = 0; i < steps.size(); i++) {
        if ((reached >> i & 1) == 0) continue;
        if (isAny(i)) next |= 1L << i;
        else if (fits(steps.get(i), name)) next |= 1L << (i + 1);
      }
      return withSkipped(next);
    }

    boolean isEnd(long reached) {
      return (reached >> steps.size() & 1) != 0;
    }
  }

  private record Active(Rule rule, long reached) {}

  private final List<Active> rules;

  private Ignores(List<Active> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Whether a name here is left out. */
  boolean leavesOut(Name name, boolean folder) {
    if (rules.isEmpty()) return false;
    var text = text(name.bytes());
    for (var active : rules.reversed()) {
      var rule = active.rule;
      if (rule.foldersOnly && !folder) continue;
      if (rule.isEnd(rule.after(active.reached, text))) return !rule.takesBack;
    }
    return false;
  }

  /** What holds in the folder of that name. */
  Ignores below(Name name) {
    if (rules.isEmpty()) return NONE;
    var text = text(name.bytes());
    var left = new ArrayList<Active>();
    for (var active : rules) {
      long reached = active.rule.after(active.reached, text);
      if (reached != 0) left.add(new Active(active.rule, reached));
    }
    return new Ignores(left);
  }

  /** The same with the lines of a file that lies here; as many of them as are not too many. */
  Ignores with(Stream<String> lines) {
    var all = new ArrayList<>(rules);
    lines
        .flatMap(line -> rule(line).stream())
        .limit(Math.max(0, RULES_MAX - rules.size()))
        .forEach(rule -> all.add(new Active(rule, rule.withSkipped(1))));
    return new Ignores(all);
  }

  boolean isFull() {
    return rules.size() >= RULES_MAX;
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
    return Optional.of(new Rule(List.copyOf(steps), foldersOnly, takesBack));
  }

  private static String withoutSpacesAtEnd(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\r')) {
      if (end > 1 && line.charAt(end - 2) == '\\') break;
      end--;
    }
    return line.substring(0, end);
  }

  /**
   * Whether a name is of a pattern: {@code *}, {@code ?}, {@code [a-z]}, {@code \} before what is
   * meant as it is. After a star that turns out too short only that star is made longer, so it
   * takes the product of both lengths at most.
   */
  private static boolean fits(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int starAt = 0;
    while (n < name.length()) {
      int next = p < pattern.length() && pattern.charAt(p) != '*' ? one(pattern, p, name, n) : -1;
      if (next >= 0) {
        p = next;
        n++;
      } else if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        starAt = n;
      } else if (star >= 0) {
        p = star + 1;
        n = ++starAt;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') p++;
    return p == pattern.length();
  }

  /** Where the pattern goes on behind what stands for one letter; -1 where that is another. */
  private static int one(String pattern, int p, String name, int n) {
    char letter = name.charAt(n);
    char wanted = pattern.charAt(p);
    if (wanted == '?') return p + 1;
    if (wanted == '\\' && p + 1 < pattern.length()) {
      return pattern.charAt(p + 1) == letter ? p + 2 : -1;
    }
    int end = wanted == '[' ? pattern.indexOf(']', p + 2) : -1;
    if (end < 0) return wanted == letter ? p + 1 : -1;
    return isAmong(pattern.substring(p + 1, end), letter) ? end + 1 : -1;
  }

  private static boolean isAmong(String letters, char letter) {
    boolean not = letters.startsWith("!") || letters.startsWith("^");
    for (int i = not ? 1 : 0; i < letters.length(); i++) {
      char first = letters.charAt(i);
      boolean range = i + 2 < letters.length() && letters.charAt(i + 1) == '-';
      char last = range ? letters.charAt(i + 2) : first;
      if (range) i += 2;
      if (first <= letter && letter <= last) return !not;
    }
    return not;
  }
}
