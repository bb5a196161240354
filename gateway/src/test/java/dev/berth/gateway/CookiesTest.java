package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.http.FreePorts;
import dev.berth.base.process.Command;
import dev.berth.protocol.inside.PortPlan.Visibility;
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
    int port = FreePorts.next();
    try (var site = new Site("http://berth.localhost:" + port, port, List.of(), Optional.empty())) {
      shows(site, "http", port);
    }
  }

  @Test
  void so_is_one_that_comes_by_http2() throws Exception {
    int port = FreePorts.next();
    var files = Optional.of(new Certificate(folder).files(folder));
    try (var site = new Site("https://berth.localhost:" + port, port, List.of(), files)) {
      shows(site, "https", port);
    }
  }

  private void shows(Site site, String scheme, int port) throws Exception {
    var dashboard = scheme + "://berth.localhost:" + port;

    var told = afterPage(site, scheme, port, "location.replace('" + dashboard + "/')");
    assertThat(told).contains("sent more cookies than Berth reads");

    var asksOnce = "fetch('%1$s/', {mode: 'no-cors', credentials: 'include'})";
    var freed = asksOnce + ".finally(() => location.replace('%1$s/again'))";
    assertThat(afterPage(site, scheme, port, freed.formatted(dashboard)))
        .contains("control: GET /again");
  }

  /** What a browser shows at last where a page sets 156 KB of cookies for all hosts. */
  private String afterPage(Site site, String scheme, int port, String next) throws Exception {
    var page =
        """
        <script>
        const big = "x".repeat(3900);
        for (let i = 0; i < 40; i++)
          document.cookie = `c${i}=${big}; domain=berth.localhost; path=/; max-age=31536000`;
        if (document.cookie.length < 150000) throw "they are not there"; // waits for them, too
        """
            + next
            + "</script>";
    // It lacks its last byte, so that the browser is not done before it goes on.
    var answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(page.length() + 1, page);
    try (var app = Upstream.answering(answer)) {
      site.serve(Site.route(app.port(), Site.plan(app.port(), Visibility.PUBLIC, false)));
      return browser(
          "%s://%d-%s.ws.berth.localhost:%d/".formatted(scheme, app.port(), Site.WORKSPACE, port));
    }
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
}
