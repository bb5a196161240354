package dev.berth.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.berth.dashboard.FakeWorkspace.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DashboardPageTest {
  private static final String ID = FakeBerth.ID;
  private static final String URL = "https://git.example.org/octo/hello";
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
  void an_empty_list_explains_the_first_step() {
    var page = visit("");

    assertThat(page.getByText("No workspaces yet")).isVisible();
    Chromium.picture(page, "empty");
  }

  @Test
  void a_stranger_is_told_how_to_log_in() {
    berth.logOut();
    var page = visit("");

    assertThat(page.getByText("berth login")).isVisible();
    Chromium.picture(page, "login");
  }

  @Test
  void logging_out_ends_the_visit() {
    var page = visit("");

    page.getByText("Log out").click();

    assertThat(page.getByText("Log in to Berth")).isVisible();
    assertThat(berth.asked).containsExactly("POST /api/v1/logout");
  }

  @Test
  void the_list_is_live() {
    var workspace = berth.workspace(ID, "octo/hello").stopped("No activity for 30 minutes.");
    berth.tell(workspace);
    var page = visit("");
    assertThat(row(page, ID)).containsText("Stopped");
    assertThat(row(page, ID)).containsText("No activity for 30 minutes.");
    assertThat(row(page, ID)).containsText("3 min ago");
    assertThat(row(page, ID)).containsText("main");

    berth.tell(workspace.running().port(3000, "web", "private", true));
    assertThat(row(page, ID)).containsText("Running");
    assertThat(row(page, ID).getByText("3000")).hasAttribute("rel", "noopener");

    berth.forget(ID);
    assertThat(page.getByText("No workspaces yet")).isVisible();
  }

  @Test
  void a_url_is_opened_and_followed_until_the_workspace_itself() {
    berth.terminal("t1", "bash").print("$ ");
    var page = visit("");
    page.locator("#url").fill(URL);
    page.keyboard().press("Enter");

    assertThat(page).hasURL(Pattern.compile("#/start/" + ID));
    var workspace = berth.workspace(ID, "octo/hello");
    berth.tell(
        workspace.starting(
            List.of(
                step("image", 4.2, 2.9, "debian-12"),
                step("files", 2.9, 2.7, "overlay of 5 layers"),
                step("network", 2.7, -1, "34 of 120 MB"))));
    assertThat(page.locator(".step.done").first()).containsText("1.3 s");
    assertThat(page.locator(".step.now")).containsText("Network");
    assertThat(page.getByRole(AriaRole.STATUS).getByText("Starting: Network")).isAttached();
    Chromium.picture(page, "start");

    berth.tell(workspace.running());
    page.waitForURL(Pattern.compile("^http://" + ID + "\\.ws\\.berth\\.localhost:\\d+/$"));
    assertThat(berth.asked)
        .containsExactly(
            "POST /api/v1/workspaces {\"contextUrl\":\"" + URL + "\",\"whenOneExists\":\"ask\"}");
  }

  @Test
  void a_context_url_in_the_address_is_opened_once_even_when_reloaded() {
    var page = visit("#" + URL + "/tree/feature%2Fone");
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("You have not opened this before");
    assertThat(berth.asked).isEmpty();
    page.keyboard().press("Enter");

    assertThat(page).hasURL(Pattern.compile("#/start/" + ID));
    page.reload();
    assertThat(page.locator(".start")).containsText("octo/hello");
    page.goBack();

    assertThat(berth.asked)
        .containsExactly(
            "POST /api/v1/workspaces {\"contextUrl\":\""
                + URL
                + "/tree/feature/one\",\"whenOneExists\":\"ask\"}");
  }

  @Test
  void what_is_trusted_opens_at_once_and_a_pull_request_of_it_does_not() {
    var page = visit("#" + URL);
    page.getByText("Always open repositories of git.example.org/octo").click();
    Chromium.picture(page, "open");
    page.getByText("Open it", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page).hasURL(Pattern.compile("#/start/" + ID));
    berth.forget(ID);

    page.navigate(berth.dashboardUrl() + "#https://git.example.org/octo/other");
    assertThat(page).hasURL(Pattern.compile("#/start/" + ID));
    assertThat(berth.asked).hasSize(2);

    page.navigate(berth.dashboardUrl() + "#" + URL + "/pull/1");
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText(URL + "/pull/1");
    assertThat(berth.asked).hasSize(2);
  }

  @Test
  void a_workspaces_page_cannot_open_another_without_a_click() {
    var page = chromium.page();
    page.navigate(
        berth.dashboardUrl() + "#" + URL,
        new Page.NavigateOptions().setReferer(berth.workspaceUrl("3000-evil-repo-abcdefghijk")));

    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("asks to open");
    assertThat(berth.asked).isEmpty();
    Chromium.picture(page, "confirm");

    page.getByText("Open it", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page).hasURL(Pattern.compile("#/start/" + ID));
    assertThat(berth.asked).hasSize(1);
  }

  @Test
  void who_has_one_already_is_asked() {
    berth.tell(berth.workspace("octo-hello-zzzzzzzzzzz", "octo/hello").stopped("You stopped it."));
    var page = visit("#" + URL);
    var dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("You already have this open");
    Chromium.picture(page, "ask");
    page.keyboard().press("Escape");
    assertThat(dialog).not().isVisible();
    assertThat(page.locator("#url")).hasValue(URL);

    page.keyboard().press("/");
    page.keyboard().press("Enter");
    dialog.getByText("New workspace").click();

    assertThat(page).hasURL(Pattern.compile("#/start/" + ID));
    assertThat(berth.asked.getLast()).contains("\"whenOneExists\":\"create\"");
  }

  @Test
  void the_one_that_exists_is_started() {
    berth.tell(berth.workspace("octo-hello-zzzzzzzzzzz", "octo/hello").stopped("You stopped it."));
    var page = visit("#" + URL);

    page.getByRole(AriaRole.DIALOG).locator(".choice").click();

    assertThat(page).hasURL(Pattern.compile("#/start/octo-hello-zzzzzzzzzzz"));
    assertThat(berth.asked.getLast())
        .isEqualTo("POST /api/v1/workspaces/octo-hello-zzzzzzzzzzz/start");
  }

  @Test
  void a_url_that_cannot_be_opened_stays_in_its_field_with_the_remedy() {
    var page = visit("#https://git.nowhere.example/a/b");
    assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
    page.keyboard().press("Enter");

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("does not answer");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("git ls-remote");
    assertThat(page.locator("#url")).hasValue("https://git.nowhere.example/a/b");
    assertThat(page.locator("#url")).isFocused();
    Chromium.picture(page, "error");
  }

  @Test
  void a_failed_start_says_what_to_do_and_can_be_tried_again() {
    var workspace =
        berth
            .workspace(ID, "octo/hello")
            .failed(
                "The image example.org/base:9 could not be pulled: its registry answered 404.",
                "Check the image's name in .gitpod.yml, then try again.")
            .with(
                "steps",
                List.of(step("image", 4, 2, "example.org/base:9"), step("files", 2, -1, "")))
            .with("findings", List.of(finding()));
    berth.tell(workspace);
    var page = visit("#/start/" + ID);

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("its registry answered 404");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Check the image's name");
    assertThat(page.getByText(".gitpod.yml:3:5")).isVisible();
    Chromium.picture(page, "failed");

    page.getByText("Try again", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator(".state")).containsText("Waiting");
    assertThat(berth.asked).containsExactly("POST /api/v1/workspaces/" + ID + "/start");
  }

  @Test
  void what_there_is_to_know_looks_as_grave_as_it_is() {
    berth.tell(
        berth
            .workspace(ID, "octo/hello")
            .failed("It could not be started.", "Try again.")
            .with("notices", List.of("It is empty.", "No save came through.", "Of before."))
            .with("noticeKinds", List.of("information", "error")));
    var page = visit("#/start/" + ID);

    assertThat(page.locator(".findings .note.bad")).hasText("No save came through.");
    assertThat(page.locator(".findings .note.warn")).hasText("Of before."); // its kind is not said
    assertThat(page.locator(".findings .note:not(.bad, .warn)")).hasText("It is empty.");
    Chromium.picture(page, "notices");
  }

  @Test
  void a_stopped_workspace_says_why_and_starts() {
    berth.tell(berth.workspace(ID, "octo/hello").stopped("No activity for 30 minutes."));
    var page = visit("#/start/" + ID);

    assertThat(page.locator(".stopped")).containsText("No activity for 30 minutes.");
    page.getByText("Start", new Page.GetByTextOptions().setExact(true)).click();

    assertThat(page.locator(".state")).containsText("Waiting");
  }

  @Test
  void an_unknown_workspace_is_said_to_be_gone() {
    var page = visit("#/start/no-such-abcdefghijk");

    assertThat(page.getByText("There is no such workspace")).isVisible();
  }

  @Test
  void deleting_asks_and_says_until_when_it_can_be_brought_back() {
    berth.tell(berth.workspace(ID, "octo/hello"));
    var page = visit("");
    page.getByLabel("Delete octo/hello").click();
    var dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("It can be brought back with all its files until");
    Chromium.picture(page, "delete");

    for (int i = 0; i < 5; i++) {
      page.keyboard().press("Tab");
      assertThat(
              (Boolean)
                  page.evaluate(
                      "document.activeElement === document.body"
                          + " || !!document.activeElement.closest('dialog')"))
          .as("the focus stays in the dialog")
          .isTrue();
    }
    dialog.getByText("Delete", new Locator.GetByTextOptions().setExact(true)).click();

    assertThat(page.getByText("No workspaces yet")).isVisible();
    assertThat(berth.asked).containsExactly("DELETE /api/v1/workspaces/" + ID);
  }

  @Test
  void what_was_deleted_is_brought_back_or_deleted_for_good_after_a_warning() {
    berth.keep(berth.workspace(ID, "octo/hello"));
    berth.keep(berth.workspace("ada-engine-abcdefghijk", "ada/engine"));
    var page = visit("");
    page.getByText("Recently deleted").click();
    var rows = page.locator(".deleted-row");
    assertThat(rows).hasCount(2);
    assertThat(rows.first()).containsText("Its owner deleted it.");
    assertThat(rows.first()).containsText("Kept until");
    Chromium.picture(page, "deleted");

    page.getByLabel("Delete ada/engine for good").click();
    var dialog = page.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("changes that are not pushed");
    dialog.getByText("Delete for good").click();
    assertThat(rows).hasCount(1);
    page.getByLabel("Bring octo/hello back").click();

    assertThat(page).hasURL(Pattern.compile("#/workspace/" + ID + "$"));
    assertThat(page.locator(".detail-head .state")).containsText("Stopped");
    assertThat(berth.asked)
        .containsExactly(
            "DELETE /api/v1/workspaces/ada-engine-abcdefghijk",
            "POST /api/v1/workspaces/" + ID + "/undelete");
  }

  @Test
  void a_phone_in_the_dark_shows_what_was_deleted_without_scrolling_sideways() {
    berth.keep(
        berth
            .workspace("ada-analyticalengine-abcdefghijk", "ada/an-analytical-engine-of-brass")
            .with("ref", "refs/heads/feature/a-branch-with-a-very-long-name-that-goes-on"));
    var page = chromium.page(400, 800, ColorScheme.DARK);
    page.navigate(berth.dashboardUrl() + "#/deleted");

    assertThat(page.locator(".deleted-row")).hasCount(1);
    assertNoSidewaysScroll(page);
    Chromium.picture(page, "deleted-phone-dark");
  }

  @Test
  void one_that_goes_soon_as_nobody_uses_it_says_so_until_it_is_pinned() {
    berth.tell(berth.workspace(ID, "octo/hello").goingIn(47));
    berth.tell(berth.workspace("ada-engine-abcdefghijk", "ada/engine").goingIn(24 * 9));
    var page = chromium.page(400, 800, ColorScheme.LIGHT);
    page.navigate(berth.dashboardUrl());
    assertThat(row(page, ID)).containsText("is deleted in 47 h: nobody uses it");
    assertThat(row(page, "ada-engine-abcdefghijk")).not().containsText("is deleted");
    assertNoSidewaysScroll(page);
    Chromium.picture(page, "goes-phone");

    page.navigate(berth.dashboardUrl() + "#/workspace/" + ID);
    assertThat(page.locator(".kept")).containsText("where nobody uses it before");
    page.getByText("Pin", new Page.GetByTextOptions().setExact(true)).click();

    assertThat(page.locator(".kept")).containsText("until you delete it: pinned");
    assertThat(page.locator(".goes")).hasCount(0);
    assertNoSidewaysScroll(page);
    Chromium.picture(page, "pinned-phone");
  }

  @Test
  void a_port_is_made_public_only_after_a_warning() {
    berth.tell(
        berth
            .workspace(ID, "octo/hello")
            .running()
            .port(3000, "web", "private", true)
            .with("steps", List.of(step("image", 4, 2, "debian-12"), step("boot", 2, 1.6, "")))
            .with("findings", List.of(finding())));
    var page = visit("#/workspace/" + ID);
    var toggle = page.getByRole(AriaRole.SWITCH);
    assertThat(page.locator(".log")).containsText("cloning 100%\ndone");
    assertThat(page.getByText("2 CPU, 4 GiB of memory")).isVisible();
    Chromium.picture(page, "detail");

    toggle.click();
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("without logging in");
    assertThat(berth.asked).isEmpty();
    page.getByText("Make it public", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(toggle).hasAttribute("aria-checked", "true");

    toggle.click();
    assertThat(toggle).hasAttribute("aria-checked", "false");
    assertThat(berth.asked)
        .containsExactly(
            "PUT /api/v1/workspaces/" + ID + "/ports/3000 {\"visibility\":\"public\"}",
            "PUT /api/v1/workspaces/" + ID + "/ports/3000 {\"visibility\":\"private\"}");
  }

  @Test
  void a_workspaces_page_tells_what_it_is_made_by_and_where_that_comes_from() {
    berth.tell(berth.workspace(ID, "octo/hello").stopped("You stopped it."));
    var page = visit("#/workspace/" + ID);

    var facts = page.locator(".definition");

    assertThat(facts.locator("dt")).containsText(new String[] {"Image", "Task Web"});
    assertThat(facts.locator("dd").nth(0)).containsText("Berth’s default");
    assertThat(facts.locator("dd").nth(1)).containsText("command: npm start");
    assertThat(page.getByText("Not used: .devcontainer/devcontainer.json")).isVisible();
    Chromium.picture(page, "definition");
  }

  @Test
  void a_workspace_begins_as_a_saved_moment_of_another() {
    berth.tell(berth.workspace(ID, "octo/hello").stopped("You stopped it."));
    var page = visit("#/workspace/" + ID);
    var row = page.locator(".point-row");
    assertThat(row).containsText("2 min ago");
    assertThat(row).containsText("1234 files");
    assertThat(row).containsText("1 not kept");
    assertThat(row.getByText("Download"))
        .hasAttribute("href", Pattern.compile("/api/v1/workspaces/" + ID + "/points/2026.*/tar"));
    Chromium.picture(page, "points");

    row.getByText("Start from it").click();

    assertThat(page).hasURL(Pattern.compile(".*#/start/" + FakeBerth.FORK));
    assertThat(berth.asked)
        .containsExactly(
            "POST /api/v1/workspaces/"
                + ID
                + "/fork {\"point\":\"20261121t100000000z-0123456789abcdef\"}");
  }

  @Test
  void variables_logins_and_the_profile_are_kept() {
    var page = visit("#/settings/variables");
    assertThat(page.getByText("No variables yet.")).isVisible();
    page.locator("[name=name]").fill("A-B");
    page.locator("[name=value]").fill("<b>x</b>");
    page.getByText("Keep", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("no name of a variable");
    page.locator("[name=name]").fill("GREETING");
    page.getByText("Keep", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.locator(".setting-rows li")).containsText("<b>x</b>");
    assertThat(page.locator("[name=name]")).isEmpty();
    assertNoSidewaysScroll(page);
    Chromium.picture(page, "settings-variables");
    page.getByLabel("Delete GREETING").click();
    assertThat(page.getByText("No variables yet.")).isVisible();

    page.getByText("Git access", new Page.GetByTextOptions().setExact(true)).click();
    page.locator("[name=host]").fill("git.example.com");
    page.locator("[name=user]").fill("ann");
    page.locator("[name=token]").fill("secret");
    page.keyboard().press("Enter");
    assertThat(page.locator(".setting-rows li")).containsText("https://git.example.com");
    assertThat(page.locator("body")).not().containsText("secret");
    Chromium.picture(page, "settings-git");

    page.getByText("Git name, dotfiles, editor").click();
    page.locator("[name=gitName]").fill("Ann");
    page.getByText("The same editor settings").click();
    page.getByText("Save", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.getByText("Saved.")).isVisible();
    Chromium.picture(page, "settings-profile");
    page.reload();
    assertThat(page.locator("[name=samePreferences]")).isChecked();
  }

  @Test
  void ssh_keys_are_added_and_deleted() {
    var page = visit("#/ssh-keys");
    assertThat(page.getByText("No keys yet.")).isVisible();

    page.getByLabel("Add a key").fill("ssh-ed25519 AAAA");
    page.getByText("Add", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("The key is cut off.");
    page.getByLabel("Add a key").fill("ssh-ed25519 AAAA ada@<b>laptop</b>\n");
    page.getByText("Add", new Page.GetByTextOptions().setExact(true)).click();

    var keys = page.getByLabel("SSH keys", new Page.GetByLabelOptions().setExact(true)).last();
    assertThat(keys).containsText("ada@<b>laptop</b>");
    assertThat(page.getByText("This server’s own keys")).isVisible();
    Chromium.picture(page, "ssh-keys");
    assertNoSidewaysScroll(page);
    page.getByLabel("Delete ada@<b>laptop</b>").click();
    assertThat(page.getByText("No keys yet.")).isVisible();
  }

  @Test
  void a_running_workspace_shows_the_ways_from_a_desktop() {
    berth.tell(berth.workspace(ID, "octo/hello").running());
    var page = visit("#/workspace/" + ID);

    assertThat(page.getByText("ssh -p 2222 " + ID + "@localhost")).isVisible();
    assertThat(page.getByText("VS Code"))
        .hasAttribute(
            "href",
            "vscode://vscode-remote/ssh-remote+" + ID + "@berth.localhost:2222/workspace/hello");
    assertThat(page.getByText("JetBrains"))
        .hasAttribute("href", Pattern.compile("^jetbrains-gateway://connect#type=ssh.*"));
    Chromium.picture(page, "ssh-ways");
  }

  @Test
  void everything_can_be_done_by_keys() {
    berth.tell(berth.workspace(ID, "octo/hello").running());
    berth.tell(berth.workspace("ada-engine-abcdefghijk", "ada/engine"));
    var page = visit("");
    assertThat(row(page, ID)).isVisible();

    page.keyboard().press("/");
    assertThat(page.locator("#url")).isFocused();
    page.keyboard().press("Escape");
    page.keyboard().press("j");
    assertThat(row(page, ID)).isFocused();
    page.keyboard().press("ArrowDown");
    assertThat(row(page, "ada-engine-abcdefghijk")).isFocused();
    page.keyboard().press("k");
    page.keyboard().press("j");
    page.keyboard().press("Enter");

    assertThat(page).hasURL(Pattern.compile("#/start/ada-engine-abcdefghijk"));
    assertThat(berth.asked).containsExactly("POST /api/v1/workspaces/ada-engine-abcdefghijk/start");
    page.keyboard().press("n");
    assertThat(page.locator("#url")).isFocused();
    page.keyboard().press("Escape");
    page.keyboard().press("?");
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("through the list");
  }

  @Test
  void a_server_that_was_away_is_missed_and_found_again() {
    var workspace = berth.workspace(ID, "octo/hello");
    berth.tell(workspace);
    var page = visit("");
    assertThat(row(page, ID)).containsText("Stopped");

    berth.down();
    assertThat(page.locator(".offline.shown")).containsText("does not answer");
    Chromium.picture(page, "offline");
    berth.tell(workspace.running());
    berth.up();

    assertThat(row(page, ID)).containsText("Running");
    assertThat(page.locator(".offline.shown")).hasCount(0);
  }

  @Test
  void a_page_that_nobody_sees_holds_no_connection() {
    var workspace = berth.workspace(ID, "octo/hello");
    berth.tell(workspace);
    var page = chromium.page();
    page.clock().install();
    page.navigate(berth.dashboardUrl());
    assertThat(row(page, ID)).containsText("Stopped");

    setHidden(page, true);
    page.clock().fastForward(11_000);
    await().untilAsserted(() -> assertThat(berth.listening()).isZero());
    berth.tell(workspace.running());
    setHidden(page, false);

    assertThat(row(page, ID)).containsText("Running");
  }

  @Test
  void many_workspaces_can_be_filtered() {
    for (int i = 0; i < 9; i++) {
      berth.tell(berth.workspace("octo-repo%d-abcdefghijk".formatted(i), "octo/repo" + i));
    }
    var page = visit("");
    assertThat(page.locator(".row")).hasCount(9);
    Chromium.picture(page, "many");

    page.locator(".filter").fill("repo7");

    assertThat(page.locator(".row")).hasCount(1);
  }

  @Test
  void a_hostile_name_is_shown_and_not_run() {
    berth.tell(
        berth
            .workspace(ID, "<img src=x onerror=alert(1)>/\u202egpj.exe")
            .with("url", "javascript:alert(1)")
            .with("contextUrl", "javascript:alert(1)")
            .with("ref", "x".repeat(60_000))
            .running()
            .with(
                "ports",
                List.of(
                    Map.of(
                        "port",
                        80,
                        "visibility",
                        "private",
                        "onOpen",
                        "notify",
                        "served",
                        true,
                        "url",
                        "javascript:alert(1)"))));
    var page = visit("");
    assertThat(row(page, ID)).containsText("<img src=x onerror=alert(1)>/\ufffdgpj.exe");
    assertThat(page.locator("a[href^=javascript]")).hasCount(0);
    row(page, ID).getByText("Open").click();
    assertThat(page).hasURL(Pattern.compile("#/start/" + ID));

    page.navigate(berth.dashboardUrl() + "#/workspace/" + ID);
    assertThat(page.locator("h1")).containsText("<img");
    assertThat(page.locator("a[href^=javascript]")).hasCount(0);
    assertNoSidewaysScroll(page);
  }

  @Test
  void it_fits_a_phone() {
    berth.tell(
        berth
            .workspace(ID, "octo/hello")
            .running()
            .port(3000, "web", "private", true)
            .with("findings", List.of(finding())));
    berth.tell(
        berth
            .workspace("ada-analyticalengine-abcdefghijk", "ada/an-analytical-engine-of-brass")
            .with("ref", "refs/heads/feature/a-branch-with-a-very-long-name-that-goes-on")
            .stopped("No activity for 30 minutes."));
    var page = chromium.page(400, 800, ColorScheme.LIGHT);
    page.navigate(berth.dashboardUrl());
    assertThat(page.locator(".row")).hasCount(2);
    assertNoSidewaysScroll(page);
    Chromium.picture(page, "phone-list");

    page.navigate(berth.dashboardUrl() + "#/workspace/" + ID);
    assertThat(page.locator("h1")).containsText("octo/hello");
    assertNoSidewaysScroll(page);
    Chromium.picture(page, "phone-detail");

    page.navigate(berth.dashboardUrl() + "#/start/" + ID + "?stay");
    assertThat(page.locator(".start h1")).isVisible();
    assertNoSidewaysScroll(page);
    Chromium.picture(page, "phone-start");
  }

  private static Map<String, Object> result(String code, String hop, Map<String, Object> outcome) {
    return Map.of("code", code, "hop", hop, "outcome", outcome);
  }

  private static Map<String, Object> good(String code, String hop, String words) {
    return result(code, hop, Map.of("kind", "good", "words", words));
  }

  private static Map<String, Object> away(String kind) {
    return result(
        "B702",
        "object store from a pod",
        Map.of(
            "kind",
            kind,
            "what",
            "The S3 bucket berth was not reached: http://berth-objects.berth.svc:8333: connection refused.",
            "why",
            "All files of workspaces are saved there.",
            "remedy",
            "See that the service runs and is reached from here."));
  }

  private static List<Map<String, Object>> results(Map<String, Object> ofStore) {
    return List.of(
        good("B101", "Kubernetes API server", "v1.36.2, https://10.96.0.1:443"),
        good("B103", "rights of control", "all of them, in berth-workspaces"),
        result(
            "B201",
            "nodes",
            Map.of(
                "kind", "skipped", "why", "control may not list them; berth install check does")),
        result(
            "B403",
            "certificate",
            Map.of(
                "kind",
                "doubtful",
                "what",
                "It ends at 2026-12-01T12:00:00Z.",
                "why",
                "Browsers refuse it from then on.",
                "remedy",
                "Renew it: kubectl describe certificate berth-tls.")),
        good("B701", "version of the database", "MariaDB 11.4.2"),
        good("B701", "latency of the database", "0.3 ms"),
        ofStore,
        good(
            "B901",
            "gateways",
            "berth-gateway-5d8-aaaaa (0.1.0), berth-gateway-5d8-bbbbb (0.1.0)"));
  }

  @Test
  void what_is_bad_is_seen_from_the_front_page_and_looked_at_again_when_it_is_mended() {
    berth.checked(results(away("bad")));
    berth.recorded(results(good("B702", "object store from a pod", "writes once, reads")));
    var page = visit("");
    assertThat(page.getByText("Not well: object store from a pod")).isVisible();
    Chromium.picture(page, "checks-front");

    page.getByText("See the checks").click();
    assertThat(page.getByText("1 of 8 checks is bad, one is doubtful.")).isVisible();
    var now = page.locator("[role=group][aria-label=Now]");
    assertThat(now.locator(".check-group").first()).containsText("Database and object store");
    var bad = now.locator(".check").first();
    assertThat(bad).containsText("connection refused");
    assertThat(bad).containsText("All files of workspaces are saved there.");
    assertThat(bad).containsText("B702");
    assertThat(now).containsText("2 min ago");
    assertThat(now).containsText("control berth-control-7c9f-x2k4p");
    assertThat(page.getByText("ada@laptop")).isVisible();
    Chromium.picture(page, "checks");

    bad.getByLabel("Copy what to do").click();
    assertThat(bad.getByLabel("Copied")).isVisible();
    assertThat(page.evaluate("navigator.clipboard.readText()"))
        .isEqualTo("See that the service runs and is reached from here.");

    page.getByText("Check now").press("Enter");
    assertThat(page.getByText("Checking …")).isDisabled();
    Chromium.picture(page, "checks-running");
    berth.checked(results(good("B702", "object store from a pod", "writes once, reads")));
    assertThat(page.getByText("Nothing is bad, one is doubtful.").first()).isVisible();
    assertThat(page.getByText("Check now")).isEnabled();
    assertThat(berth.asked).containsExactly("POST /api/v1/installation/checks");

    page.getByText("← Workspaces").click();
    assertThat(page.getByText("No workspaces yet")).isVisible();
    assertThat(page.getByText("Not well")).hasCount(0);
  }

  @Test
  void the_checks_fit_a_phone_and_the_dark() {
    berth.checked(results(away("bad")));
    var phone = chromium.page(400, 800, ColorScheme.DARK);
    phone.navigate(berth.dashboardUrl() + "#/installation");
    assertThat(phone.locator(".check").first()).containsText("connection refused");
    assertNoSidewaysScroll(phone);
    Chromium.picture(phone, "phone-checks");

    var dark = chromium.page(1400, 900, ColorScheme.DARK);
    dark.navigate(berth.dashboardUrl() + "#/installation");
    assertThat(dark.locator(".check").first()).containsText("connection refused");
    Chromium.picture(dark, "checks-dark");
  }

  @Test
  void before_the_first_check_the_page_says_so_and_waits_for_it() {
    var page = visit("#/installation");
    assertThat(page.getByText("Control is checking for the first time")).isVisible();

    berth.checked(results(away("doubtful")));
    assertThat(page.getByText("Nothing is bad, 2 are doubtful.")).isVisible();
  }

  @Test
  void who_does_not_administer_sees_no_way_to_the_checks() {
    berth.checked(results(away("bad")));
    berth.administeredByAnother();
    var page = visit("");
    assertThat(page.getByText("No workspaces yet")).isVisible();
    page.navigate(berth.dashboardUrl() + "#/installation");

    assertThat(page.getByText("This is for who administers the installation.")).isVisible();
    assertThat(page.getByText("Not well")).hasCount(0);
    assertThat(page.locator("footer")).not().containsText("Checks");
  }

  @Test
  void dark_is_followed_from_the_system_and_can_be_changed() {
    berth.tell(berth.workspace(ID, "octo/hello").running().port(3000, "web", "public", true));
    berth.tell(berth.workspace("ada-engine-abcdefghijk", "ada/engine"));
    berth.tell(
        berth
            .workspace("bob-site-abcdefghijk", "bob/site")
            .failed("The disk is full.", "Delete a workspace."));
    berth.tell(
        berth
            .workspace("eve-api-abcdefghijk", "eve/api")
            .starting(List.of(step("image", 1, -1, ""))));
    var page = chromium.page(1400, 900, ColorScheme.DARK);
    page.navigate(berth.dashboardUrl());
    assertThat(page.locator(".row")).hasCount(4);
    assertThat(ground(page)).isEqualTo("rgb(15, 20, 23)");
    Chromium.picture(page, "dark");

    page.getByLabel("Use the light theme").click();
    assertThat(ground(page)).isEqualTo("rgb(246, 247, 248)");
    Chromium.picture(page, "light");
    page.reload();
    assertThat(page.locator(".row")).hasCount(4);
    assertThat(ground(page)).isEqualTo("rgb(246, 247, 248)");
  }

  private Page visit(String hash) {
    var page = chromium.page();
    page.navigate(berth.dashboardUrl() + hash);
    return page;
  }

  private static void setHidden(Page page, boolean hidden) {
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
            + " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden);
  }

  private static Locator row(Page page, String id) {
    return page.locator("[data-row=" + id + "]");
  }

  private static Object ground(Page page) {
    return page.evaluate("getComputedStyle(document.body).backgroundColor");
  }

  private static Map<String, Object> finding() {
    return Map.of(
        "severity",
        "warning",
        "file",
        ".gitpod.yml",
        "line",
        3,
        "column",
        5,
        "what",
        "The key \"tasklist\" is not known.",
        "remedy",
        "Write \"tasks\".");
  }

  private static void assertNoSidewaysScroll(Page page) {
    assertThat(page.evaluate("document.documentElement.scrollWidth - innerWidth <= 0"))
        .isEqualTo(true);
  }
}
