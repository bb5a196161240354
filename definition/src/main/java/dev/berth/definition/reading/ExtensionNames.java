package dev.berth.definition.reading;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.definition.reading.Value.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads lists of VS Code extensions. */
public final class ExtensionNames {
  private static final int MOST = 100; // each takes seconds at a first start
  private static final int LONGEST = 1024; // an address; longer is no name of anything

  /** {@code publisher.name}, with a version or not; old files have a colon and a hash behind. */
  private static final Pattern NAME =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9_-]{0,127}\\.[A-Za-z0-9][A-Za-z0-9._-]{0,127}(@[0-9A-Za-z.+-]{1,64})?(:[!-~]{0,200})?");

  private static final Pattern ADDRESS =
      Pattern.compile("https?://[!-~]{1,1000}", Pattern.CASE_INSENSITIVE);

  private final Findings findings;

  public ExtensionNames(Findings findings) {
    this.findings = findings;
  }

  /** Those of the list; names are compared as the registries do, without regard to capitals. */
  public List<String> read(Section section, String name) {
    return read(section, name, _ -> false);
  }

  /** Those that are not {@code taken} by somebody else. */
  public List<String> read(Section section, String name, Predicate<String> taken) {
    var wanted = new LinkedHashMap<String, String>();
    for (var item : section.items(name, MOST)) {
      if (!(item instanceof Scalar scalar)) {
        findings.error(
            item.place(),
            "An extension is a text, and this is %s; it is not used.".formatted(item.kind()),
            "Write publisher.name, with @version behind it or not.");
      } else if (!taken.test(scalar.text()) && section.fits(scalar, LONGEST)) {
        name(scalar).ifPresent(text -> wanted.putIfAbsent(text.toLowerCase(Locale.ROOT), text));
      }
    }
    return List.copyOf(wanted.values());
  }

  private Optional<String> name(Scalar scalar) {
    var text = scalar.text().strip();
    if (ADDRESS.matcher(text).matches()) return Optional.of(text);
    if (NAME.matcher(text).matches()) return Optional.of(text.replaceFirst(":.*", ""));
    if (text.endsWith(".vsix")) {
      try {
        return Optional.of(InsidePath.parse(text, "the repository"));
      } catch (Problem.Invalid e) {
        findings.error(scalar.place(), e.what() + " It is not used.", e.remedy());
        return Optional.empty();
      }
    }
    findings.error(
        scalar.place(),
        "%s names no extension; it is not used.".formatted(Quoted.text(text)),
        "Write publisher.name, publisher.name@version, or the address or path of a .vsix file.");
    return Optional.empty();
  }
}
