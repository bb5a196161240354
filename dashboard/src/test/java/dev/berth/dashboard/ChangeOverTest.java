package dev.berth.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.berth.dashboard.FakeBerth.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the start page to the editor, and what is there when no editor comes. */
final class ChangeOverTest {
  private static final Chromium chromium = new Chromium();
  private final FakeBerth berth = new FakeBerth();
  private final String home = berth.workspaceUrl(FakeBerth.ID);

  @AfterEach
  void nothing_was_complained_of() {
    var complaints = List.copyOf(chromium.complaints);
    chromium.closePages();
    berth.close();
    assertThat(complaints).isEmpty();
  }

  @AfterAll
  static void close() {
    chromium.close();
  }

  @Test
  void the_page_shows_the_first_task_and_becomes_the_editor_without_a_click() {
    var terminal = berth.terminal("t1", "npm install");
    terminal.print("\u001b[32madded 1 package\u001b[0m\r\n");
    berth.tellEditor(Map.of("kind", "starting"), List.of(task(0, "install", "t1", -1)));
    var page = chromium.page(1000, 700, ColorScheme.LIGHT);
    page.navigate(home + "/?folder=/workspace/hello&x=1");

    assertThat(page.getByText("Starting the editor")).isVisible();
    assertThat(page.locator(".waiting-task")).containsText("added 1 package");
    terminal.print("added 900 packages\r\n");
    assertThat(page.locator(".waiting-task")).containsText("added 900 packages");
    Chromium.picture(page, "waiting");

    // The supervisor says so first; only when the gateway leads there too is it time.
    berth.tellEditor(Map.of("kind", "ready", "port", 23000), List.of(task(0, "install", "t1", -1)));
    assertThat(page.getByText("Starting the editor")).isVisible();
    berth.openEditor();
    assertThat(page.getByText("the editor at")).containsText("folder=[/workspace/hello]");
    assertThat(page).hasURL(home + "/?folder=/workspace/hello&x=1");
  }

  @Test
  void an_editor_that_fails_leaves_the_terminals_and_says_why() {
    berth.terminal("t1", "bash").print("gitpod $ ");
    berth.tellEditor(Map.of("kind", "starting"), List.of());
    var page = chromium.page();
    page.navigate(home + "/");
    assertThat(page.getByText("Starting the editor")).isVisible();

    berth.tellEditor(
        Map.of("kind", "failed", "what", "It ended with code 7.", "remedy", "See its log."),
        List.of());

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("It ended with code 7. See its log.");
    assertThat(page.getByRole(AriaRole.TAB)).hasCount(1);
    // It is tried again, and then it is there.
    berth.openEditor();
    berth.tellEditor(Map.of("kind", "ready", "port", 23000), List.of());
    assertThat(page.getByText("the editor at")).isVisible();
  }

  @Test
  void terminals_and_ports_are_beside_the_editor() {
    berth.terminal("t1", "bash").print("gitpod $ ");
    berth.openEditor();
    berth.tellEditor(Map.of("kind", "ready", "port", 23000), List.of());
    var page = chromium.page();
    page.navigate(home + "/_berth/terminal/");
    assertThat(page.getByRole(AriaRole.TAB)).hasCount(1);
    page.getByText("Editor").click();
    assertThat(page.getByText("the editor at")).isVisible();

    berth.tellStatus(List.of(), List.of(3000, 8080));
    var phone = chromium.page(400, 800, ColorScheme.DARK);
    phone.navigate(home + "/_berth/ports/");
    assertThat(phone.getByText("3000", exact())).isVisible();
    assertThat(phone.locator(".ports-page a").first())
        .hasAttribute("href", home.replace("://", "://3000-") + "/");
    assertThat(phone.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
    Chromium.picture(phone, "ports-phone-dark");
    phone.getByText("Terminals").click();
    assertThat(phone.getByRole(AriaRole.TAB)).hasCount(1);
  }

  private static Page.GetByTextOptions exact() {
    return new Page.GetByTextOptions().setExact(true);
  }

  @Test
  void a_phone_in_the_dark_waits_too() {
    berth.terminal("t1", "make").print("a line that is much longer than a phone is wide\r\n");
    berth.tellEditor(
        Map.of("kind", "starting"), List.of(task(0, "a task with a long name", "t1", -1)));
    var phone = chromium.page(400, 800, ColorScheme.DARK);
    phone.navigate(home + "/");
    assertThat(phone.locator(".waiting-task")).containsText("much longer");
    assertThat(phone.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
    Chromium.picture(phone, "waiting-phone-dark");
  }

  @Test
  void the_start_page_goes_to_the_editor_with_all_that_the_address_said() {
    berth.openEditor();
    var workspace = berth.workspace(FakeBerth.ID, "octo/hello");
    berth.tell(workspace.stopped("It was idle for 30 minutes."));
    var page = chromium.page();
    page.navigate(
        berth.dashboardUrl()
            + "#/start/"
            + FakeBerth.ID
            + "?to=%2F%3Ffolder%3D%2Fworkspace%2Fhello");
    assertThat(page.getByText("It was idle for 30 minutes.")).isVisible();

    berth.tell(workspace.running().with("editor", Map.of("kind", "starting")));
    assertThat(page.getByText("Open the workspace")).isVisible();
    berth.tell(workspace.running().with("editor", Map.of("kind", "ready", "port", 23000)));

    assertThat(page.getByText("the editor at")).containsText("folder=[/workspace/hello]");
    assertThat(page).hasURL(home + "/?folder=/workspace/hello");
  }

  @Test
  void the_dashboard_tells_how_far_the_editor_is_until_it_is_there() {
    berth.install(Map.of("kind", "preparing", "percent", 62, "step", "unpacking"));
    var page = chromium.page(400, 800, ColorScheme.LIGHT);
    page.navigate(berth.dashboardUrl());
    assertThat(page.getByText("VS Code is being prepared: 62 %")).isVisible();
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
    Chromium.picture(page, "editor-preparing-phone");

    berth.install(Map.of("kind", "failed", "what", "npm does not answer.", "remedy", "Try it."));
    assertThat(page.getByText("npm does not answer.")).isVisible();
    page.reload();
    berth.install(Map.of("kind", "ready", "name", "vscode", "version", "1.139.1"));
    page.reload();
    assertThat(page.getByText("No workspaces yet")).isVisible();
    assertThat(page.getByText("VS Code")).hasCount(0);
  }

  @Test
  void who_waited_long_has_the_terminals_and_what_is_typed_in_does_not_go_away() {
    berth.terminal("t1", "bash").print("gitpod $ ");
    berth.tellEditor(Map.of("kind", "starting"), List.of());
    var page = chromium.page();
    page.navigate(home + "/");
    assertThat(page.getByRole(AriaRole.TAB)).hasCount(1);
    assertThat(page.getByText("The editor is on its way")).isVisible();
    page.locator(".emulator").first().click();
    page.keyboard().type("l");

    berth.openEditor();
    berth.tellEditor(Map.of("kind", "ready", "port", 23000), List.of());
    assertThat(page.getByRole(AriaRole.TAB)).hasCount(1);
    page.getByText("Open it").click();
    assertThat(page.getByText("the editor at")).isVisible();
  }
}
