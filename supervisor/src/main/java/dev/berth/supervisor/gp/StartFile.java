package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** Writes a first {@code .gitpod.yml}. */
final class StartFile {
  private static final String FILE = ".gitpod.yml";
  private static final String DOCKERFILE = ".gitpod.Dockerfile";

  private StartFile() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of("init", "Write a first .gitpod.yml for this repository", StartFile::run)
            .with(Flag.of('i', "interactive", "ask what to put into it")));
  }

  private record Answers(
      String image, boolean dockerfile, String init, String command, String ports) {}

  private static int run(Call call) throws IOException, InterruptedException {
    var file = call.caller().folder().resolve(FILE);
    if (Files.exists(file)) {
      throw new Problem.Conflict(
          "%s is there already.".formatted(file), "Edit it, then check it: gp validate");
    }
    var answers =
        call.has("interactive")
            ? ask(call)
            : new Answers("", false, "echo \"install and build here\"", "echo \"start here\"", "");
    Files.writeString(file, text(answers));
    call.say("Wrote " + file);
    var dockerfile = call.caller().folder().resolve(DOCKERFILE);
    if (answers.dockerfile() && !Files.exists(dockerfile)) {
      Files.writeString(
          dockerfile,
          "FROM debian:12\n\n# Install what the workspace needs, for example:\n# RUN apt-get update && apt-get install -y make\n");
      call.say("Wrote " + dockerfile);
    }
    if (call.caller().variable("GP_OPEN_EDITOR").isEmpty()) return 0;
    return Editor.run(
        call, Editor.program(call, "GP_OPEN_EDITOR", "open files"), List.of(file.toString()));
  }

  private static Answers ask(Call call) throws IOException {
    var answers =
        new BufferedReader(new InputStreamReader(call.caller().in(), StandardCharsets.UTF_8));
    var image = ask(call, answers, "Image (empty: the default; \"Dockerfile\": one of your own)");
    boolean dockerfile = image.equalsIgnoreCase("dockerfile");
    return new Answers(
        dockerfile ? "" : image,
        dockerfile,
        ask(call, answers, "Command once, to install and build (init)"),
        ask(call, answers, "Command at each start (command)"),
        ask(call, answers, "Ports that it serves, with commas"));
  }

  private static String ask(Call call, BufferedReader answers, String question) throws IOException {
    call.caller().out().print(question + ": ");
    call.caller().out().flush();
    var answer = answers.readLine();
    return answer == null ? "" : answer.strip();
  }

  private static String text(Answers answers) {
    var text =
        new StringBuilder(
            "# What a workspace of this repository has and does. Check it with: gp validate\n");
    if (answers.dockerfile()) text.append("image:\n  file: ").append(DOCKERFILE).append('\n');
    if (!answers.image().isEmpty())
      text.append("image: ").append(quoted(answers.image())).append('\n');
    if (!answers.init().isEmpty() || !answers.command().isEmpty()) {
      text.append("\ntasks:\n");
      var lead = "  - ";
      if (!answers.init().isEmpty()) {
        text.append(lead).append("init: ").append(quoted(answers.init())).append('\n');
        lead = "    ";
      }
      if (!answers.command().isEmpty()) {
        text.append(lead).append("command: ").append(quoted(answers.command())).append('\n');
      }
    }
    var ports = answers.ports().split("[, ]+");
    if (!answers.ports().isEmpty()) {
      text.append("\nports:\n");
      for (var port : ports) {
        text.append("  - port: ").append(Facts.port(port)).append("\n    onOpen: notify\n");
      }
    }
    return text.toString();
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'"; // YAML's way, in which nothing else is special
  }
}
