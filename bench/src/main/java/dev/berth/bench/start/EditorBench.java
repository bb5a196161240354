package dev.berth.bench.start;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.berth.protocol.Phase;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * From the click on a stopped workspace in the dashboard to the editor's page in use, in Chromium:
 * the explorer lists a file, and what is typed after Ctrl+P shows. Also when the file is found by
 * what was typed, which needs the extension host, and what goes over the wire for a page.
 */
public final class EditorBench {
  /** On a machine that works on other things too. */
  private static final double PATIENCE_MS = 60_000;

  /** The first run on a machine makes the editor. */
  private static final Duration MADE = Duration.ofMinutes(10);

  /** Nobody clicks in the moment of the stop, in which files are still being saved. */
  private static final Duration REST = Duration.ofSeconds(4);

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  private static final List<String> BROWSER =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  /** Moments of the page, in milliseconds since the epoch. */
  private static final String MOMENTS =
      """
      () => {
        const navigation = performance.getEntriesByType('navigation')[0];
        const moments = {
          'page asked for': performance.timeOrigin,
          'page there': performance.timeOrigin + navigation.responseEnd,
        };
        const named = {
          'code/willLoadWorkbenchMain': 'script asked for',
          'code/didLoadWorkbenchMain': 'script there',
          'code/willStartWorkbench': 'workbench begins',
          'code/didStartWorkbench': 'workbench drawn',
          'code/didLoadExtensions': 'extensions known',
        };
        for (const mark of performance.getEntriesByType('mark')) {
          if (named[mark.name]) moments[named[mark.name]] = performance.timeOrigin + mark.startTime;
        }
        return moments;
      }
      """;

  private static final String TYPED_IS_SHOWN =
      "() => document.querySelector('.quick-input-box input')?.value === 'readme'";

  private final Api api;
  private final Browser browser;
  private final BrowserContext known;
  private final WorkspaceId id;
  private final String dashboard;

  private EditorBench(
      Api api, Browser browser, BrowserContext known, WorkspaceId id, String dashboard) {
    this.api = api;
    this.browser = browser;
    this.known = known;
    this.id = id;
    this.dashboard = dashboard;
  }

  /**
   * @param arguments the installation's folder, a link that logs a browser in, a context URL whose
   *     repository has a README.md, how often
   */
  public static void main(String... arguments) throws Exception {
    var api = Api.of(Path.of(arguments[0]));
    var link = arguments[1];
    var profile = Path.of(arguments[0], "profile");
    try (var playwright = Playwright.create();
        var browser = playwright.chromium().launch(options());
        var known = playwright.chromium().launchPersistentContext(profile, kept())) {
      var page = known.newPage();
      page.navigate(link);
      page.locator("#url").waitFor();
      page.close();
      var id = api.open(arguments[2]);
      try {
        awaitEditor(api, id);
        var dashboard = link.replaceFirst("(https?://[^/]+).*", "$1/");
        var bench = new EditorBench(api, browser, known, id, dashboard);
        bench.bytes(playwright);
        bench.times(Integer.parseInt(arguments[3]));
      } finally {
        api.delete(id);
      }
    }
    System.exit(0);
  }

