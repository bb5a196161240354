package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.Container.Needs;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Value.Scalar;
import java.util.regex.Pattern;

/** Reads {@code hostRequirements}. */
final class NeedsFields {
  private static final int MOST_CPUS = 1024;

  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,12})([tgmk]b)?");

  private final Findings findings;

  NeedsFields(Findings findings) {
    this.findings = findings;
  }

  Needs read(Section file) {
    var section = file.section("hostRequirements");
    if (section.isEmpty()) return Needs.NONE;
    var fields = section.get();
    int cpus = fields.whole("cpus", 1, MOST_CPUS).map(Long::intValue).orElse(0);
    var needs = new Needs(cpus, bytes(fields, "memory"), bytes(fields, "storage"), gpu(fields));
    fields.finish();
    return needs;
  }

  private long bytes(Section section, String name) {
    var value = section.value(name);
    if (value.isEmpty()) return 0;
    if (value.get() instanceof Scalar(_, var type, var text) && type != Value.Type.BOOLEAN) {
      var amount = AMOUNT.matcher(text);
      if (amount.matches()) {
        var unit = amount.group(2);
        int shift = unit == null ? 0 : 10 * ("kmgt".indexOf(unit.charAt(0)) + 1);
        long number = Long.parseLong(amount.group(1));
        if (number <= Long.MAX_VALUE >> shift) return number << shift;
      }
    }
    findings.error(
        value.get().place(),
        "%s is no amount; it is not used.".formatted(Quoted.text(name)),
        "Write a text such as \"8gb\", with kb, mb, gb or tb.");
    return 0;
  }

  private boolean gpu(Section section) {
    var value = section.value("gpu");
    if (value.isEmpty()) return false;
    boolean needed =
        switch (value.get()) {
          case Scalar(_, var type, var text) -> type == Value.Type.BOOLEAN && text.equals("true");
          case Value.Fields _ -> true;
          case Value.Items _ -> false;
        };
    boolean wished = value.get() instanceof Scalar(_, _, var text) && text.equals("optional");
    if (needed) {
      findings.error(
          value.get().place(),
          "A workspace has no graphics processor.",
          "Write \"optional\", and let the programs do without.");
    } else if (!wished
        && !(value.get() instanceof Scalar(_, var type, _) && type == Value.Type.BOOLEAN)) {
      findings.error(
          value.get().place(),
          "\"gpu\" cannot be that; it is not used.",
          "Write true, false, \"optional\" or a mapping.");
    }
    return needed;
  }
}
