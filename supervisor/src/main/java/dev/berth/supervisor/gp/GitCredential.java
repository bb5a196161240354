package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.supervisor.json.Fields;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What git asks when a host wants a login (gitcredentials(7)); for git, not for people. */
final class GitCredential {
  /** A question has five short lines. */
  private static final int LINES_MAX = 100;

  private GitCredential() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of("credential-helper", "Answer git's question for a login", GitCredential::run)
            .taking(0, 1, "get")
            .unseen(),
        Verb.of("git-track-command", "Does nothing; an old name", _ -> 0)
            .with(Flag.valued("gitCommand", "command", "what git runs"))
            .unseen(),
        Verb.of("git-commit-message-helper", "Does nothing; an old name", _ -> 0)
            .taking(0, Verb.ANY, "")
            .with(Flag.valued("file", "file", "the message"))
            .unseen());
  }

  /** No failure is an exit code: git would only say that the helper failed, and hide our words. */
  private static int run(Call call) throws IOException {
    var asked = read(call);
    if (!asked.containsKey("host") || !asked.containsKey("protocol")) return 0;
    try {
      switch (call.operand(0).orElse("get")) {
        case "get" -> get(call, asked);
        case "erase" -> {
          Fields told = call.door().errand("rejectedLogin", question(asked));
          call.caller().err().println("gp: " + told.text("hint"));
        }
        default -> {} // store: what was handed out is known
      }
    } catch (Problem e) {
      call.caller().err().println("gp: " + e.words());
    }
    return 0;
  }

  private static void get(Call call, Map<String, String> asked) {
    var answer = call.door().errand("login", question(asked));
    if (answer.optionalText("token").isEmpty()) {
      call.caller().err().println("gp: " + answer.text("hint"));
      return;
    }
    call.say("username=" + answer.text("user"));
    call.say("password=" + answer.text("token"));
  }

  private static Map<String, Object> question(Map<String, String> asked) {
    var question = new LinkedHashMap<String, Object>();
    question.put("protocol", asked.get("protocol"));
    question.put("host", asked.get("host"));
    return question;
  }

  private static Map<String, String> read(Call call) throws IOException {
    var asked = new HashMap<String, String>();
    var lines =
        new BufferedReader(new InputStreamReader(call.caller().in(), StandardCharsets.UTF_8));
    for (int i = 0; i < LINES_MAX; i++) {
      var line = lines.readLine();
      if (line == null || line.isEmpty()) break;
      int equals = line.indexOf('=');
      if (equals > 0) asked.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return asked;
  }
}