  private static BrowserType.LaunchOptions options(String... more) {
    var arguments = new ArrayList<>(BROWSER);
    arguments.addAll(List.of(more));
    return new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM).setArgs(arguments);
  }

  /** As a person's browser: what it compiled of a script is kept only in a profile on disk. */
  private static BrowserType.LaunchPersistentContextOptions kept() {
    return new BrowserType.LaunchPersistentContextOptions()
        .setExecutablePath(CHROMIUM)
        .setArgs(BROWSER)
        .setViewportSize(1300, 850);
  }

  private static void awaitEditor(Api api, WorkspaceId id) throws Exception {
    long end = System.nanoTime() + MADE.toNanos();
    while (true) {
      var view = api.find(id);
      if (view.phase() instanceof Phase.Failed(_, var what, var remedy)) {
        throw new IllegalStateException(what + " " + remedy);
      }
      if (view.editor().filter(EditorState.Ready.class::isInstance).isPresent()) return;
      if (System.nanoTime() > end) throw new IllegalStateException("no editor within " + MADE);
      Thread.sleep(200);
    }
  }

  // What goes over the wire.

  private void bytes(Playwright playwright) throws Exception {
    try (var wire = Wire.before(api.gatewayPort());
        var counted = playwright.chromium().launch(options(rule(wire)))) {
      var context = counted.newContext(withLogin());
      var page = context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      page.navigate(api.find(id).url());
      use(page);
      // The well compressed forms are made some seconds after the first visit of all.
      Thread.sleep(Duration.ofSeconds(60));
      context.close();
      var first = counted.newContext(withLogin());
      load(wire, first, "first load over the wire");
      load(wire, first, "second load, from the browser's cache");
    }
  }

  private static String rule(Wire wire) {
    return "--host-resolver-rules=MAP *.berth.localhost 127.0.0.1:%d, MAP berth.localhost 127.0.0.1:%d"
        .formatted(wire.port(), wire.port());
  }

  private void load(Wire wire, BrowserContext context, String what)
      throws IOException, InterruptedException {
    long before = wire.bytes();
    var page = context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.navigate(api.find(id).url());
    use(page);
    System.out.printf("%s: %.2f MiB%n", what, (wire.bytes() - before) / 1048576.0);
    page.close();
  }

  /** A browser that is logged in and has been nowhere. */
  private Browser.NewContextOptions withLogin() {
    return new Browser.NewContextOptions()
        .setStorageState(known.storageState())
        .setViewportSize(1300, 850);
  }

  // How long it takes.

  private void times(int rounds) throws Exception {
    var page = known.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.navigate(api.find(id).url());
    use(page);
    var again = new Rounds("a page that the browser has seen before");
    var first = new Rounds("the first visit of a browser");
    for (int round = 0; round < rounds; round++) {
      api.stop(id);
      again.add(round, start(page));
      api.stop(id);
      try (var fresh = browser.newContext(withLogin())) {
        var newPage = fresh.newPage();
        newPage.setDefaultTimeout(PATIENCE_MS);
        first.add(round, start(newPage));
      }
    }
    var running = new double[rounds];
    for (int round = 0; round < rounds; round++) running[round] = reload(page);
    Times.head();
    again.report();
    first.report();
    Times.row("for comparison, the page of a workspace that runs already: in use", running);
  }

  /** What the page itself takes, whoever serves it: nothing has to start. */
  private double reload(Page page) throws Exception {
    page.navigate(dashboard);
    Thread.sleep(REST);
    double click = System.currentTimeMillis();
    page.navigate(api.find(id).url());
    explorer(page).waitFor();
    type(page);
    double used = System.currentTimeMillis();
    found(page).waitFor();
    page.keyboard().press("Escape");
    return used - click;
  }

  private static void type(Page page) {
    page.keyboard().press("Control+P");
    page.keyboard().type("readme");
    page.waitForFunction(TYPED_IS_SHOWN);
  }

  /** The moments of a start, in milliseconds since the click. */
  private Map<String, Double> start(Page page) throws Exception {
    page.navigate(dashboard);
    var button = page.locator("[data-row=\"%s\"] [data-main]".formatted(id), having("Start"));
    button.waitFor();
    Thread.sleep(REST);
    double click = System.currentTimeMillis();
    button.click();
    explorer(page).waitFor();
    double listed = System.currentTimeMillis();
    type(page);
    double used = System.currentTimeMillis();
    found(page).waitFor();
    double found = System.currentTimeMillis();
    page.keyboard().press("Escape");
    var moments = new TreeMap<String, Double>();
    for (var step : api.find(id).steps()) {
      step.ended()
          .ifPresent(ended -> moments.put("step " + step.name(), ended.toEpochMilli() - click));
    }
    @SuppressWarnings("unchecked")
    var told = (Map<String, Number>) page.evaluate(MOMENTS);
    told.forEach((name, at) -> moments.put(name, at.doubleValue() - click));
    moments.put("explorer lists a file", listed - click);
    moments.put("in use", used - click);
    moments.put("a file is found by its name", found - click);
    return moments;
  }

  private static void use(Page page) {
    explorer(page).waitFor();
    quickOpen(page);
  }

  private static Locator explorer(Page page) {
    return page.locator(".explorer-folders-view .monaco-list-row", having("README.md"));
  }

  private static void quickOpen(Page page) {
    type(page);
    found(page).waitFor();
    page.keyboard().press("Escape");
  }

  private static Locator found(Page page) {
    return page.locator(".quick-input-list .monaco-list-row", having("README.md")).first();
  }

  private static Page.LocatorOptions having(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  /** The moments of several starts of a kind. */
  private static final class Rounds {
    private final String what;
    private final Map<String, List<Double>> moments = new TreeMap<>();

    Rounds(String what) {
      this.what = what;
    }

    void add(int round, Map<String, Double> times) {
      times.forEach((name, at) -> moments.computeIfAbsent(name, _ -> new ArrayList<>()).add(at));
      System.err.printf("%2d %s: %.0f ms%n", round + 1, what, times.get("in use"));
    }

    void report() {
      var rows = new ArrayList<>(moments.entrySet());
      rows.sort((one, other) -> Double.compare(median(one.getValue()), median(other.getValue())));
      for (var row : rows) Times.row(what + ": " + row.getKey(), array(row.getValue()));
    }

    private static double median(List<Double> times) {
      return Times.at(array(times), 0.5);
    }

    private static double[] array(List<Double> times) {
      return times.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }
}
