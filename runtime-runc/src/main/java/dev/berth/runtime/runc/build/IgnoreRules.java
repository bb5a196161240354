package dev.berth.runtime.runc.build;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A .dockerignore file: which of a context's files a build does not see. The last rule wins. */
final class IgnoreRules {
  /** Of a file of ours, not of its author's: matching each of them with each path takes time. */
  private static final int MOST_RULES = 500;

  /** A few seconds of matching. */
  private static final long MOST_WORK = 4_000_000;

  private record Rule(Glob glob, boolean keeps) {}

  private final List<Rule> rules;

  private IgnoreRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  static IgnoreRules read(String text) {
    var rules = new ArrayList<Rule>();
    for (var line : text.lines().toList()) {
      if (line.startsWith("#")) continue;
      var pattern = line.strip();
      boolean keeps = pattern.startsWith("!");
      var clean = clean(keeps ? pattern.substring(1).strip() : pattern);
      if (!clean.isEmpty()) rules.add(new Rule(Glob.of(clean), keeps));
    }
    return new IgnoreRules(rules);
  }

  private static String clean(String pattern) {
    var parts = new ArrayDeque<String>();
    for (var part : pattern.split("/")) {
      if (part.isEmpty() || part.equals(".")) continue;
      if (part.equals("..")) parts.pollLast();
      else parts.add(part);
    }
    return String.join("/", parts);
  }

  /**
   * Whether they can be applied to that many files in a short time. Where not, all files count: an
   * image may be built once too often, but none is taken for another.
   */
  boolean affordable(int files) {
    return rules.size() <= MOST_RULES && (long) rules.size() * files <= MOST_WORK;
  }

  /** Whether the file at {@code path}, which has no slash at its begin, is left out. */
  boolean ignore(String path) {
    boolean ignored = false;
    for (var rule : rules) {
      if (rule.keeps() == ignored && rule.glob().covers(path)) ignored = !rule.keeps();
    }
    return ignored;
  }
}
