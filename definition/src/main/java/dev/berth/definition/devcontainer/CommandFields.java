package dev.berth.definition.devcontainer;

import dev.berth.definition.Lifecycle;
import dev.berth.definition.Lifecycle.Moment;
import dev.berth.definition.Lifecycle.Run;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Value.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the lifecycle's commands, each a text, a list or a mapping of these, and waitFor. */
final class CommandFields {
  private static final int MOST_LINE = 64 * 1024; // as long as a task's script may be
  private static final int MOST_ARGUMENTS = 256;
  private static final int MOST_AT_ONCE = 32; // each is a process beside the others

  private static final Map<String, Moment> MOMENTS = new LinkedHashMap<>();

  static {
    MOMENTS.put("initializeCommand", Moment.INITIALIZE);
    MOMENTS.put("onCreateCommand", Moment.ON_CREATE);
    MOMENTS.put("updateContentCommand", Moment.UPDATE_CONTENT);
    MOMENTS.put("postCreateCommand", Moment.POST_CREATE);
    MOMENTS.put("postStartCommand", Moment.POST_START);
  }

  private final Findings findings;
  private final Substitution substitution;
  private final boolean isEntry;

  /**
   * @param isEntry whether it is an entry of an image's metadata that is read
   */
  CommandFields(Findings findings, Substitution substitution, boolean isEntry) {
    this.findings = findings;
    this.substitution = substitution;
    this.isEntry = isEntry;
  }

  Lifecycle read(Section file) {
    file.unused(
        "initializeCommand",
        "\"initializeCommand\" would run on the machine outside the container; it is never run.",
        "Do it in \"onCreateCommand\", inside.");
    return new Lifecycle(
        entrypoints(file),
        command(file, "onCreateCommand"),
        command(file, "updateContentCommand"),
        command(file, "postCreateCommand"),
        command(file, "postStartCommand"),
        command(file, "postAttachCommand"),
        Moment.UPDATE_CONTENT);
  }

  /** Only an image's metadata has one; a file that has it is told that it does nothing. */
  private List<String> entrypoints(Section file) {
    if (!isEntry) return List.of();
    return file.text("entrypoint", MOST_LINE).filter(line -> !line.isBlank()).stream().toList();
  }

  static Optional<Moment> waitFor(Section file) {
    return file.choice("waitFor", MOMENTS);
  }

  private List<Run> command(Section file, String name) {
    var value = file.value(name);
    if (value.isEmpty()) return List.of();
    return switch (value.get()) {
      case Value.Fields _ -> atOnce(file, name);
      case Value.Items _, Scalar _ -> one(file, name).map(List::of).orElse(List.of());
    };
  }

  private List<Run> atOnce(Section file, String name) {
    var runs = new LinkedHashMap<String, Run>();
    var all = file.section(name);
    if (all.isEmpty()) return List.of();
    for (var each : file.map(name, MOST_AT_ONCE).keySet()) {
      if (all.get().value(each).filter(Value.Fields.class::isInstance).isPresent()) {
        findings.error(
            all.get().place(each),
            "A command is a text or a list of texts, and this is a mapping; it is not run.",
            "Write \"%s\": \"...\".".formatted(name));
      } else {
        one(all.get(), each).ifPresent(run -> runs.put(each, run));
      }
    }
    return runs.isEmpty() ? List.of() : List.of(new Run.AtOnce(runs));
  }

  private Optional<Run> one(Section section, String name) {
    if (section.value(name).filter(Value.Items.class::isInstance).isPresent()) {
      var argv = new ArrayList<String>();
      for (var scalar : section.texts(name, MOST_ARGUMENTS, MOST_LINE)) {
        argv.add(substitution.of(scalar.text(), scalar.place()));
      }
      return argv.isEmpty() ? Optional.empty() : Optional.of(new Run.Program(argv));
    }
    return section
        .text(name, MOST_LINE)
        .filter(line -> !line.isBlank())
        .map(line -> new Run.Shell(substitution.of(line, section.place(name))));
  }
}
