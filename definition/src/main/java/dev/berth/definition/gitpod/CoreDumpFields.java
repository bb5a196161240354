package dev.berth.definition.gitpod;

import dev.berth.definition.CoreDump;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import java.util.Optional;

/** Reads {@code coreDump}. */
final class CoreDumpFields {
  private static final long MOST_BYTES = 1L << 50; // more than any disk here

  private final Findings findings;

  CoreDumpFields(Findings findings) {
    this.findings = findings;
  }

  Optional<CoreDump> read(Section file) {
    var section = file.section("coreDump");
    if (section.isEmpty()) return Optional.empty();
    var fields = section.get();
    boolean enabled = fields.truth("enabled").orElse(false);
    long hard = fields.whole("hardLimit", 0, MOST_BYTES).orElse(CoreDump.USUAL_BYTES);
    long soft =
        fields.whole("softLimit", 0, MOST_BYTES).orElse(Math.min(hard, CoreDump.USUAL_BYTES));
    fields.finish();
    if (soft > hard) {
      findings.warning(
          fields.place("softLimit"),
          "The soft limit is above the hard one; the hard one counts for both.",
          "Write a \"softLimit\" of at most %d.".formatted(hard));
    }
    return enabled ? Optional.of(new CoreDump(Math.min(soft, hard), hard)) : Optional.empty();
  }
}
