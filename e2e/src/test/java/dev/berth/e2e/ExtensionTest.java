package dev.berth.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.berth.base.json.Json;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.ProfileView;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Extensions in the real VS Code, from a registry that is there and then is not. */
@ExtendWith(Site.Shared.class)
final class ExtensionTest {
  private static final double PATIENCE_MS = 60_000;

  /** The first run on a machine makes the editor, which all later ones share. */
  private static final Duration MADE = Duration.ofMinutes(10);

  private static final String LIST = "ls ~/.local/share/berth/editor/extensions";

  private static final String SAME = "cat ~/.local/share/berth/shared-extensions";

  private final Site site;

  ExtensionTest(Site site) {
    this.site = site;
  }

  @Test
  @Timeout(900)
  void they_are_found_and_installed_also_while_the_registry_is_away() throws Exception {
    Samples.small(
        site.git().create("octo/wants"),
        ".gitpod.yml",
        "vscode:\n  extensions: [acme.hello]\nports:\n  - port: 8080\n");
    try (var registry = ExtensionRegistry.open();
        var berth = Installation.withRegistry(registry.address())) {
      var link = berth.up();
      an_extension_of_the_definition_is_there_when_the_editor_opens(berth);
      the_public_port_is_the_users_own_inside(berth);
      try (var playwright = Playwright.create();
          var browser = playwright.chromium().launch(Browsers.options())) {
        var page = page(browser);
        page.navigate(link);
        the_view_finds_and_installs_one(berth, page, "there");
        registry.goAway();
        the_view_finds_and_installs_one(berth, page, "away");
      }
      what_a_user_installs_or_removes_in_one_workspace_is_so_in_his_others(berth);
    }
  }

  private void an_extension_of_the_definition_is_there_when_the_editor_opens(Installation berth)
      throws Exception {
    var id = berth.api().run(site.git().url("octo/wants")).id();
    await()
        .atMost(MADE)
        .untilAsserted(() -> assertThat(sh(berth, id, LIST).text()).contains("acme.hello-1.0.3"));
    berth.api().delete(id);
  }

  private void the_public_port_is_the_users_own_inside(Installation berth) throws Exception {
    var id = berth.api().run(site.small()).id();
    var listen =
        "perl -MIO::Socket::INET -e 'IO::Socket::INET->new(LocalAddr=>\"0.0.0.0\",LocalPort=>%d,Listen=>1) or die $!; print \"mine\"'"
            .formatted(berth.port());
    assertThat(sh(berth, id, listen).text()).isEqualTo("mine");
    berth.api().delete(id);
  }

  private void the_view_finds_and_installs_one(Installation berth, Page page, String registry)
      throws Exception {
    var id = berth.api().run(site.small()).id();
    awaitEditor(berth, id);
    page.navigate(berth.api().find(id).url());
    page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    page.keyboard().press("Control+Shift+X");
    var search = page.locator(".extensions-viewlet .monaco-editor").first();
    search.click();
    page.keyboard().insertText("hello"); // in one question
    var found =
        page.locator(".extension-list-item", new Page.LocatorOptions().setHasText("Hello of Acme"));
    found.first().waitFor();
    picture(page, registry + "-found");
    var install = new Locator.LocatorOptions().setHasText("Install");
    found.first().locator(".action-label.install", install).first().click();
    // VS Code asks once for each publisher.
    page.locator(".monaco-dialog-box .monaco-button", new Page.LocatorOptions().setHasText("Trust"))
        .first()
        .click();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(sh(berth, id, LIST).text()).contains("acme.hello-1.0.3"));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(sh(berth, id, "cat /tmp/acme-hello").text()).isEqualTo("active"));
    assertThat(found.first()).isVisible();
    picture(page, registry + "-installed");
    the_command_installs_one(berth, id);
    berth.api().delete(id);
  }

  /** It talks to the window that is open. */
  private static void the_command_installs_one(Installation berth, WorkspaceId id)
      throws Exception {
    sh(berth, id, "code --uninstall-extension acme.hello");
    var one = sh(berth, id, "code --install-extension acme.hello");
    assertThat(one.text() + one.errors()).contains("successfully installed");
    var none = sh(berth, id, "code --install-extension acme.nosuch");
    assertThat(none.text() + none.errors()).contains("acme.nosuch");
    assertThat(sh(berth, id, LIST).text()).contains("acme.hello-").doesNotContain("nosuch");
  }

  private void what_a_user_installs_or_removes_in_one_workspace_is_so_in_his_others(
      Installation berth) throws Exception {
    var same = Json.write(new ProfileView("", "", Optional.empty(), true));
    assertThat(berth.api().call("PUT", "/api/v1/profile", same).status()).isEqualTo(200);
    var one = berth.api().run(site.small()).id();
    awaitEditor(berth, one);
    editor(berth, one, "--install-extension=acme.hello");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(sh(berth, one, SAME).text()).isEqualTo("acme.hello"));

    var other = berth.api().run(site.small()).id();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(sh(berth, other, SAME).text()).isEqualTo("acme.hello"));
    assertThat(editor(berth, other, "--list-extensions")).contains("acme.hello");
    editor(berth, other, "--uninstall-extension=acme.hello");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(sh(berth, other, SAME).text()).isEmpty());

    assertThat(editor(berth, one, "--list-extensions")).contains("acme.hello");
    berth.api().stop(one);
    berth.api().stopped(one);
    berth.api().start(one);
    berth.api().running(one);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(editor(berth, one, "--list-extensions")).doesNotContain("acme.hello"));
    berth.api().delete(one);
    berth.api().delete(other);
  }

  /** What the editor's own command in the instance prints. */
  private static String editor(Installation berth, WorkspaceId id, String words) throws Exception {
    var data = "--user-data-dir=$HOME/.local/share/berth/editor";
    var extensions = "--extensions-dir=$HOME/.local/share/berth/editor/extensions";
    var server = "/opt/ide/node/bin/node /opt/ide/vscode/out/server-main.js";
    var told =
        "EXTENSIONS_GALLERY=$(tr '\\0' '\\n' </proc/$(pgrep -fo berth-server.js)/environ | sed -n s/^EXTENSIONS_GALLERY=//p)";
    var ran =
        sh(
            berth,
            id,
            String.join(
                " ", told, server, "--accept-server-license-terms", data, extensions, words));
    assertThat(ran.exitCode()).as(ran.text() + ran.errors()).isZero();
    return ran.text();
  }

  private static Page page(Browser browser) {
    var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1300, 850));
    var page = context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  private static void awaitEditor(Installation berth, WorkspaceId id) {
    await()
        .atMost(MADE)
        .until(() ->
            berth.api().find(id).editor().filter(EditorState.Ready.class::isInstance).isPresent());
  }

  private static Inside.Ran sh(Installation berth, WorkspaceId id, String script) throws Exception {
    return Inside.exec(berth.api().door(id), List.of("bash", "-lc", script), "");
  }

  private static void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(Path.of("target/pictures/extension-" + name + ".png")));
  }
}
