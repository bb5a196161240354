package dev.berth.definition.gitpod;

import dev.berth.definition.Container;
import dev.berth.definition.Definition;
import dev.berth.definition.Image;
import dev.berth.definition.Origin;
import dev.berth.definition.reading.ExtensionNames;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.ImageReference;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Variables;
import dev.berth.definition.reading.YamlText;
import java.util.List;
import java.util.Optional;

/** Reads {@code .gitpod.yml} (gitpod-classic 3.2). */
public final class GitpodYml {
  /** Its name at the root of a repository. */
  public static final String FILE = ".gitpod.yml";

  /** What it was called first; still read. */
  public static final String FIRST_NAME = ".gitpod";

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
    return read(FILE, bytes);
  }

  /** The same of a file that is called otherwise. */
  public static Definition read(String name, byte[] bytes) {
    var findings = new Findings(name);
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
    return definition.with(Origin.NONE, findings.inOrder());
  }

  private Definition definition() {
    var variables = new Variables(findings);
    var definition =
        new Definition(
            Origin.NONE,
            image(),
            new PortFields(findings).read(file),
            new TaskFields(findings, variables).read(file),
            file.pathIn("/workspace", "checkoutLocation"),
            file.pathIn("/workspace", "workspaceLocation"),
            extensions(),
            new GitFields(findings).read(file),
            variables.read(file, "env"),
            new RepositoryFields(findings).read(file),
            new JetBrainsFields().read(file),
            new CoreDumpFields(findings).read(file),
            new PrebuildFields(findings).read(file),
            Container.PLAIN,
            List.of());
    file.expect("experimentalNetwork", "true or false"); // what it asked for is always there
    for (var removed : List.of("privileged", "ide")) {
      file.unused(
          removed,
          "\"%s\" was taken out of .gitpod.yml long ago and does nothing.".formatted(removed),
          "Remove it.");
    }
    file.finish();
    return definition;
  }

  private Image image() {
    var value = file.value("image");
    if (value.isEmpty()) return new Image.Default();
    if (value.get() instanceof Value.Fields) {
      return file.section("image").flatMap(this::dockerfile).orElseGet(Image.Default::new);
    }
    return ImageReference.read(file, "image", findings)
        .<Image>map(Image.Reference::new)
        .orElseGet(Image.Default::new);
  }

  private Optional<Image> dockerfile(Section image) {
    var dockerfile = image.path("file", "the repository");
    var context = image.path("context", "the repository");
    image.finish();
    if (dockerfile.isEmpty()) {
      findings.error(
          image.place(),
          "\"image\" names no Dockerfile; the default image is used.",
          "Add \"file:\" with the Dockerfile's path in the repository.");
    }
    return dockerfile.map(path -> new Image.Built(path, context));
  }

  private List<String> extensions() {
    var section = file.section("vscode");
    if (section.isEmpty()) return List.of();
    var names = new ExtensionNames(findings).read(section.get(), "extensions");
    section.get().finish();
    return names;
  }
}
