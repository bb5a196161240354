package dev.berth.definition.reading;

import dev.berth.base.text.Quoted;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the name of an image to pull. */
public final class ImageReference {
  private static final int MOST = 512; // a registry's host and path, a tag and a digest

  private static final Pattern LETTERS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]*");

  private ImageReference() {}

  /** The reference at {@code name}; what has other letters than one is told. */
  public static Optional<String> read(Section section, String name, Findings findings) {
    var reference = section.text(name, MOST).map(String::strip);
    if (reference.isEmpty() || isOne(reference.get())) return reference;
    findings.error(
        section.place(name),
        "%s is no image reference; the default image is used."
            .formatted(Quoted.text(reference.get())),
        "Write it like \"debian:12\" or \"registry.example.com/team/image:tag\".");
    return Optional.empty();
  }

  /** Whether it has the letters of one. */
  public static boolean isOne(String text) {
    return text.length() <= MOST && LETTERS.matcher(text).matches();
  }
}
