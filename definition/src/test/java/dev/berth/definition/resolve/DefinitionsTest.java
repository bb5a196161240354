package dev.berth.definition.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.definition.Definition;
import dev.berth.definition.Image;
import dev.berth.definition.Origin.Kind;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.TaskPlan;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionsTest {
  private static final Surroundings HERE = Surroundings.of("shop", "x");
  private static final String YML = "image: yml\n";
  private static final String JSON = "{\"image\": \"json\"}";

  @Test
  void gitpod_yml_comes_first_and_the_other_is_named() throws Exception {
    var definition =
        of(TestFiles.of(".gitpod.yml", YML, ".devcontainer/devcontainer.json", JSON, "go.mod", ""));

    assertThat(definition.image()).isEqualTo(new Image.Reference("yml"));
    assertThat(definition.origin().kind()).isEqualTo(Kind.GITPOD);
    assertThat(definition.origin().file()).contains(".gitpod.yml");
    assertThat(definition.origin().others()).containsExactly(".devcontainer/devcontainer.json");
    assertThat(definition.origin().why()).contains("comes before .devcontainer/devcontainer.json");
  }

  @Test
  void its_first_name_is_read_where_the_other_is_not() throws Exception {
    var definition = of(TestFiles.of(".gitpod", YML + "oops: 1\n"));

    assertThat(definition.image()).isEqualTo(new Image.Reference("yml"));
    assertThat(definition.findings()).hasSize(1).allMatch(one -> one.file().equals(".gitpod"));
  }

  @Test
  void of_several_devcontainers_the_first_counts_and_any_can_be_chosen() throws Exception {
    var files =
        TestFiles.of(
            ".devcontainer/b/devcontainer.json",
            "{\"image\": \"b\"}",
            ".devcontainer/a/devcontainer.json",
            "{\"image\": \"a\"}",
            ".devcontainer.json",
            "{\"image\": \"root\"}",
            ".devcontainer/empty/x",
            "");

    var definition = of(files);

    assertThat(definition.image()).isEqualTo(new Image.Reference("root"));
    assertThat(definition.origin().others())
        .containsExactly(".devcontainer/a/devcontainer.json", ".devcontainer/b/devcontainer.json");
    assertThat(definition.origin().why()).contains("could be chosen instead");
    var chosen = Definitions.of(files, HERE, ".devcontainer/b/devcontainer.json");
    assertThat(chosen.image()).isEqualTo(new Image.Reference("b"));
    assertThat(chosen.origin().why()).contains("was chosen");
  }

  @Test
  void a_compose_file_says_what_its_service_is_made_of() throws Exception {
    var json =
        "{\"dockerComposeFile\": \"c.yml\", \"service\": \"app\", \"containerEnv\": {\"A\": \"own\"}, \"forwardPorts\": [3000]}";
    var yml =
        "services: {app: {build: {context: ..}, environment: {A: x, B: y}, ports: [3000, 80]}}";

    var composed =
        of(TestFiles.of(".devcontainer/devcontainer.json", json, ".devcontainer/c.yml", yml));
    var without = of(TestFiles.of(".devcontainer/devcontainer.json", json));

    assertThat(composed.image()).isEqualTo(new Image.Built("Dockerfile", Optional.of(".")));
    assertThat(composed.env()).isEqualTo(Map.of("A", "own", "B", "y"));
    assertThat(composed.ports()).extracting(PortPlan::first).containsExactly(3000, 80);
    assertThat(composed.findings()).isEmpty();
    assertThat(without.image()).isEqualTo(new Image.Default());
    assertThat(without.findings())
        .singleElement()
        .matches(finding -> finding.file().equals(".devcontainer/c.yml"));
  }

  @Test
  void a_lock_file_lies_beside_the_file_whose_features_it_holds() throws Exception {
    var json = "{\"image\": \"a\", \"features\": {\"ghcr.io/a/node:1\": {}}}";
    var digest = "sha256:" + "0a".repeat(32);
    var lock =
        "{\"features\": {\"ghcr.io/a/node:1\": {\"version\": \"1.0.0\", \"resolved\": \"ghcr.io/a/node@%1$s\", \"integrity\": \"%1$s\"}}}"
            .formatted(digest);

    var folder =
        of(
            TestFiles.of(
                ".devcontainer/devcontainer.json", json,
                ".devcontainer/devcontainer-lock.json", lock));
    var root = of(TestFiles.of(".devcontainer.json", json, ".devcontainer-lock.json", lock));
    var broken =
        of(
            TestFiles.of(".devcontainer.json", json, ".devcontainer-lock.json", "{")
                .broken(".devcontainer-lock.json"));

    assertThat(folder.container().locked())
        .isEqualTo(Map.of("ghcr.io/a/node:1", "ghcr.io/a/node@" + digest));
    assertThat(root.container().locked()).hasSize(1);
    assertThat(broken.container().locked()).isEmpty();
    assertThat(broken.findings())
        .anyMatch(finding -> finding.what().contains("The lock file cannot be read"));
  }

  @Test
  void what_is_chosen_must_be_there_and_be_a_definition() {
    var files = TestFiles.of(".gitpod.yml", YML, "secret", "x");

    assertThatThrownBy(() -> Definitions.of(files, HERE, ".devcontainer.json"))
        .isInstanceOf(Problem.Missing.class);
    for (var bad : new String[] {"secret", "../x", ".devcontainer/../devcontainer.json"}) {
      assertThatThrownBy(() -> Definitions.of(files, HERE, bad))
          .isInstanceOf(Problem.Invalid.class);
    }
  }

  @Test
  void a_file_that_cannot_be_read_is_a_finding() throws Exception {
    var definition = of(TestFiles.of().broken(".gitpod.yml"));

    assertThat(definition.origin().kind()).isEqualTo(Kind.DEFAULT);
    assertThat(definition.findings()).hasSize(1);
    assertThat(definition.findings().getFirst().what()).contains("The disk is gone.");
  }

  @Test
  void a_repository_that_tells_nothing_has_the_default() throws Exception {
    var definition = of(TestFiles.of("README.md", ""));

    assertThat(definition.origin().kind()).isEqualTo(Kind.DEFAULT);
    assertThat(definition.tasks()).isEmpty();
    assertThat(of(TestFiles.of()).origin().kind()).isEqualTo(Kind.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "package.json|npm: npm install",
        "package.json package-lock.json|npm: npm ci",
        "package.json yarn.lock|yarn: yarn install",
        "package.json pnpm-lock.yaml yarn.lock|pnpm: pnpm install",
        "pom.xml|mvn: mvn package -DskipTests",
        "pom.xml mvnw|./mvnw: sh ./mvnw package -DskipTests",
        "build.gradle|gradle: gradle assemble",
        "build.gradle.kts gradlew pom.xml|./gradlew: sh ./gradlew assemble",
        "go.mod|go: go mod download && go build ./...",
        "go.mod main.go|go: go mod download && go build ./... / go run .",
        "Cargo.toml|cargo: cargo build",
        "requirements.txt app.py|python3: python3 -m venv .venv && .venv/bin/pip install -r requirements.txt / .venv/bin/python app.py",
        "pyproject.toml poetry.lock|poetry: poetry install",
        "pyproject.toml uv.lock manage.py|uv: uv sync / uv run python manage.py runserver",
        "setup.py|python3: python3 -m venv .venv && .venv/bin/pip install -e .",
        "Gemfile|bundle: bundle install",
        "Gemfile bin/setup bin/rails|bundle: bundle install && ruby bin/setup / bundle exec rails server",
        "composer.json artisan|composer: composer install / php artisan serve",
        "Shop.sln|dotnet: dotnet build",
        "CMakeLists.txt Makefile|cmake: cmake -S . -B build && cmake --build build",
        "Makefile|make: make",
        "Makefile go.mod|go: go mod download && go build ./...",
      })
  void what_is_run_is_told_by_the_files(String names, String tasks) throws Exception {
    var pairs = new String[names.split(" ").length * 2];
    for (int i = 0; i < pairs.length; i += 2) {
      pairs[i] = names.split(" ")[i / 2];
      pairs[i + 1] = pairs[i].equals("package.json") ? "{}" : "";
    }

    var definition = of(TestFiles.of(pairs));

    assertThat(words(definition)).isEqualTo(tasks);
    assertThat(definition.origin().kind()).isEqualTo(Kind.INFERRED);
    assertThat(definition.origin().why()).contains("guessed from");
  }

  @Test
  void the_scripts_of_a_package_json_are_built_and_started() throws Exception {
    assertThat(
            words(
                of(
                    TestFiles.of(
                        "package.json",
                        "{\"packageManager\": \"pnpm@9.1.0\", \"scripts\": {\"build\": \"x\", \"start\": \"y\", \"dev\": \"z\"}}"))))
        .isEqualTo("pnpm: pnpm install && pnpm run build / pnpm run dev");
  }

  @ParameterizedTest
  @CsvSource({"'{'", "'[]'", "'{\"scripts\": 1, \"packageManager\": []}'", "''"})
  void a_package_json_that_is_broken_is_installed_all_the_same(String text) throws Exception {
    assertThat(words(of(TestFiles.of("package.json", text)))).isEqualTo("npm: npm install");
    assertThat(words(of(TestFiles.of().broken("package.json")))).isEqualTo("npm: npm install");
  }

  @Test
  void several_kinds_have_a_task_each() throws Exception {
    var definition = of(TestFiles.of("package.json", "{}", "go.mod", "", "composer.json", ""));

    assertThat(definition.tasks()).hasSize(3);
    assertThat(definition.extensions()).hasSize(3);
    assertThat(definition.origin().why()).contains("package.json, go.mod, composer.json");
  }

  @Test
  void names_that_a_terminal_would_act_on_are_not_looked_at() throws Exception {
    var definition =
        of(TestFiles.of(".devcontainer/\033[31m/devcontainer.json", JSON, "\033[2J.sln", "x"));

    assertThat(definition.origin().kind()).isEqualTo(Kind.DEFAULT);
    assertThat(Quoted.isPlain(definition.origin().why())).isTrue();
  }

  private static Definition of(TestFiles files) throws InterruptedException {
    return Definitions.of(files, HERE);
  }

  /** The commands without the question whether the program is there. */
  private static String words(Definition definition) {
    return definition.tasks().stream()
        .map(DefinitionsTest::words)
        .collect(Collectors.joining("; "));
  }

  private static String words(TaskPlan task) {
    return task.name().orElseThrow()
        + ": "
        + bare(task.init().orElse(""))
        + task.command().map(command -> " / " + bare(command)).orElse("");
  }

  private static String bare(String script) {
    return script.startsWith("if ")
        ? script.lines().skip(1).findFirst().orElseThrow().strip()
        : script;
  }
}
