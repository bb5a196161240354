package dev.berth.definition.devcontainer;

import dev.berth.definition.Definition;
import dev.berth.definition.Origin;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.JsoncText;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import java.util.List;
import java.util.Optional;

/** Reads {@code devcontainer.json}, the reference of containers.dev. */
public final class DevcontainerJson {
  private final Findings findings;
  private final Section file;
  private final String path;
  private final Surroundings surroundings;

  private DevcontainerJson(
      Section file, String path, Surroundings surroundings, Findings findings) {
    this.file = file;
    this.path = path;
    this.surroundings = surroundings;
    this.findings = findings;
  }

  /**
   * What {@code bytes} say; never fails. What is wrong in them is told in the findings and left
   * out, and the rest counts.
   *
   * @param path the file's, relative to the repository's root
   */
  public static Definition read(String path, byte[] bytes, Surroundings surroundings) {
    var findings = new Findings(path);
    var stated = stated(path, bytes, surroundings, findings);
    return new Effective(stated, surroundings).definition().with(Origin.NONE, findings.inOrder());
  }

  static Stated stated(String path, byte[] bytes, Surroundings surroundings, Findings findings) {
    var root = JsoncText.read(bytes, findings);
    if (root.isEmpty()) return Stated.NOTHING;
    if (root.get() instanceof Value.Fields fields) {
      var file = new Section(fields, "", findings);
      return new DevcontainerJson(file, path, surroundings, findings).whole();
    }
    findings.error(
        root.get().place(),
        "The file holds %s where a mapping is wanted.".formatted(root.get().kind()),
        "Put all of it into { }.");
    return Stated.NOTHING;
  }

  /** An entry of an image's metadata, or the part of a feature's that is the same. */
  static Stated entry(Section section, Surroundings surroundings, Findings findings) {
    return new DevcontainerJson(section, ".", surroundings, findings)
        .shared(Optional.empty(), true);
  }

  private Stated whole() {
    var paths = FilePaths.of(path, findings);
    var image = new ImageFields(findings, paths).read(file);
    var folder = new FolderFields(findings, surroundings).read(file);
    var features = new FeatureFields(findings, paths);
    var shared = shared(folder, false);
    var stated =
        new Stated(
            file.label("name"),
            image,
            folder,
            features.read(file, "features"),
            features.ids(file, "overrideFeatureInstallOrder"),
            shared.ports(),
            shared.lifecycle(),
            shared.waitFor(),
            shared.users(),
            shared.rights(),
            shared.mounts(),
            shared.containerEnv(),
            shared.remoteEnv(),
            shared.customizations(),
            shared.needs());
    if (image.isEmpty()
        && List.of("image", "build", "dockerFile", "dockerComposeFile").stream()
            .allMatch(name -> file.value(name).isEmpty())) {
      findings.warning(
          file.place(),
          "No image is named; the default image is used.",
          "Add \"image\" or \"build\".");
    }
    withoutEffect();
    file.finish();
    return stated;
  }

  /** What an image's metadata may say too. */
  private Stated shared(Optional<String> folder, boolean isEntry) {
    var at = folder.filter(path -> !path.equals(".")).map(path -> "/" + path).orElse("");
    var substitution = new Substitution(surroundings, surroundings.folder() + at, findings);
    var env = new EnvFields(findings, substitution);
    return new Stated(
        Optional.empty(),
        Optional.empty(),
        folder,
        List.of(),
        List.of(),
        new AttributeFields(findings).read(file),
        new CommandFields(findings, substitution, isEntry).read(file),
        CommandFields.waitFor(file),
        new Stated.Users(file.label("containerUser"), file.label("remoteUser")),
        new RightsFields(findings).read(file),
        new MountFields(findings, substitution).read(file),
        env.container(file),
        env.remote(file),
        new CustomizationFields(findings).read(file),
        new NeedsFields(findings).read(file));
  }

  private void withoutEffect() {
    file.expect("$schema", "a text");
    var _ =
        file.truth(
            "updateRemoteUserUID"); // the account has the files' number here, however it is said
    file.expect("userEnvProbe", "a text"); // terminals are login shells
    file.expect("shutdownAction", "a text"); // a workspace stops when nobody uses it
    file.expect("secrets", "a mapping"); // names of variables that a user's account may hold
    if (!file.truth("overrideCommand").orElse(true)) {
      findings.warning(
          file.place("overrideCommand"),
          "The image's own command is not run; Berth starts the workspace.",
          "Run it in \"postStartCommand\".");
    }
  }
}
