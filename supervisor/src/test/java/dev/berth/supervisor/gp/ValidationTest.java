package dev.berth.supervisor.gp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ValidationTest {
  @TempDir private Path folder;

  @Test
  void what_a_definition_says_of_ports_is_printed_for_the_supervisor() throws Exception {
    assertThat(report("ports:\n- {port: 3000-3010, name: Sites, visibility: public}\n"))
        .contains("\"kind\":\"changed\"", "\"findings\":[]")
        .contains("\"first\":3000,\"last\":3010,\"onOpen\":\"NOTIFY\",\"visibility\":\"PUBLIC\"");
    assertThat(report("ports: []")).contains("\"kind\":\"changed\"", "\"ports\":[]");
  }

  @Test
  void what_is_wrong_in_one_port_leaves_the_others() throws Exception {
    assertThat(report("ports:\n  - port: 70000\n  - port: 4000\n    onOpen: nothing\n"))
        .contains("\"kind\":\"changed\"", "\"first\":4000", "\"line\":2", "\"line\":4")
        .doesNotContain("\"first\":70000");
  }

  @Test
  void a_file_that_is_no_yaml_says_nothing_of_ports() throws Exception {
    assertThat(report("ports:\n\t- port: 5000\n"))
        .contains("\"kind\":\"unreadable\"", "\"severity\":\"error\"", "\"line\":2")
        .doesNotContain("\"ports\"");
  }

  private String report(String yml) throws Exception {
    Files.writeString(folder.resolve(".gitpod.yml"), yml);
    var out = new ByteArrayOutputStream();
    var caller =
        new Caller(
            Map.of(),
            folder,
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(Gp.run(List.of("definition", ".gitpod.yml"), caller))
        .as(out.toString(StandardCharsets.UTF_8))
        .isZero();
    return out.toString(StandardCharsets.UTF_8);
  }
}
