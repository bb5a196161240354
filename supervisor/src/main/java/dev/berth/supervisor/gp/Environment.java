package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The variables that control keeps for the user: for the next start, or by eval for now. */
final class Environment {
  private Environment() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of("env", "Show, set and unset the variables that are kept for you", Environment::run)
            .taking(0, Verb.ANY, "[NAME[=VALUE]...]")
            .with(
                Flag.of('e', "export", "print commands for a shell: eval \"$(gp env -e)\""),
                Flag.of('u', "unset", "forget the named ones"),
                Flag.valued(
                    's',
                    "scope",
                    "repo|user",
                    "for workspaces of this repository (default), or of all repositories")));
  }

  private static int run(Call call) {
    var scope = call.option("scope").orElse("repo");
    if (!List.of("repo", "user", "legacy-user").contains(scope)) {
      throw new Problem.Invalid(
          "\"%s\" is no scope.".formatted(scope), "Say --scope repo or --scope user.");
    }
    boolean everywhere = !scope.equals("repo");
    if (call.operands().isEmpty()) {
      if (call.has("unset")) {
        throw new Problem.Invalid("gp env -u needs a name.", "See gp env --help.");
      }
      for (var variable : call.door().errand("listVariables").list("variables", f -> f)) {
        print(call, variable.text("name"), variable.text("value"));
      }
      return 0;
    }
    if (call.has("unset")) return unset(call, everywhere);
    var set = parsed(call);
    set.forEach((name, value) -> {
      call.door()
          .errand("setVariable", Map.of("name", name, "value", value, "everywhere", everywhere));
      print(call, name, value);
    });
    return 0;
  }

  private static int unset(Call call, boolean everywhere) {
    for (var name : call.operands()) {

      call.door().errand("unsetVariable", Map.of("name", name, "everywhere", everywhere));
      if (call.has("export")) call.say("unset " + name);
    }
    return 0;
  }

  /** All of them first, so that none is set where one is wrong. */
  private static Map<String, String> parsed(Call call) {
    var set = new LinkedHashMap<String, String>();
    for (var word : call.operands()) {
      int equals = word.indexOf('=');
      if (equals <= 0) {
        throw new Problem.Invalid(
            "\"%s\" sets nothing.".formatted(word), "Write NAME=VALUE, or gp env -u NAME.");
      }
      set.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return set;
  }

  /** Quoted so that a shell takes the value as it is, whatever is in it. */
  private static void print(Call call, String name, String value) {
    call.say(
        call.has("export")
            ? "export %s='%s'".formatted(name, value.replace("'", "'\\''"))
            : name + "=" + value);
  }
}
