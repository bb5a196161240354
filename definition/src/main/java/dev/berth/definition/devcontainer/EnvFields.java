package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Variables;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code containerEnv} and {@code remoteEnv}. */
final class EnvFields {
  private final Findings findings;
  private final Variables variables;
  private final Substitution substitution;

  EnvFields(Findings findings, Substitution substitution) {
    this.findings = findings;
    this.variables = new Variables(findings);
    this.substitution = substitution;
  }

  Map<String, String> container(Section file) {
    var env = read(file, "containerEnv");
    env.forEach((name, value) -> {
      if (!value.contains("${containerEnv:")) return;
      findings.error(
          file.section("containerEnv").orElseThrow().place(name),
          "%s is made of the environment that it is a part of.".formatted(Quoted.text(name)),
          "Write it into \"remoteEnv\", which comes after it.");
    });
    return env;
  }

  /** A variable that is null, and so taken away, has an empty value. */
  Map<String, String> remote(Section file) {
    return read(file, "remoteEnv");
  }

  private Map<String, String> read(Section file, String name) {
    var all = new LinkedHashMap<String, String>();
    var section = file.section(name);
    if (section.isEmpty()) return all;
    variables
        .read(file, name)
        .forEach((variable, value) -> {
          boolean gone = section.get().value(variable).isEmpty();
          all.put(variable, gone ? "" : substitution.of(value, section.get().place(variable)));
        });
    return all;
  }
}
