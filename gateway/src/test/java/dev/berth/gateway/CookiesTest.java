package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A page of a workspace that gives its visitor's browser more cookies than the gateway reads. */
@Timeout(120)
final class CookiesTest {
  @TempDir Path folder;

  @Test
  void a_browser_is_told_and_freed_of_them() throws Exception {
    int port = freePort();
    try (var site = new Site("http://berth.localhost:" + port, port, List.of(), Optional.empty())) {
      shows(site, "http", port);
    }
  }

  private void shows(Site site, String scheme, int port) throws Exception {
    var dashboard = scheme + "://berth.localhost:" + port;
    var page = page(dashboard);
    var answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(page.length(), page);
    try (var app = Upstream.answering(answer)) {
      site.serve(Site.route(app.port(), Site.plan(app.port(), Visibility.PUBLIC, false)));
      var there = "%d-%s.ws.berth.localhost:%d".formatted(app.port(), Site.WORKSPACE, port);
      var first = browser(scheme + "://" + there + "/");

      assertThat(first).contains("sent more cookies than Berth reads");
      assertThat(browser(dashboard + "/again")).contains("control: GET /again");
    }
  }

  /** Sets 156 KB of cookies for all hosts, and goes to where they hurt. */
  private static String page(String dashboard) {
    return """
    <script>
    const big = "x".repeat(3900);
    for (let i = 0; i < 40; i++)
      document.cookie = `c${i}=${big}; domain=berth.localhost; path=/; max-age=31536000`;
    location.replace("%s/");
    </script>
    """
        .formatted(dashboard);
  }

  private String browser(String url) throws InterruptedException {
    var ran =
        Command.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--ignore-certificate-errors",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=5000",
                "--dump-dom",
                url)
            .within(Duration.ofSeconds(50))
            .run();
    return ran.text();
  }

  private static int freePort() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
