package dev.berth.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.berth.dashboard.FakeBerth.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TerminalPageTest {
  private static final Chromium chromium = new Chromium();
  private final FakeBerth berth = new FakeBerth();

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
  void tasks_have_tabs_with_their_names_and_how_they_stand() {
    berth
        .terminal("t1", "npm start")
        .print("\u001b[32mready\u001b[0m on http://localhost:3000\r\n");
    berth.terminal("t2", "make").print("make: *** [all] Error 2\r\n");
    berth.tellStatus(List.of(task(0, "web", "t1", -1), task(1, "build", "t2", 2)), List.of(3000));
    var page = visit();

    assertThat(tab(page, "web")).hasAttribute("title", "web: task is running");
    assertThat(tab(page, "build")).hasAttribute("title", "build: ended with exit code 2");
    assertThat(screen(page, "t1")).containsText("ready on http://localhost:3000");
    assertThat(page).hasTitle("octo-hello");
    tab(page, "build").click();
    assertThat(screen(page, "t2")).containsText("Error 2");
  }

  @Test
  void what_is_typed_reaches_the_terminal() {
    var terminal = berth.terminal("t1", "bash");
    terminal.print("$ ");
    var page = visit();
    assertThat(screen(page, "t1")).containsText("$");

    page.keyboard().type("echo hällo");
    page.keyboard().press("Enter");

    await().untilAsserted(() -> assertThat(terminal.typed()).isEqualTo("echo hällo\r"));
    assertThat(screen(page, "t1")).containsText("$ echo hällo");
  }

  @Test
  void a_connection_that_breaks_goes_on_without_loss_or_doubles() {
    var terminal = berth.terminal("t1", "count");
    terminal.print("1 ");
    var page = visit();
    assertThat(screen(page, "t1")).containsText("1");
    for (int i = 2; i <= 60; i++) {
      if (i % 20 == 0) {
        terminal.goAway();
        assertThat(page.getByText("Reconnecting")).isVisible();
        page.keyboard().type("k" + i);
      }
      terminal.print(i + " ");
      if (i % 20 != 5 || i < 20) continue;
      terminal.comeBack();
      var typed = "k" + (i - 5);
      await().untilAsserted(() -> assertThat(terminal.typed()).endsWith(typed));
    }
    terminal.comeBack();

    assertThat(page.getByText("Reconnecting")).not().isVisible();
    var expected = new StringBuilder("1 ");
    for (int i = 2; i <= 60; i++) expected.append(i).append(' ');
    await().untilAsserted(() -> assertThat(terminal.typed()).isEqualTo("k20k40k60"));
    await()
        .untilAsserted(() ->
            assertThat(text(page, "t1").replace("k20", "").replace("k40", "").replace("k60", ""))
                .isEqualToIgnoringWhitespace(expected));
  }

  @Test
  void what_is_on_its_way_over_a_connection_that_breaks_is_typed_again() {
    var terminal = berth.terminal("t1", "bash");
    terminal.print("$ ");
    var page = visit();
    assertThat(screen(page, "t1")).containsText("$");
    page.keyboard().type("one ");
    await().untilAsserted(() -> assertThat(terminal.typed()).isEqualTo("one "));

    terminal.loseInput();
    page.keyboard().type("two ");
    terminal.goAway();
    assertThat(page.getByText("Reconnecting")).isVisible();
    page.keyboard().type("three ");
    terminal.comeBack();

    assertThat(page.getByText("Reconnecting")).not().isVisible();
    page.keyboard().type("four");
    await().untilAsserted(() -> assertThat(terminal.typed()).isEqualTo("one two three four"));
  }

  @Test
  void a_restart_of_the_server_is_no_more_than_a_badge() {
    var terminal = berth.terminal("t1", "bash");
    terminal.print("\u001b]0;vim README\u0007before ");
    var page = visit();
    assertThat(tab(page, "vim README")).isVisible();
    page.evaluate("window.sameAsBefore = true");

    berth.down();
    assertThat(page.getByText("Reconnecting")).isVisible();
    page.keyboard().type("while away ");
    berth.up();

    assertThat(screen(page, "t1")).containsText("before while away");
    assertThat(page.getByText("Reconnecting")).not().isVisible();
    assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
    assertThat(page.evaluate("window.sameAsBefore")).isEqualTo(true);
  }

  @Test
  void a_flood_is_drawn_to_its_end() {
    var terminal = berth.terminal("t1", "flood");
    var page = visit();
    terminal.print("0123456789 a line of a build that tells too much\r\n".repeat(400_000));
    terminal.print("the end");

    assertThat(screen(page, "t1"))
        .containsText("the end", new LocatorAssertions.ContainsTextOptions().setTimeout(60_000));
    page.keyboard().type("x");
    await().untilAsserted(() -> assertThat(terminal.typed()).isEqualTo("x"));
  }

  @Test
  void old_questions_to_the_terminal_are_not_answered_into_the_shell() {
    var terminal = berth.terminal("t1", "bash");
    terminal.print("before \u001b[c\u001b[6n\u001b]11;?\u0007 after");
    var page = visit();
    assertThat(screen(page, "t1")).containsText("after");

    // Asked anew until it is answered; more often would not let the old output end.
    await()
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> {
          terminal.print("\u001b[6n");
          assertThat(terminal.typed()).isNotEmpty();
        });
    assertThat(terminal.typed()).matches("(\u001b\\[\\d+;\\d+R)+");
  }

  @Test
  void panes_are_split_moved_between_and_closed_by_keys() {
    berth.terminal("t1", "bash").print("first $ ");
    var page = visit();
    assertThat(screen(page, "t1")).containsText("first");

    page.keyboard().press("Control+Shift+Digit5");
    assertThat(page.locator(".pane:visible")).hasCount(2);
    assertThat(screen(page, "t2")).containsText("gitpod");
    page.getByLabel("Split downwards").click();
    assertThat(page.locator(".pane:visible")).hasCount(3);
    assertThat(pane(page, "t3")).hasClass(Pattern.compile("focused"));

    page.keyboard().press("Control+Shift+ArrowUp");
    assertThat(pane(page, "t2")).hasClass(Pattern.compile("focused"));
    page.keyboard().press("Control+Shift+ArrowLeft");
    assertThat(pane(page, "t1")).hasClass(Pattern.compile("focused"));
    double before = pane(page, "t1").boundingBox().width;
    page.keyboard().press("Control+Shift+Alt+ArrowRight");
    await()
        .untilAsserted(
            () -> assertThat(pane(page, "t1").boundingBox().width).isGreaterThan(before + 20));

    page.reload();
    assertThat(page.locator(".pane:visible")).hasCount(3);
    pane(page, "t3").hover();
    pane(page, "t3").getByTitle("Close this terminal").click();
    assertThat(page.locator(".pane:visible")).hasCount(2);
    assertThat(berth.asked).contains("DELETE /_supervisor/v1/terminals/t3");
  }

  @Test
  void a_divider_is_dragged() {
    var terminal = berth.terminal("t1", "bash");
    terminal.print("$ ");
    var page = visit();
    page.getByLabel("Split to the right (Ctrl+Shift+5)").click();
    var divider = page.getByRole(AriaRole.SEPARATOR);
    var box = divider.boundingBox();

    page.mouse().move(box.x + 4, box.y + 200);
    page.mouse().down();
    page.mouse().move(box.x - 100, box.y + 200);
    page.mouse().move(420, box.y + 200);
    page.mouse().up();

    await()
        .untilAsserted(
            () -> assertThat(pane(page, "t1").boundingBox().width).isBetween(415.0, 425.0));
    await()
        .untilAsserted(() ->
            assertThat(terminal.resizes)
                .last()
                .asString()
                .matches("\\{\"kind\":\"resize\",\"cols\":4\\d,.*"));
  }

  @Test
  void a_tab_is_opened_and_closed_and_a_running_task_is_asked_about() {
    berth.terminal("t1", "npm start").print("ready\r\n");
    berth.tellStatus(List.of(task(0, "web", "t1", -1)), List.of());
    var page = visit();
    page.keyboard().press("Control+Shift+Backquote");
    assertThat(screen(page, "t2")).containsText("gitpod");
    assertThat(tab(page, "bash")).hasAttribute("aria-selected", "true");

    page.getByLabel("Close bash").click();
    assertThat(page.getByRole(AriaRole.TAB)).hasCount(1);
    page.getByLabel("Close web").click();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("Its task still runs");
    page.getByText("End it").click();

    assertThat(page.getByText("No terminal is open.")).isVisible();
  }

  @Test
  void served_ports_are_in_the_menu() {
    berth.terminal("t1", "bash").print("$ ");
    berth.tellStatus(List.of(), List.of(3000, 8080));
    var page = visit();

    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Ports")).click();

    var link = page.locator("#ports a").first();
    assertThat(link).hasAttribute("href", berth.workspaceUrl("3000-" + FakeBerth.ID) + "/");
    assertThat(link).hasAttribute("rel", "noopener noreferrer");
    Chromium.picture(page, "terminal-ports");
    page.keyboard().press("Escape");
    assertThat(page.locator("#ports")).hasCount(0);
  }

  @Test
  void localhost_in_the_output_leads_to_the_ports_own_host() {
    berth.terminal("t1", "bash").print("http://localhost:3000/hello\r\n");
    var page = visit();
    assertThat(screen(page, "t1")).containsText("localhost:3000");
    var line = screen(page, "t1").locator("div").first().boundingBox();

    var opened =
        page.context()
            .waitForPage(() -> {
              page.mouse().move(line.x + 40, line.y + 8);
              page.mouse().move(line.x + 60, line.y + 8);
              page.mouse().click(line.x + 60, line.y + 8);
            });

    assertThat(opened).hasURL(berth.workspaceUrl("3000-" + FakeBerth.ID) + "/hello");
    assertThat(opened.evaluate("window.opener")).isNull();
  }

  @Test
  void a_selection_is_copied() {
    var terminal = berth.terminal("t1", "bash");
    terminal.print("copied words\r\n");
    var page = visit();
    assertThat(screen(page, "t1")).containsText("copied words");
    var line = screen(page, "t1").locator("div").first().boundingBox();

    page.mouse().dblclick(line.x + 20, line.y + 8);
    page.keyboard().press("Control+Shift+C");

    await()
        .untilAsserted(
            () -> assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo("copied"));
    page.keyboard().press("Control+Shift+V");
    await().untilAsserted(() -> assertThat(terminal.typed()).isEqualTo("copied"));
  }

  @Test
  void a_workspace_that_ended_leads_to_its_start_page() {
    berth.terminal("t1", "bash").print("still to be read $ ");
    var page = visit();
    assertThat(screen(page, "t1")).containsText("still to be read");

    berth.endSupervisor();

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("This workspace is not running");
    assertThat(page.getByText("See why, and start it"))
        .hasAttribute("href", berth.dashboardUrl() + "#/start/" + FakeBerth.ID);
    assertThat(screen(page, "t1")).containsText("still to be read");
    Chromium.picture(page, "terminal-gone");
  }

  @Test
  void it_fits_a_phone_and_has_the_keys_that_a_phone_lacks() {
    var terminal = berth.terminal("t1", "npm start");
    terminal.print(SESSION);
    berth.terminal("t2", "bash").print("$ ");
    berth.tellStatus(List.of(task(0, "web", "t1", -1)), List.of(3000));
    var page = chromium.page(400, 760, ColorScheme.DARK);
    page.navigate(berth.workspaceUrl(FakeBerth.ID) + "/");
    assertThat(screen(page, "t1")).containsText("ready");

    page.getByLabel("Escape").click();
    page.getByText("Ctrl", new Page.GetByTextOptions().setExact(true)).click();
    page.keyboard().type("c");
    page.getByLabel("Up", new Page.GetByLabelOptions().setExact(true)).click();

    await().untilAsserted(() -> assertThat(terminal.typed()).isEqualTo("\u001b\u0003\u001b[A"));
    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
    Chromium.picture(page, "terminal-phone");
  }

  @Test
  void it_looks_as_a_terminal_should() {
    berth.terminal("t1", "npm start").print(SESSION);
    berth.terminal("t2", "make").print("$ make\r\nmake: *** [all] Error 2\r\n");
    berth.terminal("t3", "bash").print("$ ");
    berth.tellStatus(List.of(task(0, "web", "t1", -1), task(1, "build", "t2", 2)), List.of(3000));
    for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      var page = chromium.page(1400, 900, scheme);
      page.navigate(berth.workspaceUrl(FakeBerth.ID) + "/");
      assertThat(screen(page, "t1")).containsText("ready");
      page.getByLabel("Split to the right (Ctrl+Shift+5)").click();
      assertThat(page.locator(".pane:visible")).hasCount(2);
      page.getByLabel("Split downwards").click();
      assertThat(page.locator(".pane:visible")).hasCount(3);
      assertThat(page.locator(".pane.focused")).containsText("gitpod");
      Chromium.picture(page, "terminal-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  private static final String SESSION =
      """
      \033[1;32mgitpod\033[0m \033[1;34m/workspace/hello\033[0m (\033[33mmain\033[0m) $ npm start

      > hello@1.0.0 start
      > node server.js

      \033[32m✔\033[0m compiled 214 modules in 1.8 s
      \033[33mwarn\033[0m  2 packages are looking for funding
      \033[36minfo\033[0m  ready on http://localhost:3000
      \033[31merror\033[0m GET /missing 404  漢字 👍 \033[7m inverse \033[0m \033[4munderlined\033[0m
      """
          .replace("\n", "\r\n");

  private Page visit() {
    var page = chromium.page();
    page.navigate(berth.workspaceUrl(FakeBerth.ID) + "/");
    assertThat(page.getByRole(AriaRole.TAB).first()).isVisible();
    return page;
  }

  private static Locator tab(Page page, String name) {
    return page.getByRole(AriaRole.TAB)
        .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^" + name + ",")));
  }

  private static Locator pane(Page page, String terminal) {
    return page.locator("[data-terminal=" + terminal + "]");
  }

  private static Locator screen(Page page, String terminal) {
    return pane(page, terminal).locator(".xterm-rows");
  }

  private static String text(Page page, String terminal) {
    return screen(page, terminal).innerText().replace('\u00a0', ' ');
  }
}
