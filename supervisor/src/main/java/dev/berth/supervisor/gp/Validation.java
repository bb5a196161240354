package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.definition.Finding;
import dev.berth.definition.gitpod.GitpodYml;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/** Reads {@code .gitpod.yml} as a start of a workspace does, and tells what it finds. */
final class Validation {
  /** Far more than anyone writes; the reader has the same bound. */
  private static final long BYTES_MAX = 1 << 20;

  private Validation() {}

  static List<Verb> verbs() {
    var validate =
        Verb.of(
                "validate",
                "Check .gitpod.yml: what is wrong, at its line and column",
                Validation::run)
            .taking(0, 1, "[folder]");
    return List.of(validate, validate.alsoCalled("rebuild"));
  }

  private static int run(Call call) throws IOException {
    var folder =
        call.operand(0).map(call.caller().folder()::resolve).orElseGet(call.caller()::repository);
    var file = folder.resolve(GitpodYml.FILE);
    if (!Files.isRegularFile(file)) {
      throw new Problem.Missing(
          "There is no %s in %s.".formatted(GitpodYml.FILE, folder), "Write one: gp init");
    }
    if (Files.size(file) > BYTES_MAX) {
      throw new Problem.Invalid("%s is larger than 1 MiB.".formatted(file), "Make it smaller.");
    }
    var definition = GitpodYml.read(Files.readAllBytes(file));
    for (var finding : definition.findings()) {
      call.say(
          "%s:%d:%d: %s: %s %s"
              .formatted(
                  finding.file(),
                  finding.line(),
                  finding.column(),
                  finding.severity().name().toLowerCase(Locale.ROOT),
                  finding.what(),
                  finding.remedy()));
    }
    if (definition.findings().isEmpty()) call.say("%s is valid.".formatted(file));
    return definition.findings().stream()
            .anyMatch(finding -> finding.severity() == Finding.Severity.ERROR)
        ? 1
        : 0;
  }
}
