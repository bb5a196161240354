package dev.berth;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The arrows of ARCHITECTURE.md, and what else holds of all code. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StructureTest {
  private static final Path ROOT = Path.of(System.getProperty("berth.root"));

  /** Which packages each module's own may use, beside itself. */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("base", Set.of()),
          Map.entry("protocol", Set.of("base")),
          Map.entry("definition", Set.of("base", "protocol")),
          Map.entry("runtime", Set.of("base", "protocol", "definition")),
          Map.entry("objects", Set.of("base")),
          Map.entry("snapshots", Set.of("base", "protocol", "objects")),
          Map.entry("registry", Set.of("base", "protocol")),
          Map.entry(
              "runtime.runc", Set.of("base", "protocol", "definition", "runtime", "registry")),
          Map.entry(
              "runtime.kubernetes",
              Set.of("base", "protocol", "definition", "runtime", "registry")),
          Map.entry(
              "node",
              Set.of(
                  "base",
                  "protocol",
                  "runtime",
                  "runtime.runc",
                  "registry",
                  "objects",
                  "snapshots")),
          Map.entry("supervisor", Set.of("base", "protocol", "definition")),
          Map.entry("control", Set.of("base", "protocol", "definition", "runtime")),
          Map.entry("gateway", Set.of("base", "protocol")),
          Map.entry("installer", Set.of("base", "protocol", "registry", "runtime.kubernetes")),
          Map.entry("dashboard", Set.of()),
          Map.entry(
              "cli",
              Set.of(
                  "base",
                  "protocol",
                  "definition",
                  "runtime",
                  "runtime.kubernetes",
                  "registry",
                  "objects",
                  "node",
                  "control",
                  "gateway",
                  "installer",
                  "dashboard")));

  /** Modules that no other may use: each is a process or a front of one. */
  private static final String OURS = "dev.berth.";

  private final JavaClasses ours =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPaths(
              ARROWS.keySet().stream()
                  .map(module -> ROOT.resolve(module.replace('.', '-')).resolve("target/classes"))
                  .filter(Files::isDirectory)
                  .toList());

  @Test
  void every_module_is_looked_at() {
    for (var module : ARROWS.keySet()) {
      assertThat(ours.stream().map(c -> c.getPackageName() + ".").anyMatch(in(module)))
          .as(module)
          .isTrue();
    }
  }

  @Test
  void modules_point_where_the_architecture_says() {
    ARROWS.forEach((module, allowed) -> {
      var forbidden = new TreeSet<>(ARROWS.keySet());
      forbidden.removeAll(allowed);
      forbidden.remove(module);
      if (module.equals("runtime.runc")) forbidden.remove("runtime");
      for (var other : forbidden) {
        noClasses()
            .that()
            .resideInAnyPackage(packages(module))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages(other))
            .because("%s must not know of %s".formatted(module, other))
            .allowEmptyShould(true)
            .check(ours);
      }
    });
  }

  @Test
  void packages_form_no_cycle() {
    slices().matching("dev.berth.(**)").should().beFreeOfCycles().check(ours);
  }

  @Test
  void rooms_of_commands_know_none_of_each_other() {
    var rooms =
        List.of("workspace", "saved", "ssh", "definition", "care", "install", "role").stream()
            .map(room -> OURS + "cli." + room)
            .toList();
    for (var room : rooms) {
      noClasses()
          .that()
          .resideInAPackage(room)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              rooms.stream().filter(other -> !other.equals(room)).toArray(String[]::new))
          .because("what two of them need is in cli.api, cli.line or cli.settings")
          .check(ours);
    }
  }

  @Test
  void control_and_its_stores_know_no_network_engine_of_the_gateway() {
    noClasses()
        .that()
        .resideInAPackage("dev.berth.control..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(ours);
  }

  @Test
  void nothing_is_named_after_its_rank() {
    var ranks = List.of("Manager", "Impl", "Util", "Utils", "Helper", "Helpers", "Common");
    assertThat(
            ours.stream()
                .map(type -> type.getSimpleName())
                .filter(name -> ranks.stream().anyMatch(name::endsWith)))
        .isEmpty();
  }

  @Test
  void every_package_says_what_it_decides() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      var silent =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> file.toString().contains("/src/main/java/"))
              .map(Path::getParent)
              .distinct()
              .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
              .map(folder -> ROOT.relativize(folder).toString())
              .toList();
      assertThat(silent).isEmpty();
    }
  }

  /** Awaitility's own 10 s pass on a loaded machine. */
  @Test
  void every_module_whose_tests_wait_has_the_long_waits_of_base() throws IOException {
    var longWaits =
        Pattern.compile("<artifactId>base</artifactId>\\s*<type>test-jar</type>").asPredicate();
    var hasty = new TreeSet<String>();
    int waiting = 0;
    for (var module : ARROWS.keySet()) {
      var folder = ROOT.resolve(module.replace('.', '-'));
      if (!waits(folder.resolve("src/test/java"))) continue;
      waiting++;
      boolean itsOwn = module.equals("base");
      if (!itsOwn && !longWaits.test(Files.readString(folder.resolve("pom.xml")))) {
        hasty.add(module);
      }
    }
    assertThat(waiting).isGreaterThan(1);
    assertThat(hasty).isEmpty();
  }

  private static boolean waits(Path tests) throws IOException {
    try (Stream<Path> files = Files.walk(tests)) {
      for (var file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        if (Files.readString(file).contains("org.awaitility")) return true;
      }
      return false;
    }
  }

  /** The package of a module; that of "runtime" without its drivers, which are modules too. */
  private static String[] packages(String module) {
    return module.equals("runtime")
        ? new String[] {OURS + "runtime"}
        : new String[] {OURS + module + ".."};
  }

  private static java.util.function.Predicate<String> in(String module) {
    return name -> name.startsWith(OURS + module + ".");
  }
}
