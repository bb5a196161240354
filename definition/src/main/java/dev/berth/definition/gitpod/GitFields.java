package dev.berth.definition.gitpod;

import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code gitConfig}. */
final class GitFields {
  private static final int MOST = 256; // each is an argument of git
  private static final int MOST_NAME = 256;
  private static final int MOST_VALUE = 4096;

  /** As git's own: a section, perhaps a subsection, and a name that begins with a letter. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9-]+(\\.[^\\n\\r\0=]+)?\\.[A-Za-z][A-Za-z0-9-]*");

  private final Findings findings;

  GitFields(Findings findings) {
    this.findings = findings;
  }

  Map<String, String> read(Section file) {
    var settings = new LinkedHashMap<String, String>();
    file.map("gitConfig", MOST)
        .forEach((name, field) -> {
          if (!(field.value() instanceof Value.Scalar scalar)) {
            findings.error(
                field.value().place(),
                "The git setting %s is %s; it is not used."
                    .formatted(Quoted.text(name), field.value().kind()),
                "Write a text.");
          } else if (!NAME.matcher(name).matches() || name.length() > MOST_NAME) {
            findings.error(
                field.name(),
                "%s is no name of a git setting; it is not used.".formatted(Quoted.text(name)),
                "Write section and name, for example \"core.autocrlf\".");
          } else if (file.fits(scalar, MOST_VALUE)) {
            settings.put(name, scalar.text());
          }
        });
    return settings;
  }
}
