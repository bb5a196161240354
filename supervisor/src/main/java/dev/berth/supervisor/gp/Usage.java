package dev.berth.supervisor.gp;

import java.io.PrintStream;
import java.util.List;

/** The help, made of the table of commands. */
final class Usage {
  private Usage() {}

  static List<Verb> verbs() {
    return List.of(Verb.of("docs", "Print the help of all commands", Usage::docs));
  }

  static int all(List<Verb> verbs, PrintStream to) {
    to.println("gp works on this workspace from inside. Usage: gp <command> [options]");
    to.println();
    var shown = verbs.stream().filter(verb -> !verb.hidden()).toList();
    int width = shown.stream().mapToInt(verb -> verb.name().length()).max().orElse(0);
    for (var verb : shown) {
      to.println("  " + padded(verb.name(), width) + "  " + verb.summary());
    }
    to.println();
    to.println("gp <command> --help says more of one.");
    return 0;
  }

  static int of(Verb verb, PrintStream to) {
    to.println(verb.summary() + ".");
    to.println();
    var flags = verb.flags().isEmpty() ? "" : " [options]";
    var operands = verb.operands().isEmpty() ? "" : " " + verb.operands();
    to.println("Usage: gp " + verb.name() + flags + operands);
    if (verb.flags().isEmpty()) return 0;
    to.println();
    int width = verb.flags().stream().mapToInt(flag -> words(flag).length()).max().orElse(0);
    for (var flag : verb.flags()) {
      to.println("  " + padded(words(flag), width) + "  " + flag.words());
    }
    return 0;
  }

  private static String words(Flag flag) {
    return flag.letter().map(letter -> "-" + letter + ", ").orElse("    ")
        + "--"
        + flag.name()
        + flag.value().map(value -> " <" + value + ">").orElse("");
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static int docs(Call call) {
    var out = call.caller().out();
    for (var verb : Gp.verbs()) {
      if (verb.hidden()) continue;
      out.println("gp " + verb.name());
      out.println();
      of(verb, out);
      out.println();
    }
    return 0;
  }
}
