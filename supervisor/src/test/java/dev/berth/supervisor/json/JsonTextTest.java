package dev.berth.supervisor.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.protocol.Notice;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.protocol.inside.PortPlan;
import dev.berth.protocol.inside.SizePlan;
import dev.berth.protocol.inside.TaskPlan;
import dev.berth.supervisor.TestInstance;
import dev.berth.supervisor.boot.BootFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTextTest {
  @Test
  void a_boot_plan_is_read_as_it_is_written_elsewhere() {
    var content =
        new ContentPlan(
                "https://host/a",
                Optional.of("main"),
                Optional.empty(),
                Optional.of("r"),
                "a",
                Map.of("k", "v"))
            .without(Set.of("http_proxy"));
    var task =
        new TaskPlan(
            Optional.of("n\"\\\n"),
            Optional.empty(),
            Optional.of("ü€😀\033"),
            Optional.of("in a prebuild"),
            Optional.of("once"),
            Optional.of(""),
            Map.of("A", "b"),
            Optional.of("main"),
            Optional.of("split-left"));
    var port =
        new PortPlan(
            1,
            2,
            PortPlan.OnOpen.IGNORE,
            PortPlan.Visibility.PUBLIC,
            true,
            Optional.of("p"),
            Optional.empty());
    var plain = TestInstance.plan(content, List.of(task, task), List.of(Notice.error("note")));
    var plan =
        new BootPlan(
            plain.workspace(),
            plain.instance(),
            plain.token(),
            plain.workspaceUrl(),
            plain.dashboardUrl(),
            plain.contextUrl(),
            content,
            plain.tasks(),
            List.of(port),
            plain.env(),
            new OwnerPlan(plain.owner().id(), plain.owner().author(), Optional.of("https://d")),
            new SizePlan("s", 1, 2, Optional.of(new SizePlan.Core(3, 4))),
            7,
            new EditorPlan(
                List.of("a.b"),
                "{\"a\": 1}",
                Optional.of("http://g"),
                Optional.empty(),
                Optional.of(Map.of("a.json", "{}")),
                List.of("a.c")),
            plain.told(),
            plain.definition(),
            plain.headless(),
            Optional.empty(),
            "-----BEGIN CERTIFICATE-----\n");

    assertThat(BootFile.read(Json.bytes(plan))).isEqualTo(plan);
  }

  @Test
  void what_is_written_is_read_the_same_elsewhere() {
    var texts = List.of("plain", "\"\\/\b\f\n\r\t\0\033", "ü€😀", "\ud800", "");
    assertThat(Json.read(JsonText.write(texts), String[].class)).containsExactlyElementsOf(texts);
    assertThat(JsonText.write(Map.of("a", Optional.empty()))).isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{", "{}{}", "{\"a\":1e}", "{a:1}"})
  void what_is_no_object_is_refused(String json) {
    assertThatThrownBy(() -> JsonText.read(json)).isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void a_field_of_another_kind_is_refused() {
    var fields = JsonText.read("{\"a\":\"x\",\"n\":99999999999,\"none\":null,\"l\":[1]}");
    assertThatThrownBy(() -> fields.whole("a")).isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> fields.whole("n")).isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> fields.text("n")).isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> fields.text("none")).isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> fields.list("l")).isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> fields.object("l")).isInstanceOf(Problem.Invalid.class);
    assertThat(fields.optionalText("none")).isEmpty();
  }
}
