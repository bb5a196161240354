package dev.berth.cli.role;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.berth.base.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {
  @Test
  void what_is_logged_is_one_line_of_json_whatever_is_in_it() {
    var logger = new LoggerContext().getLogger("dev.berth.Test");
    var failure = new IllegalStateException("no\nway");
    var event =
        new LoggingEvent(
            "x", logger, Level.WARN, "a \"word\"\n{}", failure, new Object[] {"\u0007"});
    event.setInstant(Instant.parse("2026-11-22T10:00:00.5Z"));
    event.setThreadName("main");

    var line = new String(new JsonLines().encode(event), StandardCharsets.UTF_8);

    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    @SuppressWarnings("unchecked")
    Map<String, String> read = Json.read(line, Map.class);
    assertThat(read)
        .containsEntry("time", "2026-11-22T10:00:00.500Z")
        .containsEntry("severity", "WARN")
        .containsEntry("message", "a \"word\"\n\u0007")
        .containsEntry("logger", "dev.berth.Test")
        .containsEntry("thread", "main");
    assertThat(read.get("stack"))
        .contains("IllegalStateException: no\nway")
        .contains("JsonLinesTest");
  }
}
