package dev.berth.definition.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.berth.definition.Finding;
import dev.berth.definition.Image;
import dev.berth.definition.compose.ComposeService.File;
import dev.berth.protocol.inside.PortPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeServiceTest {
  @Test
  void the_service_says_image_variables_and_ports() {
    var said =
        read(
            """
            version: "3.8"
            services:
              app:
                image: node:${TAG:-22}
                environment:
                  - A=1
                  - PRICE=5$$
                ports: ["3000:3000", "127.0.0.1:8080:80/tcp", {target: 9229, published: 1}]
                command: sleep infinity
                volumes: ["..:/workspaces/shop:cached", "cache:/cache"]
            """);

    assertThat(said.image()).contains(new Image.Reference("node:22"));
    assertThat(said.env()).containsExactly(entry("A", "1"), entry("PRICE", "5$"));
    assertThat(said.ports()).extracting(PortPlan::first).containsExactly(3000, 80, 9229);
    assertThat(said.findings()).isEmpty();
  }

  @Test
  void a_build_lies_relative_to_the_first_file_and_later_files_win() {
    var said =
        ComposeService.read(
            List.of(
                file("compose.yml", "services: {app: {image: debian, environment: {A: 1, B: 2}}}"),
                file(
                    ".devcontainer/more.yml",
                    """
                    services:
                      app:
                        build: {context: web, dockerfile: ../Dockerfile.dev, args: {V: "1"}, target: dev}
                        environment: {A: 3}
                    """)),
            "app",
            List.of());

    assertThat(said.image())
        .contains(
            new Image.Built(
                "Dockerfile.dev",
                Optional.of("web"),
                new Image.Options(Map.of("V", "1"), Optional.of("dev"), List.of(), List.of())));
    assertThat(said.env()).containsExactly(entry("A", "3"), entry("B", "2"));
    assertThat(said.findings()).isEmpty();
    assertThat(
            ComposeService.read(
                    List.of(file("a/b/c.yml", "services: {app: {build: ..}}")), "app", List.of())
                .image())
        .contains(new Image.Built("a/Dockerfile", Optional.of("a")));
  }

  @Test
  void what_is_not_done_is_told_by_name_at_its_place() {
    var said =
        read(
            """
            include: [other.yml]
            services:
              app:
                image: debian
                privileged: true
                env_file: .env
                command: npm start
                build: ../../outside
                volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
                gpus: all
                environment: [TOKEN]
              db: {image: postgres}
              cache: {image: redis}
            """);

    assertThat(said.image()).contains(new Image.Reference("debian"));
    assertThat(lines(said.findings()))
        .anyMatch(line -> line.startsWith("1:10 warning Other Compose files"))
        .anyMatch(line -> line.startsWith("5:17 warning \"privileged\" is refused"))
        .anyMatch(line -> line.startsWith("6:15 warning Files of variables"))
        .anyMatch(line -> line.startsWith("7:14 warning The service's own command"))
        .anyMatch(line -> line.startsWith("8:12 error") && line.contains("leaves"))
        .anyMatch(line -> line.startsWith("9:15 error The files of the machine"))
        .anyMatch(line -> line.startsWith("10:11 warning \"gpus\""))
        .anyMatch(line -> line.contains("\"TOKEN\" is empty"))
        .anyMatch(line -> line.contains("not started beside it: db, cache."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sleep infinity",
        "/bin/sh -c \"while sleep 1000; do :; done\"",
        "[\"sh\", \"-c\", \"while true; do sleep 5; done\"]",
        "tail -f /dev/null",
        "cat",
        "\"\"",
      })
  void what_only_keeps_a_container_alive_is_not_missed(String command) {
    assertThat(read("services: {app: {image: a, command: %s}}".formatted(command)).findings())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sh -c \"cat cfg && ./server\"", "./server; sleep infinity", "tail -f app.log"})
  void what_does_more_is_told(String command) {
    assertThat(read("services: {app: {image: a, command: %s}}".formatted(command)).findings())
        .singleElement()
        .matches(one -> one.what().contains("command is not run"));
  }

  @Test
  void only_the_others_that_were_asked_for_are_missed() {
    var yml = "services: {app: {image: a}, db: {image: b}, admin: {image: c}}";

    assertThat(ComposeService.read(List.of(file("c.yml", yml)), "app", List.of("app")).findings())
        .isEmpty();
    assertThat(ComposeService.read(List.of(file("c.yml", yml)), "app", List.of("db")).findings())
        .singleElement()
        .matches(finding -> finding.what().endsWith(": db."));
  }

  @Test
  void what_is_no_compose_file_or_has_no_such_service_is_a_finding() {
    for (var yml :
        List.of(
            "", "[1, 2]", "services: 7", "services: {app: []}", "services: {other: {}}", "\t")) {
      var said = read(yml);

      assertThat(said.image()).as(yml).isEmpty();
      assertThat(said.findings())
          .as(yml)
          .anyMatch(one -> one.what().contains("service") || !yml.contains("other"));
      assertThat(said.findings()).as(yml).isNotEmpty();
    }
  }

  private static List<String> lines(List<Finding> findings) {
    var lines = new ArrayList<String>();
    for (var one : findings) {
      lines.add(
          "%d:%d %s %s"
              .formatted(
                  one.line(),
                  one.column(),
                  one.severity().name().toLowerCase(java.util.Locale.ROOT),
                  one.what()));
    }
    return lines;
  }

  private static ComposeService read(String yml) {
    return ComposeService.read(List.of(file("compose.yml", yml)), "app", List.of());
  }

  private static File file(String path, String text) {
    return new File(path, text.getBytes(StandardCharsets.UTF_8));
  }
}
