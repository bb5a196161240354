package dev.berth.definition.devcontainer;

import dev.berth.base.text.Quoted;
import dev.berth.definition.Image;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.ImageReference;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what the container is made of: {@code image}, {@code build}, the older {@code dockerFile},
 * {@code dockerComposeFile}.
 */
final class ImageFields {
  private static final int MOST_FILES = 16;
  private static final int MOST_TEXT = 1024;

  /** What a builder may be told; all else could reach the machine or its network. */
  private static final Set<String> SAFE_FLAGS =
      Set.of("--pull", "--no-cache", "--quiet", "-q", "--rm", "--force-rm", "--squash");

  private final Findings findings;
  private final FilePaths paths;

  ImageFields(Findings findings, FilePaths paths) {
    this.findings = findings;
    this.paths = paths;
  }

  Optional<Image> read(Section file) {
    var compose = compose(file);
    var built = built(file);
    var pulled =
        ImageReference.read(file, "image", findings).map(name -> (Image) new Image.Reference(name));
    var first = compose.or(() -> built).or(() -> pulled);
    if (compose.isPresent() && (built.isPresent() || pulled.isPresent())) {
      findings.error(
          file.place(built.isPresent() ? "build" : "image"),
          "The container is that of the service in \"dockerComposeFile\"; this is not used.",
          "Keep one of the two.");
    } else if (built.isPresent() && pulled.isPresent()) {
      findings.error(
          file.place("image"),
          "The container is built of a Dockerfile; the image is not used.",
          "Keep \"image\" or \"build\".");
    }
    return first;
  }

  private Optional<Image> built(Section file) {
    var build = file.section("build");
    var dockerfile =
        build
            .flatMap(section -> paths.read(section, "dockerfile"))
            .or(() -> paths.read(file, "dockerFile"));
    var context =
        build
            .flatMap(section -> paths.read(section, "context"))
            .or(() -> paths.read(file, "context"));
    var options = build.map(this::options).orElse(Image.Options.NONE);
    build.ifPresent(Section::finish);
    if (dockerfile.isPresent()) {
      return Optional.of(
          new Image.Built(dockerfile.get(), Optional.of(context.orElse(paths.folder())), options));
    }
    if (build.isPresent()
        && file.value("dockerFile").isEmpty()
        && build.get().value("dockerfile").isEmpty()) {
      findings.error(
          build.get().place(),
          "\"build\" names no Dockerfile; the default image is used.",
          "Add \"dockerfile\" with its path, relative to this file.");
    }
    return Optional.empty();
  }

  private Image.Options options(Section build) {
    return new Image.Options(
        new Variables(findings).read(build, "args"),
        build.label("target"),
        references(build),
        flags(build));
  }

  private List<String> references(Section build) {
    var all = new ArrayList<String>();
    for (var scalar : textOrTexts(build, "cacheFrom")) {
      if (ImageReference.isOne(scalar.text())) {
        all.add(scalar.text());
      } else {
        findings.warning(
            scalar.place(),
            "%s is no image reference; it is not used.".formatted(Quoted.text(scalar.text())),
            "Write it like \"registry.example.com/team/image:tag\".");
      }
    }
    return all;
  }

  private List<String> flags(Section build) {
    var flags = new ArrayList<String>();
    var options = build.texts("options", MOST_FILES, MOST_TEXT).iterator();
    while (options.hasNext()) {
      var scalar = options.next();
      var flag = scalar.text().strip();
      if (flag.matches("--(platform|label|target)") && options.hasNext()) {
        flag += "=" + options.next().text().strip(); // a shell would allow both forms
      }
      if (SAFE_FLAGS.contains(flag)
          || flag.matches("--(platform|label|target)=[A-Za-z0-9/._=-]+")) {
        flags.add(flag);
      } else {
        findings.error(
            scalar.place(),
            "The builder is not given %s: it could reach beyond the build."
                .formatted(Quoted.text(flag)),
            "Use \"args\", \"target\" and \"cacheFrom\", or write it into the Dockerfile.");
      }
    }
    return flags;
  }

  private Optional<Image> compose(Section file) {
    var files = new ArrayList<String>();
    for (var scalar : textOrTexts(file, "dockerComposeFile")) {
      paths.resolve(scalar.text(), scalar.place()).ifPresent(files::add);
    }
    var service = file.label("service");
    var others = file.texts("runServices", 64, 256).stream().map(Value.Scalar::text).toList();
    if (files.isEmpty()) return Optional.empty();
    if (service.isEmpty()) {
      findings.error(
          file.place("dockerComposeFile"),
          "\"service\" is missing, so it is not known which container is meant; the default image is used.",
          "Add \"service\" with one of the names under services: in the Compose file.");
      return Optional.empty();
    }
    return Optional.of(new Image.Composed(files, service.get(), others));
  }

  private static List<Value.Scalar> textOrTexts(Section section, String name) {
    var value = section.value(name);
    if (value.isPresent() && value.get() instanceof Value.Scalar scalar) {
      return section.text(name, MOST_TEXT).map(_ -> List.of(scalar)).orElse(List.of());
    }
    return section.texts(name, MOST_FILES, MOST_TEXT);
  }
}
