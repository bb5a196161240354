package dev.berth.control.http;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.http.Response;
import dev.berth.base.json.Json;
import dev.berth.control.account.Accounts;
import dev.berth.control.account.Keys;
import dev.berth.control.account.Settings;
import dev.berth.control.account.SshKeys;
import dev.berth.control.account.Vault;
import dev.berth.control.check.Checkup;
import dev.berth.control.check.Gateways;
import dev.berth.control.check.Surroundings;
import dev.berth.control.reconcile.EditorSource;
import dev.berth.control.reconcile.Specs;
import dev.berth.control.reconcile.StopPolicy;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlSettingsStore;
import dev.berth.control.store.SqlSshKeyStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.control.workspace.Addresses;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.Forks;
import dev.berth.control.workspace.Inspections;
import dev.berth.control.workspace.LastSeen;
import dev.berth.control.workspace.Logs;
import dev.berth.control.workspace.Retention;
import dev.berth.control.workspace.Sizes;
import dev.berth.control.workspace.Views;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspaces;
import dev.berth.protocol.api.EditorView;
import dev.berth.protocol.api.WorkspaceView;
import dev.berth.protocol.check.ChecksView;
import dev.berth.protocol.route.RouteEvent;
import dev.berth.runtime.Saves;
import dev.berth.runtime.WorkspaceSize;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/formats/api/openapi.yaml and the program together. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiDescriptionTest {
  private static final Path FILE = Path.of("../docs/formats/api/openapi.yaml"); // from control/
  private static final String SCHEMAS = "#/components/schemas/";
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head", "options");

  @SuppressWarnings("NullAway.Init") // read before all tests
  private JsonNode description;

  @BeforeAll
  void read() throws IOException {
    description = new YAMLMapper().readTree(FILE.toFile());
  }

  @Test
  void every_call_is_described_and_every_described_call_exists(@TempDir Path folder) {
    assertThat(describedCalls()).containsExactlyInAnyOrderElementsOf(servedCalls(folder));
  }

  @Test
  void what_the_gateway_asks_is_marked_internal_and_nothing_else() {
    description.path("paths").properties().stream()
        .flatMap(path -> path.getValue().properties().stream())
        .filter(entry -> METHODS.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .forEach(call -> {
          boolean internal = call.path("tags").path(0).asText().equals("internal");
          assertThat(call.path("x-internal").asBoolean())
              .as(call.path("operationId").asText())
              .isEqualTo(internal);
        });
  }

  @Test
  void every_type_that_crosses_has_a_schema_and_every_schema_a_type() throws Exception {
    var described = new TreeSet<String>();
    schemas().fieldNames().forEachRemaining(described::add);

    assertThat(described).isEqualTo(types().keySet());
  }

  @Test
  void every_schema_has_the_names_and_kinds_of_its_type() throws Exception {
    types()
        .forEach((name, type) -> {
          var schema = schemas().path(name);
          if (isText(type)) assertThat(schema.path("type").asText()).as(name).isEqualTo("string");
          else if (type.isRecord()) assertThat(told(schema)).as(name).isEqualTo(expected(type));
          else assertThat(choices(schema)).as(name).isEqualTo(expectedChoices(type));
        });
  }

  @Test
  void every_word_of_a_fixed_few_is_listed_as_it_is_written() throws Exception {
    types()
        .forEach((name, type) -> {
          if (isText(type) || !type.isRecord()) return;
          for (var part : components(type)) {
            var schema = schemas().path(name).path("properties").path(part.getName());
            var listed = (schema.has("items") ? schema.path("items") : schema).path("enum");
            named(part.getGenericType()).stream()
                .filter(Class::isEnum)
                .forEach(words ->
                    assertThat(texts(listed))
                        .as(name + "." + part.getName())
                        .isEqualTo(words(words)));
          }
        });
  }

  private static Set<String> words(Class<?> fixedFew) {
    return Stream.of(fixedFew.getEnumConstants())
        .map(word -> Json.read(Json.write(word), String.class))
        .collect(toCollection(TreeSet::new));
  }

  @Test
  void every_example_can_be_read_and_says_nothing_that_is_not_known() throws Exception {
    for (var type : types().entrySet()) {
      var example = schemas().path(type.getKey()).path("example");
      if (example.isMissingNode() || !type.getValue().isRecord()) continue;

      var value = Json.read(example.toString(), type.getValue());

      var written = new YAMLMapper().readTree(Json.write(value));
      assertThat(written).as(type.getKey()).isEqualTo(example);
    }
  }

  @Test
  void every_reference_leads_somewhere() {
    var references = description.findValuesAsText("$ref");

    assertThat(references)
        .isNotEmpty()
        .allSatisfy(reference -> {
          assertThat(description.at(reference.substring(1)).isMissingNode())
              .as(reference)
              .isFalse();
        });
  }

  // Calls.

  private List<String> describedCalls() {
    return description.path("paths").properties().stream()
        .flatMap(path ->
            path.getValue().properties().stream()
                .map(Map.Entry::getKey)
                .filter(METHODS::contains)
                .map(method -> "%S %s".formatted(method, path.getKey())))
        .toList();
  }

  private static List<String> servedCalls(Path folder) {
    try (var database = Database.embedded(folder)) {
      return routes(database, folder).stream()
          .map(call -> call.replace("...}", "}")) // OpenAPI has no word for "the rest of the path"
          .toList();
    }
  }

  private static List<String> routes(Database database, Path folder) {
    var clock = Clock.systemUTC();
    var changes = new Changes();
    var lastSeen = new LastSeen();
    var addresses = new Addresses(URI.create("http://berth.localhost:8433"));
    var store = new SqlWorkspaceStore(database);
    var keys = new Keys(new byte[32]);
    var accounts = new Accounts(new SqlAccountStore(database), keys, clock, changes::sessionEnded);
    var sshKeys = new SshKeys(new SqlSshKeyStore(database), clock, changes::sshKeysChanged);
    var sizes = Map.of("standard", new WorkspaceSize(1000, 1 << 30, 100));
    var settings = new Settings(new SqlSettingsStore(database), new Vault(keys));
    var specs =
        new Specs(
            new Sizes(sizes, "standard"),
            addresses,
            keys,
            StopPolicy.DEFAULT,
            EditorSource.NONE,
            settings,
            "");
    var sources =
        Sources.open(
            new Sources.Settings(
                List.of(), Set.of(), folder.resolve("git"), Sources.Settings.LONGEST));
    var workspaces =
        new Workspaces(
            store,
            sources,
            (_, _) -> Optional.empty(),
            new Sizes(sizes, "standard"),
            changes,
            _ -> {},
            Retention.DEFAULT,
            clock);
    var views = new Views(addresses, lastSeen, Retention.DEFAULT, _ -> List.of());
    var forks = new Forks(workspaces, Saves.OFF);
    return ControlRoutes.of(
            accounts,
            addresses,
            "token",
            new WorkspaceRoutes(
                workspaces, views, changes, new NoLogs(), forks, "http://berth.localhost"),
            new PointRoutes(workspaces, views, Saves.OFF, forks),
            new InspectionRoutes(new Inspections(workspaces, Saves.OFF, settings, clock)),
            new CheckRoutes(
                Checkup.open(Surroundings.NONE, new Gateways(), "1", Checkup.Times.DEFAULT, clock)),
            new PrebuildRoutes(workspaces, views, new NoLogs()),
            new SessionRoutes(
                accounts,
                addresses,
                store,
                new SessionRoutes.Installation(
                    "1",
                    List.of(),
                    Retention.DEFAULT.deleted(),
                    Optional.empty(),
                    EditorView.None::new)),
            new SettingsRoutes(settings, Clock.systemUTC()),
            new SshKeyRoutes(sshKeys),
            new GatewayRoutes(
                store, workspaces, accounts, sshKeys, lastSeen, specs, changes, new Gateways()),
            _ -> Response.empty(404))
        .table();
  }

  private static final class NoLogs implements Logs {
    @Override
    public String of(Workspace workspace) {
      return "";
    }

    @Override
    public String tokenOf(Workspace workspace) {
      return "";
    }
  }

  // Types.

  /**
   * By the names of their schemas: all of the three packages, what they hold, and control's own.
   */
  private static Map<String, Class<?>> types() throws Exception {
    var open = new ArrayDeque<Class<?>>();
    open.addAll(typesBeside(WorkspaceView.class));
    open.addAll(typesBeside(RouteEvent.class));
    open.addAll(typesBeside(ChecksView.class));
    open.add(ProblemAnswer.class);
    for (var routes : List.of(WorkspaceRoutes.class, GatewayRoutes.class)) {
      Arrays.stream(routes.getDeclaredClasses()).filter(Class::isRecord).forEach(open::add);
    }
    var all = new TreeMap<String, Class<?>>();
    while (!open.isEmpty()) {
      var type = open.pop();
      if (!(type.isRecord() || type.isSealed()) || all.put(name(type), type) != null) continue;
      if (isText(type)) continue;
      if (type.isSealed()) open.addAll(List.of(type.getPermittedSubclasses()));
      else components(type).forEach(part -> open.addAll(named(part.getGenericType())));
    }
    return all;
  }

  private static List<Class<?>> typesBeside(Class<?> type) throws Exception {
    var place = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    var folder = type.getPackageName().replace('.', '/');
    if (Files.isDirectory(place)) return typesIn(place.resolve(folder), type.getPackageName());
    try (var jar = FileSystems.newFileSystem(place)) {
      return typesIn(jar.getPath(folder), type.getPackageName());
    }
  }

  private static List<Class<?>> typesIn(Path folder, String packageName) throws Exception {
    List<String> names;
    try (var files = Files.list(folder)) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".class") && !file.contains("-"))
              .map(file -> packageName + "." + file.substring(0, file.length() - 6))
              .toList();
    }
    assertThat(names).isNotEmpty();
    var types = new java.util.ArrayList<Class<?>>();
    for (var name : names) types.add(Class.forName(name));
    return types;
  }

  /** A nested type's with those around it; control's own routes are no part of a name. */
  private static String name(Class<?> type) {
    var around = type.getEnclosingClass();
    boolean part = around != null && (around.isRecord() || around.isSealed());
    return part ? name(around) + "." + type.getSimpleName() : type.getSimpleName();
  }

  /** Those of a part that is written among the others stand for it. */
  private static List<RecordComponent> components(Class<?> type) {
    return Stream.of(type.getRecordComponents())
        .flatMap(part ->
            part.getAccessor().isAnnotationPresent(JsonUnwrapped.class)
                ? components(part.getType()).stream()
                : Stream.of(part))
        .toList();
  }

  private static boolean isText(Class<?> type) {
    return type.isRecord()
        && components(type).stream()
            .anyMatch(part -> part.getAccessor().isAnnotationPresent(JsonValue.class));
  }

  private static List<Class<?>> named(Type type) {
    return switch (type) {
      case Class<?> plain -> List.of(plain);
      case ParameterizedType many ->
          Stream.of(many.getActualTypeArguments()).flatMap(part -> named(part).stream()).toList();
      default -> throw new IllegalStateException("no schema for " + type);
    };
  }

  // A type and a schema in the same words: each name with its kind, "?" behind it where optional.

  private static Set<String> expected(Class<?> type) {
    var all =
        components(type).stream()
            .map(part -> part.getName() + word(part.getGenericType()))
            .collect(toCollection(TreeSet::new));
    Arrays.stream(type.getInterfaces())
        .filter(Class::isSealed)
        .forEach(_ -> all.add("kind: " + kind(type)));
    return all;
  }

  private static String word(Type type) {
    if (type instanceof ParameterizedType many && many.getRawType() == Optional.class) {
      return "?" + word(many.getActualTypeArguments()[0]);
    }
    return ": " + kindOf(type);
  }

  private static String kindOf(Type type) {
    if (type instanceof ParameterizedType many) {
      var parts = many.getActualTypeArguments();
      return many.getRawType() == Map.class
          ? "map of " + kindOf(parts[1])
          : "list of " + kindOf(parts[0]);
    }
    if (type == String.class || type == Instant.class) return "string";
    if (type == int.class || type == Integer.class || type == long.class) return "integer";
    if (type == boolean.class || type == Boolean.class) return "boolean";
    if (type instanceof Class<?> plain && plain.isEnum()) return "string";
    return type instanceof Class<?> plain ? name(plain) : type.getTypeName();
  }

  private static Set<String> told(JsonNode schema) {
    var required = texts(schema.path("required"));
    assertThat(schema.path("type").asText()).isEqualTo("object");
    return schema.path("properties").properties().stream()
        .map(part ->
            part.getKey()
                + (required.contains(part.getKey()) ? ": " : "?: ")
                + toldKind(part.getValue()))
        .collect(toCollection(TreeSet::new));
  }

  private static String toldKind(JsonNode schema) {
    if (schema.has("$ref")) return schema.path("$ref").asText().replace(SCHEMAS, "");
    if (schema.has("const")) return schema.path("const").asText();
    return switch (schema.path("type").asText()) {
      case "array" -> "list of " + toldKind(schema.path("items"));
      case "object" -> "map of " + toldKind(schema.path("additionalProperties"));
      default -> schema.path("type").asText();
    };
  }

  private static Map<String, String> expectedChoices(Class<?> type) {
    var all = new TreeMap<String, String>();
    for (var choice : type.getPermittedSubclasses()) all.put(kind(choice), SCHEMAS + name(choice));
    return all;
  }

  private static Map<String, String> choices(JsonNode schema) {
    var all = new TreeMap<String, String>();
    schema
        .path("discriminator")
        .path("mapping")
        .properties()
        .forEach(entry -> all.put(entry.getKey(), entry.getValue().asText()));
    assertThat(schema.path("discriminator").path("propertyName").asText()).isEqualTo("kind");
    assertThat(new TreeSet<>(schema.path("oneOf").findValuesAsText("$ref")))
        .isEqualTo(new TreeSet<>(all.values()));
    return all;
  }

  private static String kind(Class<?> type) {
    var name = type.getSimpleName();
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  private static Set<String> texts(JsonNode list) {
    var all = new TreeSet<String>();
    list.forEach(item -> all.add(item.asText()));
    return all;
  }

  private JsonNode schemas() {
    return description.path("components").path("schemas");
  }
}
