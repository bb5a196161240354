package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Scripts by which shells complete the command's words; made of the same table as the help. */
final class Completion {
  private Completion() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of(
                "completion",
                "Print a script that completes gp's words in a shell",
                Completion::run)
            .taking(1, 1, "<bash|zsh|fish>"));
  }

  private static int run(Call call) {
    var verbs = Gp.verbs().stream().filter(verb -> !verb.hidden()).toList();
    call.say(
        switch (call.operand(0).orElseThrow()) {
          case "bash" -> bash(verbs);
          case "zsh" -> "autoload -U +X bashcompinit && bashcompinit\n" + bash(verbs);
          case "fish" -> fish(verbs);
          default ->
              throw new Problem.Invalid(
                  "There is no completion for that shell.", "Say bash, zsh or fish.");
        });
    return 0;
  }

  private static String first(List<Verb> verbs) {
    return verbs.stream()
        .map(verb -> verb.name().split(" ")[0])
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(" "));
  }

  private static String flags(Verb verb) {
    return verb.flags().stream().map(flag -> " --" + flag.name()).collect(Collectors.joining());
  }

  private static String bash(List<Verb> verbs) {
    var cases = new StringBuilder();
    var groups = new TreeSet<String>();
    for (var verb : verbs) {
      int space = verb.name().indexOf(' ');
      if (space > 0) groups.add(verb.name().substring(0, space));
      cases.append("    \"%s\") words=\"--help%s\" ;;\n".formatted(verb.name(), flags(verb)));
    }
    for (var group : groups) {
      var second =
          verbs.stream()
              .map(Verb::name)
              .filter(name -> name.startsWith(group + " "))
              .map(name -> name.substring(group.length() + 1))
              .collect(Collectors.joining(" "));
      cases.append("    \"%s\") words=\"%s\" ;;\n".formatted(group, second));
    }
    return """
    _gp() {
      local word="${COMP_WORDS[COMP_CWORD]}" words="" path="${COMP_WORDS[1]}"
      case "$path" in
        %s) [ "$COMP_CWORD" -gt 2 ] && path="$path ${COMP_WORDS[2]}" ;;
      esac
      if [ "$COMP_CWORD" -le 1 ]; then
        words="%s"
      else
        case "$path" in
    %s    esac
      fi
      COMPREPLY=($(compgen -W "$words" -- "$word"))
      [ ${#COMPREPLY[@]} -eq 0 ] && [[ "$word" != -* ]] && COMPREPLY=($(compgen -f -- "$word"))
    }
    complete -F _gp gp berth\
    """
        .formatted(String.join("|", groups), first(verbs), cases);
  }

  private static String fish(List<Verb> verbs) {
    var script = new StringBuilder();
    for (var program : List.of("gp", "berth")) {
      for (var verb : verbs) {
        var words = verb.name().split(" ");
        var summary = verb.summary().replace("'", "");
        if (words.length == 1) {
          script.append(
              "complete -c %s -f -n __fish_use_subcommand -a %s -d '%s'\n"
                  .formatted(program, words[0], summary));
        } else {
          script.append(
              "complete -c %s -f -n __fish_use_subcommand -a %s\n".formatted(program, words[0]));
          script.append(
              "complete -c %s -f -n '__fish_seen_subcommand_from %s' -a %s -d '%s'\n"
                  .formatted(program, words[0], words[1], summary));
        }
        for (var flag : verb.flags()) {
          script.append(
              "complete -c %s -n '__fish_seen_subcommand_from %s' -l %s -d '%s'\n"
                  .formatted(program, words[0], flag.name(), flag.words().replace("'", "")));
        }
      }
    }
    return script.toString().stripTrailing();
  }
}
