package dev.berth.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitUntilState;
import dev.berth.base.json.Json;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.ProfileView;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A developer's day in the real VS Code, in a real browser. */
@ExtendWith(Site.Shared.class)
final class EditorTest {
  /** VS Code's page is drawn in 3 s on an idle machine. */
  private static final double PATIENCE_MS = 60_000;

  /** The first run on a machine makes the editor, which all later ones share. */
  private static final Duration MADE = Duration.ofMinutes(10);

  /** Where four share a processor, the page is there after 40 s; one of the messages takes 30 s. */
  private static final double TOLD_MS = 180_000;

  /** As a program inside says where it serves. */
  private static final String PORT = "http://localhost:3000/";

  private static Installation berth;

  private final Site site;
  private final Playwright playwright = Playwright.create();

  EditorTest(Site site) {
    this.site = site;
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
  }

  @BeforeAll
  @Timeout(360)
  static void open() throws Exception {
    berth = Installation.withEditor();
    berth.up();
  }

  @AfterAll
  static void close() throws Exception {
    berth.close();
  }

  @Test
  @Timeout(900)
  void a_developer_edits_saves_commits_and_comes_back() throws Exception {
    try (playwright;
        var browser = playwright.chromium().launch(Browsers.options())) {
      var page = page(browser);
      logIn(page);
      assertThat(profile(true).status()).isEqualTo(200);
      var id = berth.api().run(site.shop()).id();
      awaitEditor(id);
      openEditor(page, id);
      picture(page, "opened");

      an_edit_is_saved(page, id);
      the_tasks_terminals_are_there(page);
      a_terminal_runs_commands(page, id);
      a_served_port_is_listed_with_its_address(page, id);

      the_window_loses_the_focus(page);
      page.reload();
      row(page, "README.md").waitFor();
      assertThat(page.locator(".tab", having(".gitpod.yml"))).isVisible();
      // Its text, from the server: the page is whole again.
      assertThat(page.locator(".editor-instance .view-line").first()).not().isEmpty();
      picture(page, "reloaded");
      assertThat(text(id, "git", "log", "-1", "--format=%s")).isEqualTo("from the editor");

      it_is_dark_where_the_desktop_is(page);
      a_stop_and_a_start_keep_what_the_editor_knows(page, id);
      a_private_port_is_previewed_by_a_browser_that_was_never_there(page, id);
      berth.api().delete(id);
    }
  }

  @Test
  @Timeout(900)
  void what_there_is_to_know_of_a_workspace_is_told_as_grave_as_it_is() throws Exception {
    var wrong = made("octo/wrong", "tasks: [\n");
    var odd = made("octo/odd", "ports:\n- {port: 3000, protocol: TCP}\n");
    // Nobody answers there, so it is given up half a minute after the page is open.
    var late = site.git().url("hang/late.vsix");
    var waits = made("octo/waits", "vscode: {extensions: [%s]}\n".formatted(late));
    site.git().create("octo/empty");
    try (playwright;
        var browser = playwright.chromium().launch(Browsers.options())) {
      var page = page(browser);
      logIn(page);

      isTold(page, wrong, "error", ".gitpod.yml:2:1");
      isTold(page, odd, "warning", ".gitpod.yml:2:26");
      isTold(page, site.git().url("octo/empty"), "info", "The repository is empty");
      isTold(page, waits, "error", "late.vsix");
    }
  }

  private String made(String repository, String definition) throws Exception {
    Samples.small(site.git().create(repository), ".gitpod.yml", definition);
    return site.git().url(repository);
  }

  /** A message is there for 10 s at least, so it is looked for from the first moment on. */
  private static void isTold(Page page, String url, String icon, String words) throws Exception {
    var id = berth.api().run(url).id();
    awaitEditor(id);
    page.navigate(
        "http://%s.ws.berth.localhost:%d/".formatted(id, berth.port()),
        new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));

