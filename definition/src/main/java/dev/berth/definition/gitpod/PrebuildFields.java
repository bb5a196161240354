package dev.berth.definition.gitpod;

import dev.berth.base.text.Quoted;
import dev.berth.definition.Prebuilds;
import dev.berth.definition.Prebuilds.Check;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Value.Scalar;
import java.util.Optional;

/** Reads {@code github.prebuilds}. */
final class PrebuildFields {
  /** What {@code addLabel: true} puts on a pull request. */
  private static final String USUAL_LABEL = "prebuilt-in-gitpod";

  private final Findings findings;

  PrebuildFields(Findings findings) {
    this.findings = findings;
  }

  Prebuilds read(Section file) {
    var github = file.section("github");
    if (github.isEmpty()) return Prebuilds.USUAL;
    var prebuilds = prebuilds(github.get());
    github.get().finish();
    return prebuilds;
  }

  private static boolean isTruth(Section section, String name) {
    return section.value(name).filter(value -> isTruth(value)).isPresent();
  }

  private static boolean isTruth(Value value) {
    return value instanceof Scalar(_, var type, _) && type == Value.Type.BOOLEAN;
  }

  private Prebuilds prebuilds(Section github) {
    if (isTruth(github, "prebuilds")) {
      return github.truth("prebuilds").orElse(true) ? Prebuilds.USUAL : Prebuilds.NONE;
    }
    var fields = github.section("prebuilds");
    if (fields.isEmpty()) return Prebuilds.USUAL;
    var usual = Prebuilds.USUAL;
    var section = fields.get();
    var read =
        new Prebuilds(
            section.truth("master").orElse(usual.defaultBranch()),
            section.truth("branches").orElse(usual.branches()),
            section.truth("pullRequests").orElse(usual.pullRequests()),
            section.truth("pullRequestsFromForks").orElse(usual.forks()),
            check(section),
            section.truth("addBadge").orElse(usual.badge()),
            section.truth("addComment").orElse(usual.comment()),
            label(section));
    section.finish();
    return read;
  }

  private Check check(Section section) {
    if (isTruth(section, "addCheck")) {
      return section.truth("addCheck").orElse(true) ? Check.ON : Check.OFF;
    }
    var word = section.text("addCheck", 64);
    if (word.isEmpty()) return Prebuilds.USUAL.check();
    if (word.get().equals("prevent-merge-on-error")) return Check.PREVENTS_MERGE;
    findings.error(
        section.place("addCheck"),
        "\"addCheck\" cannot be %s.".formatted(Quoted.text(word.get())),
        "Write true, false or \"prevent-merge-on-error\".");
    return Prebuilds.USUAL.check();
  }

  private static Optional<String> label(Section section) {
    if (isTruth(section, "addLabel")) {
      return section.truth("addLabel").filter(wanted -> wanted).map(_ -> USUAL_LABEL);
    }
    return section.label("addLabel");
  }
}
