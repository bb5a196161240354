package dev.berth.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import dev.berth.base.json.Json;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.LoginLink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The main job in a browser, from the login link to a public port. */
@ExtendWith(Site.Shared.class)
final class BrowserTest {
  /** Others of these tests have processes and browsers, too. */
  private static final double PATIENCE_MS = 60_000;

  private final Site site;
  private final Playwright playwright = Playwright.create();
  private final Browser browser = playwright.chromium().launch(Browsers.options());

  private final AtomicInteger pictures = new AtomicInteger();

  /** Errors of scripts and of the content security policy. */
  private final List<String> complaints = new ArrayList<>();

  BrowserTest(Site site) {
    this.site = site;
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
  }

  @AfterEach
  void close() {
    // Where a test failed, this shows what was seen then.
    browser.contexts().stream()
        .flatMap(context -> context.pages().stream())
        .forEach(page -> picture(page, "last-" + pictures.incrementAndGet()));
    playwright.close();
  }

  @Test
  @Timeout(400)
  void a_developer_logs_in_opens_a_repository_and_works() throws Exception {
    var context = visitor(1400, 900);
    var page = page(context);
    page.navigate(site.berth().berth("login").text());
    assertThat(page.locator("#url")).isVisible();
    page.locator("#url").fill(site.shop());
    page.keyboard().press("Enter");

    assertThat(page).hasURL(Pattern.compile("#/start/octo-shop-"));
    assertThat(page.locator(".step").first()).isVisible();
    picture(page, "starting");
    page.waitForURL(
        Pattern.compile("^http://octo-shop-[a-z0-9]{11}\\.ws\\.berth\\.localhost:\\d+/$"));
    var id = new WorkspaceId(page.url().substring("http://".length()).replaceAll("\\..*", ""));

    // Both tasks have their terminals; a third is opened, and typed into.
    assertThat(tab(page, "build")).isVisible();
    tab(page, "web").click();
    assertThat(page.locator(".xterm-rows:visible")).containsText("serving 3000");
    page.keyboard().press("Control+Shift+Backquote");
    assertThat(page.getByRole(AriaRole.TAB)).hasCount(3);
    var screen = page.locator(".xterm-rows:visible");
    assertThat(screen).containsText("gitpod");
    page.keyboard().type("echo product $((6 * 7)) in $PWD");
    page.keyboard().press("Enter");
    assertThat(screen).containsText("product 42 in /workspace/shop");
    picture(page, "terminal");

    page.reload();
    assertThat(page.getByRole(AriaRole.TAB)).hasCount(3);
    page.getByRole(AriaRole.TAB).nth(2).click();
    assertThat(page.locator(".xterm-rows:visible")).containsText("product 42 in /workspace/shop");
    tab(page, "build").click();
    assertThat(page.locator(".xterm-rows:visible")).containsText("the build is done");

    a_private_port_is_the_owners(context, id);
    the_dashboard_opens_the_port_and_stops_the_workspace(context, id);
    a_phone_shows_the_list(id);
    site.berth().api().delete(id);
  }

  @Test
  @Timeout(200)
  void an_image_that_cannot_be_had_is_told_and_the_default_one_is_a_button() throws Exception {
    var git = site.git();
    Samples.small(git.create("octo/imageless"), ".gitpod.yml", "image: 127.0.0.1:9/no/image:1\n");
    var id = site.berth().api().open(git.url("octo/imageless")).id();
    var page = page(visitor(1400, 900));
    page.navigate(link());
    page.navigate(dashboard() + "/#/start/" + id);

    var button = page.getByText("Start with the default image");
    assertThat(button).isVisible();
    assertThat(page.locator("body")).containsText("127.0.0.1:9/no/image:1");
    picture(page, "image-failed");
    button.click();

    page.waitForURL(Pattern.compile("^http://%s\\.ws\\..*".formatted(id)));
    var view = site.berth().api().find(id);
    assertThat(view.image()).isEqualTo("default");
    assertThat(view.phase()).isInstanceOf(Phase.Running.class);
    assertThat(complaints).isEmpty();
    site.berth().api().delete(id);
  }

