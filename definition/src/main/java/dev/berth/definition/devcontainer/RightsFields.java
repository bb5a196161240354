package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.devcontainer.Stated.Rights;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value.Scalar;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads what asks for more rights: {@code privileged}, {@code capAdd}, {@code securityOpt}, {@code
 * runArgs}. A workspace's rights are the same for all: what asks for more is refused by name.
 */
final class RightsFields {
  private static final int MOST = 64;
  private static final int MOST_TEXT = 1024;

  private static final String SHARED = "a workspace shares its machine with those of others";

  /** Arguments of docker run that give rights or show the machine. */
  private static final List<String> REFUSED =
      List.of(
          "--privileged",
          "--device",
          "--pid",
          "--ipc",
          "--userns",
          "--uts",
          "--network",
          "--net",
          "--volume",
          "-v",
          "--mount",
          "--gpus",
          "--runtime",
          "--add-host");

  private final Findings findings;

  RightsFields(Findings findings) {
    this.findings = findings;
  }

  Rights read(Section file) {
    boolean init = file.truth("init").orElse(false); // process 1 always takes care of orphans
    boolean privileged = file.truth("privileged").orElse(false);
    if (privileged) {
      findings.error(
          file.place("privileged"),
          "\"privileged\" is refused: %s.".formatted(SHARED),
          "Remove it; sudo works inside. Containers in a workspace need Docker's rootless mode.");
    }
    var capAdd = texts(file, "capAdd");
    for (var cap : capAdd) {
      findings.warning(
          cap.place(),
          "The capability %s is not added: %s.".formatted(Quoted.text(cap.text()), SHARED),
          cap.text().contains("SYS_PTRACE")
              ? "Remove it; debuggers reach their user's own processes without it."
              : "Remove it, and see whether the programs need it.");
    }
    var securityOpt = texts(file, "securityOpt");
    for (var option : securityOpt) {
      findings.warning(
          option.place(),
          "The security option %s is refused: %s.".formatted(Quoted.text(option.text()), SHARED),
          "Remove it, and see whether the programs need it.");
    }
    runArgs(file);
    return new Rights(init, privileged, names(capAdd), names(securityOpt));
  }

  private void runArgs(Section file) {
    boolean value = false;
    for (var argument : texts(file, "runArgs")) {
      var text = argument.text().strip();
      if (!text.startsWith("-")) {
        if (!value) unused(argument, text);
        value = false; // of the argument before it, which was told
        continue;
      }
      var name = text.contains("=") ? text.substring(0, text.indexOf('=')) : text;
      if (name.equals("--init")) continue; // process 1 always takes care of orphans
      value = !text.contains("=");
      if (REFUSED.contains(name)) {
        findings.error(
            argument.place(),
            "The argument %s is refused: %s.".formatted(Quoted.text(name), SHARED),
            "Remove it.");
      } else if (name.equals("--cap-add") || name.equals("--security-opt")) {
        findings.warning(
            argument.place(),
            "The argument %s is refused: %s.".formatted(Quoted.text(name), SHARED),
            "Remove it; debuggers reach their user's own processes without it.");
      } else {
        unused(argument, name);
      }
    }
  }

  private void unused(Scalar argument, String name) {
    findings.warning(
        argument.place(),
        "Containers are not run by Docker; its argument %s is not used."
            .formatted(Quoted.text(name)),
        "Use \"containerEnv\", \"forwardPorts\" or \"hostRequirements\" where one of them says the same.");
  }

  private static List<Scalar> texts(Section file, String name) {
    return file.texts(name, MOST, MOST_TEXT);
  }

  private static Set<String> names(List<Scalar> scalars) {
    var names = new LinkedHashSet<String>();
    scalars.forEach(scalar -> names.add(scalar.text()));
    return names;
  }
}
