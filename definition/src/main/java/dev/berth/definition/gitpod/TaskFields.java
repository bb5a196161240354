package dev.berth.definition.gitpod;

import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Variables;
import dev.berth.protocol.inside.TaskPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code tasks}. */
final class TaskFields {
  private static final int MOST = 64; // each opens a terminal and a shell
  private static final int MOST_SCRIPT = 64 * 1024; // it is typed into a terminal

  /**
   * All scripts together, in characters: aliases let a file of 1 MiB name the same script often.
   */
  private static final int MOST_TOGETHER = 1 << 20;

  private final Findings findings;
  private final Variables variables;
  private int together;

  TaskFields(Findings findings, Variables variables) {
    this.findings = findings;
    this.variables = variables;
  }

  List<TaskPlan> read(Section file) {
    var plans = new ArrayList<TaskPlan>();
    for (var item : file.items("tasks", MOST)) {
      if (item instanceof Value.Fields fields) {
        plans.add(task(new Section(fields, "in a task", findings)));
      } else {
        findings.error(
            item.place(),
            "A task is a mapping, and this is %s; it is not run.".formatted(item.kind()),
            "Write \"- command: ...\".");
      }
    }
    return plans;
  }

  private TaskPlan task(Section task) {
    var name = task.label("name");
    var before = script(task, "before");
    var init = script(task, "init");
    var command = script(task, "command");
    var prebuild = script(task, "prebuild");
    task.unused(
        "prebuild",
        "\"prebuild\" is deprecated and runs in prebuilds only.",
        "Write it into \"init\", which also runs where there was no prebuild.");
    var env = variables.read(task, "env");
    var openIn = task.choice("openIn", words("bottom", "main", "left", "right"));
    var openMode =
        task.choice(
            "openMode",
            words(
                "tab-before",
                "tab-after",
                "split-left",
                "split-right",
                "split-top",
                "split-bottom"));
    task.finish();
    return new TaskPlan(
        name, before, init, prebuild, Optional.empty(), command, env, openIn, openMode);
  }

  private Optional<String> script(Section task, String name) {
    var script = task.text(name, MOST_SCRIPT).filter(text -> !text.isBlank());
    together += script.map(String::length).orElse(0);
    if (together <= MOST_TOGETHER) return script;
    findings.error(
        task.place(name),
        "The scripts of all tasks are longer than 1 MiB; this one is not run.",
        "Move them into files of the repository.");
    return Optional.empty();
  }

  private static Map<String, String> words(String... words) {
    var all = new LinkedHashMap<String, String>();
    for (var word : words) all.put(word, word);
    return all;
  }
}
