package dev.berth.definition.compose;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.definition.Finding;
import dev.berth.definition.Image;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.ImageReference;
import dev.berth.definition.reading.InsidePath;
import dev.berth.definition.reading.Place;
import dev.berth.definition.reading.PortRange;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import dev.berth.definition.reading.Value.Scalar;
import dev.berth.definition.reading.Variables;
import dev.berth.definition.reading.YamlText;
import dev.berth.protocol.inside.PortPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Compose files say of the service that a user works in. Berth runs that one: its image is
 * taken or built, its variables are set, its ports are known. What else they want is told by name.
 *
 * @param image empty where they name none that can be had
 * @param findings of all files, in their order
 */
public record ComposeService(
    Optional<Image> image, Map<String, String> env, List<PortPlan> ports, List<Finding> findings) {
  private static final int MOST = 256;
  private static final int MOST_TEXT = 4096;

  private static final String SHARED = "a workspace shares its machine with those of others";

  /** What says how a service runs beside others, or where its output goes: nothing is lost. */
  private static final Set<String> NO_MATTER =
      Set.of(
          "container_name",
          "hostname",
          "restart",
          "tty",
          "stdin_open",
          "init",
          "networks",
          "labels",
          "logging",
          "depends_on",
          "links",
          "expose",
          "platform",
          "pull_policy",
          "healthcheck",
          "stop_signal",
          "stop_grace_period",
          "shm_size",
          "profiles",
          "network_mode");

  /** Nothing at all, or what does nothing for ever, whole: what does more would be missed. */
  private static final Pattern KEEPS_ALIVE =
      Pattern.compile(
          "|(?:(?:/usr)?(?:/bin/)?(?:ba)?sh -c )?[\"']?(?:exec )?(?:"
              + "while (?:sleep \\w+|true|:) ?; ?do (?:sleep \\w+|true|:) ?; ?done"
              + "|(?:/usr)?(?:/bin/)?(?:sleep (?:inf|infinity|\\d+[smhd]?)|tail -[fF] /dev/null|cat|bash|sh))"
              + "[\"']?");

  private static final Set<String> RIGHTS =
      Set.of(
          "privileged",
          "cap_add",
          "security_opt",
          "devices",
          "pid",
          "ipc",
          "userns_mode",
          "cgroup_parent",
          "runtime",
          "extra_hosts",
          "sysctls");

  public ComposeService {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    ports = List.copyOf(ports);
    findings = List.copyOf(findings);
  }

  /**
   * A file.
   *
   * @param path relative to the repository's root
   */
  public record File(String path, byte[] bytes) {}

  /**
   * What {@code files} say of {@code service}; later ones win over earlier ones.
   *
   * @param others that the user wants beside it; empty for all
   */
  public static ComposeService read(List<File> files, String service, List<String> others) {
    var reading = new Reading(service, folder(files.getFirst().path()));
    var findings = new ArrayList<Finding>();
    for (var file : files) {
      var own = new Findings(file.path());
      reading.file(file, own);
      findings.addAll(own.inOrder());
    }
    var last = new Findings(files.getLast().path());
    reading.tellOthers(others, last);
    findings.addAll(last.inOrder());
    return new ComposeService(
        reading.built.isPresent() ? reading.built : reading.pulled,
        reading.env,
        reading.ports,
        findings);
  }

  private static String folder(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "." : path.substring(0, slash);
  }

  /** The files read so far. */
  private static final class Reading {
    private final String service;
    private final String folder;
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, String> env = new LinkedHashMap<>();
    private final List<PortPlan> ports = new ArrayList<>();
    private Optional<Image> pulled = Optional.empty();
    private Optional<Image> built = Optional.empty();
    private boolean found;
    private Place where = Place.START;

    /**
     * @param folder of the first file, which all paths are relative to
     */
    private Reading(String service, String folder) {
      this.service = service;
      this.folder = folder;
    }

    private void file(File file, Findings findings) {
      var root = YamlText.read(file.bytes(), findings);
      if (root.isEmpty()) return;
      if (!(root.get() instanceof Value.Fields fields)) {
        findings.error(
            root.get().place(),
            "The file holds %s where fields are wanted.".formatted(root.get().kind()),
            "Begin with \"services:\".");
        return;
      }
      var all = new Section(fields, "", findings);
      all.unused(
          "include",
          "Other Compose files are not included.",
          "Name them in \"dockerComposeFile\".");
      var services = all.section("services");
      if (services.isEmpty()) return;
      where = services.get().place();
      names.addAll(services.get().names());
      if (services.get().value(service).isEmpty()) return;
      services
          .get()
          .section(service)
          .ifPresent(own -> {
            found = true;
            service(own, new Expansion(findings), findings);
          });
    }

    private void tellOthers(List<String> wanted, Findings findings) {
      if (!found) {
        findings.error(
            where,
            "There is no service %s; the default image is used.".formatted(Quoted.text(service)),
            names.isEmpty()
                ? "Name its services under \"services:\"."
                : "There is: %s."
                    .formatted(Quoted.printable(String.join(", ", names), MOST_TEXT / 8)));
        return;
      }
      var others = new LinkedHashSet<>(names);
      others.remove(service);
      if (!wanted.isEmpty()) others.retainAll(Set.copyOf(wanted));
      if (others.isEmpty()) return;
      findings.warning(
          where,
          "A workspace is one container, that of %s; not started beside it: %s."
              .formatted(
                  Quoted.text(service), Quoted.printable(String.join(", ", others), MOST_TEXT / 8)),
          "Install what they serve in the image, or start it in a task.");
    }

    private void service(Section own, Expansion expansion, Findings findings) {
      own.text("image", MOST_TEXT)
          .map(text -> expansion.of(text.strip(), own.place("image")))
          .ifPresent(name -> {
            if (ImageReference.isOne(name)) {
              pulled = Optional.of(new Image.Reference(name));
            } else {
              findings.error(
                  own.place("image"),
                  "%s is no image reference; it is not used.".formatted(Quoted.text(name)),
                  "Write it like \"debian:12\".");
            }
          });
      build(own, expansion, findings);
      environment(own, expansion, findings);
      for (var item : own.items("ports", MOST)) port(item, expansion, findings);
      for (var item : own.items("volumes", MOST)) volume(item, findings);
      for (var name : RIGHTS) {
        own.unused(
            name,
            "\"%s\" is refused: %s.".formatted(name, SHARED),
            "Remove it; sudo works inside.");
      }
      command(own, findings);
      own.unused(
          "extends",
          "What \"extends\" names is not read.",
          "Write what it says into this service.");
      own.unused(
          "env_file",
          "Files of variables are not read: \"env_file\".",
          "Write them under \"environment\", or keep them as variables of your account.");
      NO_MATTER.forEach(own::know);
      for (var name : own.names()) {
        boolean known =
            NO_MATTER.contains(name)
                || RIGHTS.contains(name)
                || name.startsWith("x-")
                || READ.contains(name);
        if (known) continue;
        own.unused(
            name,
            "%s of a service is not used.".formatted(Quoted.text(name)),
            "See whether the workspace needs it.");
      }
    }

    private static final Set<String> READ =
        Set.of(
            "image",
            "build",
            "environment",
            "ports",
            "volumes",
            "command",
            "entrypoint",
            "extends",
            "env_file");

    private void build(Section own, Expansion expansion, Findings findings) {
      var value = own.value("build");
      if (value.isEmpty()) return;
      if (value.get() instanceof Scalar scalar) {
        inside(folder, expansion.of(scalar.text(), scalar.place()), scalar.place(), findings)
            .ifPresent(context -> built(context, "Dockerfile", Image.Options.NONE));
        return;
      }
      var build = own.section("build");
      if (build.isEmpty()) return;
      var section = build.get();
      var context =
          inside(
              folder,
              section
                  .text("context", MOST_TEXT)
                  .map(text -> expansion.of(text, section.place("context")))
                  .orElse("."),
              section.place("context"),
              findings);
      var dockerfile =
          section
              .text("dockerfile", MOST_TEXT)
              .map(text -> expansion.of(text, section.place("dockerfile")))
              .orElse("Dockerfile");
      var options =
          new Image.Options(
              variables(section, "args", expansion, findings),
              section.label("target"),
              List.of(),
              List.of());
      for (var name : section.names()) {
        if (Set.of("context", "dockerfile", "args", "target", "cache_from", "labels")
            .contains(name)) continue;
        section.unused(
            name,
            "%s of a build is not used.".formatted(Quoted.text(name)),
            "Write it into the Dockerfile.");
      }
      context.ifPresent(path ->
          inside(path, dockerfile, section.place("dockerfile"), findings)
              .ifPresent(
                  file -> built = Optional.of(new Image.Built(file, Optional.of(path), options))));
    }

    private void built(String context, String dockerfile, Image.Options options) {
      var file = context.equals(".") ? dockerfile : context + "/" + dockerfile;
      built = Optional.of(new Image.Built(file, Optional.of(context), options));
    }

    private static Optional<String> inside(
        String from, String path, Place place, Findings findings) {
      try {
        return Optional.of(InsidePath.resolve(from, path.strip(), "the repository"));
      } catch (Problem.Invalid e) {
        findings.error(place, e.what() + " It is not used.", e.remedy());
        return Optional.empty();
      }
    }

    private void environment(Section own, Expansion expansion, Findings findings) {
      env.putAll(variables(own, "environment", expansion, findings));
    }

    /** A mapping, or a list of {@code NAME=value}. */
    private static Map<String, String> variables(
        Section own, String name, Expansion expansion, Findings findings) {
      var section = own;
      var given = own.value(name);
      if (given.isPresent() && given.get() instanceof Value.Items(var place, var items)) {
        var fields = new LinkedHashMap<String, Value.Field>();
        for (var item : items) {
          if (!(item instanceof Scalar scalar)) continue;
          int equals = scalar.text().indexOf('=');
          var key = equals < 0 ? scalar.text() : scalar.text().substring(0, equals);
          var text = equals < 0 ? "" : scalar.text().substring(equals + 1);
          if (equals < 0) {
            findings.warning(
                scalar.place(),
                "%s is empty: no machine of a user's stands behind a workspace."
                    .formatted(Quoted.text(key)),
                "Give it a value, or keep it as a variable of your account.");
          }
          var value = new Scalar(scalar.place(), Value.Type.TEXT, text);
          fields.put(key, new Value.Field(scalar.place(), value));
        }
        var mapping = new Value.Fields(place, fields);
        var outer = Map.of(name, new Value.Field(place, mapping));
        section = own.inner(new Value.Fields(place, outer), "");
      }
      var at = section.place(name);
      var expanded = new LinkedHashMap<String, String>();
      new Variables(findings)
          .read(section, name)
          .forEach((key, value) -> expanded.put(key, expansion.of(value, at)));
      return expanded;
    }

    /** {@code [address:][machine's:]container's[/protocol]}, or a mapping with a target. */
    private void port(Value item, Expansion expansion, Findings findings) {
      var text =
          switch (item) {
            case Scalar scalar -> expansion.of(scalar.text(), scalar.place());
            case Value.Fields fields -> target(fields);
            case Value.Items _ -> "";
          };
      if (text.endsWith("/udp")) {
        findings.warning(
            item.place(),
            "%s is no TCP port; it is not used.".formatted(Quoted.text(text)),
            "Ports of a workspace are TCP.");
        return;
      }
      var inside = text.replaceFirst("/tcp$", "");
      inside = inside.substring(inside.lastIndexOf(':') + 1);
      PortRange.of(new Scalar(item.place(), Value.Type.TEXT, inside), findings)
          .ifPresent(range ->
              ports.add(
                  new PortPlan(
                      range.first(),
                      range.last(),
                      PortPlan.OnOpen.NOTIFY,
                      PortPlan.Visibility.PRIVATE,
                      false,
                      Optional.empty(),
                      Optional.empty())));
    }

    private static String target(Value.Fields fields) {
      var field = fields.fields().get("target");
      return field != null && field.value() instanceof Scalar scalar ? scalar.text() : "";
    }

    /** The repository is there anyhow; a named volume is kept anyhow; the machine's files never. */
    private static void volume(Value item, Findings findings) {
      String source;
      if (item instanceof Scalar scalar) {
        int colon = scalar.text().indexOf(':');
        source = colon < 0 ? "" : scalar.text().substring(0, colon);
      } else if (item instanceof Value.Fields fields) {
        var named = fields.fields().get("source");
        source = named != null && named.value() instanceof Scalar scalar ? scalar.text() : "";
      } else {
        return;
      }
      if (source.startsWith("/") || source.startsWith("~") || source.startsWith("$")) {
        findings.error(
            item.place(),
            "The files of the machine are not shown in a workspace: %s is not mounted."
                .formatted(Quoted.text(source)),
            "Put what is needed into the repository, or keep secrets as variables of your account.");
      }
    }

    /** What only keeps a container alive is not missed. */
    private static void command(Section own, Findings findings) {
      for (var name : List.of("command", "entrypoint")) {
        var value = own.value(name);
        if (value.isEmpty() || keepsAlive(value.get())) continue;
        findings.warning(
            value.get().place(),
            "The service's own %s is not run; Berth starts the workspace.".formatted(name),
            "Run it in \"postStartCommand\" of the devcontainer.json.");
      }
    }

    private static boolean keepsAlive(Value value) {
      var text = new StringBuilder();
      switch (value) {
        case Scalar scalar -> text.append(scalar.text());
        case Value.Items(_, var items) -> {
          for (var item : items) {
            if (item instanceof Scalar scalar) text.append(scalar.text()).append(' ');
          }
        }
        case Value.Fields _ -> {}
      }
      return KEEPS_ALIVE.matcher(text.toString().strip()).matches();
    }
  }
}
