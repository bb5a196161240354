package dev.berth.definition;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.definition.Definition.Image;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code .gitpod.yml} (gitpod-classic 3.2). */
public final class GitpodYml {
  /** Its name at the root of a repository. */
  public static final String FILE = ".gitpod.yml";

  private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,511}");

  /** As git's own: a section, perhaps a subsection, and a name that begins with a letter. */
  private static final Pattern GIT_KEY =
      Pattern.compile("[A-Za-z0-9-]+(\\.[^\\n\\r\0=]+)?\\.[A-Za-z][A-Za-z0-9-]*");

  /** {@code publisher.name}, with a version or not; old files have a colon and a hash behind. */
  private static final Pattern EXTENSION =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9_-]{0,127}\\.[A-Za-z0-9][A-Za-z0-9._-]{0,127}(@[0-9A-Za-z.+-]{1,64})?(:[!-~]{0,200})?");

  private static final Pattern EXTENSION_URL =
      Pattern.compile("https?://[!-~]{1,1000}", Pattern.CASE_INSENSITIVE);

  private static final int MOST_EXTENSIONS = 100; // each takes seconds at a first start
  private static final int MOST_GIT_SETTINGS = 256; // each is an argument of git clone
  private static final int MOST_PATH = 1024; // leaves room in Linux' PATH_MAX of 4096

  private final Findings findings;
  private final Section file;

  private GitpodYml(Section file, Findings findings) {
    this.file = file;
    this.findings = findings;
  }

  /**
   * What {@code bytes} say; never fails. What is wrong in them is told in the findings and left
   * out, and the rest counts.
   */
  public static Definition read(byte[] bytes) {
    var findings = new Findings(FILE);
    var definition = Definition.NONE;
    var root = YamlText.read(bytes, findings);
    if (root.isPresent() && root.get() instanceof Value.Fields fields) {
      definition = new GitpodYml(new Section(fields, "", findings), findings).definition();
    } else if (root.isPresent() && !root.get().isNothing()) {
      findings.error(
          root.get().place(),
          "The file holds %s where fields are wanted.".formatted(root.get().kind()),
          "Begin with a field, for example \"tasks:\".");
    }
    return new Definition(
        definition.image(),
        definition.ports(),
        definition.tasks(),
        definition.checkoutLocation(),
        definition.workspaceLocation(),
        definition.extensions(),
        definition.gitConfig(),
        definition.env(),
        findings.inOrder());
  }

  private Definition definition() {
    var variables = new Variables(findings);
    var definition =
        new Definition(
            image(),
            new PortFields(findings).read(file),
            new TaskFields(findings, variables).read(file),
            path(file, "checkoutLocation", "/workspace"),
            path(file, "workspaceLocation", "/workspace"),
            extensions(),
            gitConfig(),
            variables.read(file, "env"),
            List.of());
    fieldsOfLaterDays();
    file.finish();
    return definition;
  }

  private Image image() {
    var value = file.value("image");
    if (value.isEmpty()) return new Image.Default();
    if (value.get() instanceof Value.Fields) {
      return file.section("image").flatMap(this::dockerfile).orElseGet(Image.Default::new);
    }
    var reference = file.text("image", 512);
    if (reference.isEmpty()) return new Image.Default();
    if (REFERENCE.matcher(reference.get()).matches()) return new Image.Reference(reference.get());
    findings.error(
        value.get().place(),
        "%s is no image reference; the default image is used."
            .formatted(Quoted.text(reference.get())),
        "Write it like \"debian:12\" or \"registry.example.com/team/image:tag\".");
    return new Image.Default();
  }

  private Optional<Image> dockerfile(Section image) {
    var dockerfile = path(image, "file", "the repository");
    var context = path(image, "context", "the repository");
    image.finish();
    if (dockerfile.isEmpty()) {
      findings.error(
          image.place(),
          "\"image\" names no Dockerfile; the default image is used.",
          "Add \"file:\" with the Dockerfile's path in the repository.");
    }
    return dockerfile.map(path -> new Image.Built(path, context));
  }

  private Optional<String> path(Section section, String name, String folder) {
    return section
        .text(name, MOST_PATH)
        .filter(text -> !text.isBlank())
        .flatMap(text -> {
          try {
            return Optional.of(InsidePath.parse(text.strip(), folder));
          } catch (Problem.Invalid e) {
            findings.error(section.place(name), e.what() + " It is not used.", e.remedy());
            return Optional.empty();
          }
        });
  }

  /** Ids are compared as the registries do, without regard to capitals. */
  private List<String> extensions() {
    var section = file.section("vscode");
    if (section.isEmpty()) return List.of();
    var wanted = new LinkedHashMap<String, String>();
    for (var item : section.get().items("extensions", MOST_EXTENSIONS)) {
      if (!(item instanceof Value.Scalar scalar)) {
        findings.error(
            item.place(),
            "An extension is a text, and this is %s; it is not used.".formatted(item.kind()),
            "Write publisher.name, with @version behind it or not.");
      } else if (section.get().fits(scalar, MOST_PATH)) {
        extension(scalar)
            .ifPresent(text -> wanted.putIfAbsent(text.toLowerCase(Locale.ROOT), text));
      }
    }
    section.get().finish();
    return List.copyOf(wanted.values());
  }

  private Optional<String> extension(Value.Scalar scalar) {
    var text = scalar.text().strip();
    if (EXTENSION_URL.matcher(text).matches()) return Optional.of(text);
    if (EXTENSION.matcher(text).matches()) return Optional.of(text.replaceFirst(":.*", ""));
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

  private Map<String, String> gitConfig() {
    var settings = new LinkedHashMap<String, String>();
    file.map("gitConfig", MOST_GIT_SETTINGS)
        .forEach((key, field) -> {
          if (!(field.value() instanceof Value.Scalar scalar)) {
            findings.error(
                field.value().place(),
                "The git setting %s is %s; it is not used."
                    .formatted(Quoted.text(key), field.value().kind()),
                "Write a text.");
          } else if (!GIT_KEY.matcher(key).matches() || key.length() > 256) {
            findings.error(
                field.name(),
                "%s is no name of a git setting; it is not used.".formatted(Quoted.text(key)),
                "Write section and name, for example \"core.autocrlf\".");
          } else if (file.fits(scalar, 4096)) {
            settings.put(key, scalar.text());
          }
        });
    return settings;
  }

  /** What is known and not served yet: only its type is looked at. */
  private void fieldsOfLaterDays() {
    file.expect("github", "a mapping");
    file.expect("jetbrains", "a mapping");
    file.expect("coreDump", "a mapping");
    file.expect("additionalRepositories", "a list");
    file.expect("mainConfiguration", "a text");
    file.expect("experimentalNetwork", "true or false");
    for (var removed : new String[] {"privileged", "ide"}) {
      if (file.value(removed).isEmpty()) continue;
      findings.warning(
          file.place(removed),
          "\"%s\" was taken out of .gitpod.yml long ago and does nothing.".formatted(removed),
          "Remove it.");
    }
  }
}
