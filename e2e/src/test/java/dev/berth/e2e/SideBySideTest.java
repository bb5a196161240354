package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several installations on one machine. */
@ExtendWith(Site.Shared.class)
final class SideBySideTest {
  private final Site site;

  SideBySideTest(Site site) {
    this.site = site;
  }

  @Test
  @Timeout(360)
  void two_installations_do_not_know_of_each_other() throws Exception {
    var first = site.berth();
    var mine = first.api().run(site.small());
    List<String> seconds;
    try (var second = Installation.create("port: " + first.port())) {
      second.up();
      var its = second.api().run(site.small());

      assertThat(second.api().list()).extracting(view -> view.id()).containsExactly(its.id());
      assertThat(first.api().list()).extracting(view -> view.id()).doesNotContain(its.id());
      assertThat(its.url()).contains(":" + second.port());
      var door = first.api().door(mine.id());
      var stolen =
          new Api.Door(
              second.api().server().gatewayPort(),
              its.url().substring("http://".length()).replaceAll("/$", ""),
              door.token());
      assertThat(stolen.call("GET", "/_supervisor/v1/status", "").status()).isEqualTo(404);

      // Its configured port is the first one's, and down must do without it.
      second.kill();
      assertThat(second.berth("down").exitCode()).isZero();
      second.up();
      assertThat(second.api().find(its.id()).phase()).isInstanceOf(Phase.Stopped.class);
      seconds = second.links();
      assertThat(seconds).isNotEmpty();
    }
    assertThat(first.api().find(mine.id()).phase()).isInstanceOf(Phase.Running.class);
    first.api().delete(mine.id());
    first.api().gone(mine.id());
    assertThat(seconds).noneMatch(link -> Files.exists(Path.of("/sys/class/net", link)));
  }
}
