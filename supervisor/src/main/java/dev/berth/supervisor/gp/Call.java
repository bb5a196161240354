package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.base.text.NearName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A command as it was called: its options and operands, read whole, and who called. */
record Call(Verb verb, Map<String, String> options, List<String> operands, Caller caller) {
  Call {
    options = Map.copyOf(options);
    operands = List.copyOf(operands);
  }

  /** Reads {@code words}; options may stand anywhere before {@code --}, letters may be joined. */
  static Call read(Verb verb, List<String> words, Caller caller) {
    var options = new HashMap<String, String>();
    var operands = new ArrayList<String>();
    for (int i = 0; i < words.size(); i++) {
      var word = words.get(i);
      if (word.equals("--")) {
        operands.addAll(words.subList(i + 1, words.size()));
        break;
      }
      if (word.startsWith("--")) {
        int equals = word.indexOf('=');
        var flag = named(verb, equals < 0 ? word.substring(2) : word.substring(2, equals));
        if (equals >= 0) options.put(flag.name(), word.substring(equals + 1));
        else if (flag.value().isEmpty()) options.put(flag.name(), "true");
        else options.put(flag.name(), value(words, ++i, word));
      } else if (word.startsWith("-") && word.length() > 1) {
        for (int at = 1; at < word.length(); at++) {
          var flag = lettered(verb, word.charAt(at));
          if (flag.value().isEmpty()) {
            options.put(flag.name(), "true");
          } else {
            boolean joined = at + 1 < word.length();
            options.put(flag.name(), joined ? word.substring(at + 1) : value(words, ++i, word));
            break;
          }
        }
      } else {
        operands.add(word);
      }
    }
    if (operands.size() < verb.least() || operands.size() > verb.most()) {
      throw new Problem.Invalid(
          operands.size() < verb.least()
              ? "gp %s needs %s.".formatted(verb.name(), verb.operands())
              : "gp %s does not take \"%s\".".formatted(verb.name(), operands.get(verb.most())),
          help(verb));
    }
    return new Call(verb, options, operands, caller);
  }

  private static String value(List<String> words, int at, String flag) {
    if (at < words.size()) return words.get(at);
    throw new Problem.Invalid("%s needs a value.".formatted(flag), "Give it after a space.");
  }

  private static Flag named(Verb verb, String name) {
    return verb.flags().stream()
        .filter(flag -> flag.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(verb, "--" + name));
  }

  private static Flag lettered(Verb verb, char letter) {
    return verb.flags().stream()
        .filter(flag -> flag.letter().equals(Optional.of(letter)))
        .findFirst()
        .orElseThrow(() -> unknown(verb, "-" + letter));
  }

  private static Problem unknown(Verb verb, String word) {
    var names = verb.flags().stream().map(flag -> "--" + flag.name()).toList();
    return new Problem.Invalid(
        "gp %s has no option %s.".formatted(verb.name(), word),
        NearName.of(word, names).map("Did you mean %s?"::formatted).orElse(help(verb)));
  }

  private static String help(Verb verb) {
    return "See gp %s --help.".formatted(verb.name());
  }

  boolean has(String flag) {
    return options.containsKey(flag) && !"false".equals(options.get(flag));
  }

  Optional<String> option(String flag) {
    return Optional.ofNullable(options.get(flag));
  }

  Optional<String> operand(int index) {
    return index < operands.size() ? Optional.of(operands.get(index)) : Optional.empty();
  }

  void say(String line) {
    caller.out().println(line);
  }

  /** The supervisor. */
  Door door() {
    return Door.of(caller);
  }
}