    var toast = page.locator(".notification-toast:has(.codicon-%s)".formatted(icon), having(words));
    assertThat(toast).isVisible(new IsVisibleOptions().setTimeout(TOLD_MS));
    picture(page, "told-" + id);
    berth.api().delete(id);
  }

  private void an_edit_is_saved(Page page, WorkspaceId id) throws Exception {
    row(page, "README.md").dblclick();
    var lines = page.locator(".editor-instance .view-lines").first();
    assertThat(lines).containsText("Shop");
    lines.click();
    page.keyboard().press("Control+Home");
    page.keyboard().type("typed in the editor ");
    page.keyboard().press("Control+S");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(text(id, "cat", "README.md")).startsWith("typed in the editor # Shop"));
    picture(page, "saved");
  }

  private static void the_tasks_terminals_are_there(Page page) {
    assertThat(page.locator(".terminal-tabs-entry", having("build"))).isVisible();
    assertThat(page.locator(".terminal-tabs-entry", having("web"))).isVisible();
  }

  private void a_terminal_runs_commands(Page page, WorkspaceId id) throws Exception {
    page.keyboard().press("Control+Shift+Backquote");
    assertThat(page.locator(".terminal-tabs-entry", having("bash"))).isVisible();
    page.waitForFunction("document.activeElement?.className.includes('xterm-helper-textarea')");
    page.keyboard().type("git config user.email a@b.c; git config user.name A; ");
    page.keyboard().type("git commit -qam 'from the editor'; code .gitpod.yml");
    page.keyboard().press("Enter");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(text(id, "git", "log", "-1", "--format=%s")).isEqualTo("from the editor"));
    assertThat(page.locator(".tab", having(".gitpod.yml"))).isVisible();
    picture(page, "committed");

    // From a terminal that is not the editor's, too.
    var door = berth.api().door(id);
    var ran = Inside.exec(door, List.of("bash", "-lc", "code src/part00/File0000.java"), "");
    assertThat(ran.exitCode()).as(ran.errors()).isZero();
    assertThat(page.locator(".tab", having("File0000.java"))).isVisible();
  }

  private static void a_served_port_is_listed_with_its_address(Page page, WorkspaceId id) {
    page.locator(".panel .action-label", having("Ports")).first().click();
    var address = "http://3000-%s.ws.berth.localhost:%d/".formatted(id, berth.port());
    assertThat(page.locator("[id='~remote.forwardedPortsContainer']")).containsText(address);
    picture(page, "ports");
  }

  private void a_private_port_is_previewed_by_a_browser_that_was_never_there(
      Page page, WorkspaceId id) throws Exception {
    assertThat(page.context().cookies().stream().map(cookie -> cookie.domain))
        .isNotEmpty()
        .doesNotContain(portHost(id));

    var preview = List.of("bash", "-lc", "gp preview " + PORT);
    await() // the window's extension comes a little after its page
        .atMost(Duration.ofSeconds(60))
        .until(() -> Inside.exec(berth.api().door(id), preview, "").exitCode() == 0);
    awaitFrame(page, portHost(id), "served from inside");
    picture(page, "preview");
  }

  private static String portHost(WorkspaceId id) {
    return "3000-%s.ws.berth.localhost".formatted(id);
  }

  /** Playwright hears of new frames only while it is asked something. */
  private static void awaitFrame(Page page, String host, String text) {
    page.waitForCondition(() ->
        page.frames().stream()
            .filter(frame -> frame.url().contains("//" + host))
            .anyMatch(frame -> frame.locator("body").textContent().contains(text)));
  }

  private static void it_is_dark_where_the_desktop_is(Page page) {
    assertThat(page.locator(".monaco-workbench.vs")).isVisible();
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    page.reload();
    assertThat(page.locator(".monaco-workbench.vs-dark")).isVisible();
    row(page, "README.md").waitFor();
    picture(page, "dark");
  }

  /** VS Code saves which files are open when its window is left, and once a minute. */
  private static void the_window_loses_the_focus(Page page) {
    var focus = page.context().newCDPSession(page);
    var off = new JsonObject();
    off.addProperty("enabled", false);
    focus.send("Emulation.setFocusEmulationEnabled", off);
    var other = page.context().newPage();
    other.bringToFront();
    page.waitForFunction("!document.hasFocus()");
    // waitForFunction would take a promise for a yes, whatever it holds.
    await()
        .pollInSameThread()
        .atMost(Duration.ofMinutes(2))
        .until(() -> (boolean) page.evaluate(OPEN_FILES_ARE_SAVED));
    other.close();
    page.bringToFront();
  }

  private static final String OPEN_FILES_ARE_SAVED =
      """
      async () => {
        const found = (await indexedDB.databases()).map(one => one.name)
            .filter(name => /^vscode-web-state-db-(?!global)/.test(name));
        for (const name of found) {
          const database = await new Promise(then => {
            const asked = indexedDB.open(name);
            asked.onsuccess = () => then(asked.result);
          });
          const table = database.transaction('ItemTable').objectStore('ItemTable');
          const value = await new Promise(then => {
            const asked = table.get('memento/workbench.parts.editor');
            asked.onsuccess = () => then(asked.result);
          });
          database.close();
          if (value?.includes('.gitpod.yml') && value.includes('File0000.java')) return true;
        }
        return false;
      }
      """;

  private void a_stop_and_a_start_keep_what_the_editor_knows(Page page, WorkspaceId id)
      throws Exception {
    var mine = "$HOME/.local/share/berth/editor/User/settings.json";
    sh(id, "echo '{\"editor.fontSize\": 21}' > " + mine);
    another_workspace_of_the_user_has_the_same_settings(mine);
    startAnew(id);

    openEditor(page, id);

    assertThat(sh(id, "cat " + mine)).contains("21");
    assertThat(page.locator(".tab", having(".gitpod.yml"))).isVisible();
    picture(page, "again");
  }

  private void another_workspace_of_the_user_has_the_same_settings(String mine) throws Exception {
    var other = berth.api().run(site.small()).id();
    awaitEditor(other);
    // A start has what was kept before it, and a change is kept within seconds, not at once.
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> {
          if (sh(other, "cat " + mine).contains("21")) return true;
          startAnew(other);
          return false;
        });
    berth.api().delete(other);
  }

  /** Each browser by a link of its own, as a link is good once. */
  private static void logIn(Page page) throws Exception {
    page.navigate(berth.berth("login").text());
    assertThat(page.locator("#url")).isVisible();
  }

  private static void startAnew(WorkspaceId id) throws Exception {
    berth.api().stop(id);
    await().atMost(Duration.ofMinutes(1)).until(() -> berth.firstProcess(id).isEmpty());
    berth.api().start(id);
    berth.api().running(id);
    awaitEditor(id);
  }

  private static Api.Answer profile(boolean samePreferences) throws Exception {
    var profile = Json.write(new ProfileView("", "", Optional.empty(), samePreferences));
    return berth.api().call("PUT", "/api/v1/profile", profile);
  }

  private static void awaitEditor(WorkspaceId id) {
    await()
        .atMost(MADE)
        .until(() ->
            berth.api().find(id).editor().filter(EditorState.Ready.class::isInstance).isPresent());
  }

  private static void openEditor(Page page, WorkspaceId id) {
    page.navigate("http://%s.ws.berth.localhost:%d/".formatted(id, berth.port()));
    row(page, "README.md").waitFor(new Locator.WaitForOptions().setTimeout(PATIENCE_MS));
  }

  private static Locator row(Page page, String name) {
    return page.locator(".explorer-folders-view .monaco-list-row", having(name));
  }

  private static Page.LocatorOptions having(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  private String text(WorkspaceId id, String... argv) throws Exception {
    return Inside.exec(berth.api().door(id), List.of(argv), "").text();
  }

  private String sh(WorkspaceId id, String script) throws Exception {
    return text(id, "sh", "-c", script);
  }

  private static Page page(Browser browser) {
    var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1300, 850));
    var page = context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  private static void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(Path.of("target/pictures/editor-" + name + ".png")));
  }
}