  private void a_private_port_is_the_owners(BrowserContext context, WorkspaceId id)
      throws Exception {
    var port = page(context);
    port.navigate(portUrl(id));
    assertThat(port.locator("body")).containsText("served from inside");
    assertThat(port.locator("body")).not().containsText("berth_");

    // Each host has cookies of its own, none for a parent domain.
    var cookies = context.cookies();
    assertThat(cookies.stream().map(cookie -> cookie.domain))
        .contains("berth.localhost", id + ".ws.berth.localhost", "3000-" + host(id))
        .noneMatch(domain -> domain.startsWith("."));
    assertThat(cookies).allMatch(cookie -> cookie.httpOnly);
    assertThat(cookies.stream().map((Cookie cookie) -> cookie.value)).doesNotHaveDuplicates();
    port.close();

    var stranger = visitor(1000, 700);
    var unknown = answer(stranger, "http://" + authority("octo-shop-aaaaaaaaaaa") + "/");
    var known = answer(stranger, "http://" + authority(id.value()) + "/");
    assertThat(known.replace(id.value(), "ID"))
        .isEqualTo(unknown.replace("octo-shop-aaaaaaaaaaa", "ID"));
    var asked = site.berth().api().stranger("3000-" + authority(id.value()), "/");
    var nowhere = site.berth().api().stranger("3000-" + authority("octo-shop-aaaaaaaaaaa"), "/");
    assertThat(asked.status()).isEqualTo(404);
    assertThat(asked.body()).isEqualTo(nowhere.body());
  }

  private void the_dashboard_opens_the_port_and_stops_the_workspace(
      BrowserContext context, WorkspaceId id) throws Exception {
    var page = page(context);
    page.navigate(dashboard() + "/#/workspace/" + id);
    picture(page, "detail");
    page.getByRole(AriaRole.SWITCH).click();
    page.getByText("Make it public", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.getByRole(AriaRole.SWITCH)).hasAttribute("aria-checked", "true");
    await()
        .untilAsserted(() ->
            assertThat(site.berth().api().stranger("3000-" + authority(id.value()), "/").body())
                .contains("served from inside"));

    page.navigate(dashboard() + "/");
    var row = page.locator("[data-row=" + id + "]");
    assertThat(row).containsText("Running");
    picture(page, "list");
    row.getByLabel("Stop octo/shop").click();
    assertThat(row).containsText("Stopped");
  }

  private void a_phone_shows_the_list(WorkspaceId id) throws Exception {
    var page = page(visitor(400, 800));
    page.navigate(link());
    assertThat(page.locator("[data-row=" + id + "]")).containsText("Stopped");
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
    picture(page, "phone");
    assertThat(complaints).isEmpty();
  }

  /** Where a page ended, and what it says. */
  private String answer(BrowserContext context, String url) {
    var page = page(context);
    page.navigate(url);
    assertThat(page.getByText("berth login")).isVisible();
    return page.url() + "\n" + page.locator("body").innerText();
  }

  private String link() throws Exception {
    var answer = site.berth().api().call("POST", "/api/v1/login-links", "");
    return Json.read(answer.body(), LoginLink.class).url();
  }

  private String dashboard() {
    return "http://berth.localhost:" + site.berth().port();
  }

  private String portUrl(WorkspaceId id) {
    return "http://3000-%s/".formatted(authority(id.value()));
  }

  private String authority(String id) {
    return "%s.ws.berth.localhost:%d".formatted(id, site.berth().port());
  }

  private static String host(WorkspaceId id) {
    return id + ".ws.berth.localhost";
  }

  private BrowserContext visitor(int width, int height) {
    var context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(width, height).setLocale("en-GB"));
    context.setDefaultTimeout(PATIENCE_MS);
    context.setDefaultNavigationTimeout(PATIENCE_MS); // a start of a workspace is in one
    return context;
  }

  private Page page(BrowserContext context) {
    var page = context.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(message -> {
      if (message.text().contains("Content Security Policy")) complaints.add(message.text());
    });
    return page;
  }

  private static Locator tab(Page page, String name) {
    return page.getByRole(AriaRole.TAB)
        .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^" + name + ",")));
  }

  /** Leaves a picture in target/screenshots for people to look at. */
  private static void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(Path.of("target/screenshots", name + ".png")));
  }
}
