package dev.berth.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.berth.base.http.Response;
import dev.berth.base.http.TcpProxy;
import dev.berth.base.metrics.Metrics;
import dev.berth.control.account.Keys;
import dev.berth.control.account.User;
import dev.berth.control.check.Surroundings;
import dev.berth.control.lead.Leadership;
import dev.berth.control.reconcile.EditorSource;
import dev.berth.control.reconcile.FakeSupervisor;
import dev.berth.control.reconcile.Reconciler;
import dev.berth.control.reconcile.StopPolicy;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.MariaDbServer;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.control.workspace.Retention;
import dev.berth.control.workspace.Samples;
import dev.berth.protocol.Phase;
import dev.berth.protocol.UserId;
import dev.berth.runtime.FakeDriver;
import dev.berth.runtime.Saves;
import dev.berth.runtime.WorkspaceSize;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A control whose MariaDB is away, or hangs, while it leads. */
@Timeout(300)
final class ControlAwayTest {
  private final Metrics metrics = new Metrics();
  private final FakeSupervisor supervisor = new FakeSupervisor();
  private final AtomicBoolean leads = new AtomicBoolean(true);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Reconciler.class);

  @SuppressWarnings("NullAway.Init") // set before each test
  private MariaDbServer server;

  @SuppressWarnings("NullAway.Init")
  private TcpProxy wire;

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private Control control;

  @BeforeEach
  void open(@TempDir Path folder) throws Exception {
    server = MariaDbServer.start(folder);
    wire = TcpProxy.before(server.address());
    database = Database.server(MariaDbServer.urlAt(wire.port()), "berth", "secret");
    var owner = new User(UserId.create(), "Ann");
    new SqlAccountStore(database).insert(owner, Instant.now());
    var store = new SqlWorkspaceStore(database);
    for (int i = 0; i < 4; i++) store.insert(Samples.workspace(owner.id(), Instant.now()));
    supervisor.ready();
    control =
        Control.open(
            new ControlConfig(
                URI.create("http://berth.localhost:8433"),
                Map.of("standard", new WorkspaceSize(2000, 1L << 30, 512)),
                "standard",
                StopPolicy.DEFAULT,
                Retention.DEFAULT,
                Optional.empty(),
                EditorSource.NONE,
                "1.2.3",
                Duration.ZERO,
                "",
                new Surroundings("the control of a test", List.of(), Optional::empty)),
            database,
            new FakeDriver(supervisor::at),
            Saves.OFF,
            Sources.open(
                new Sources.Settings(
                    List.of(),
                    Set.of(),
                    Files.createDirectories(folder.resolve("cache")),
                    Duration.ofSeconds(20))),
            new Keys(new byte[32]),
            leads::get,
            metrics,
            _ -> Response.text(200, "the pages"));
    await().until(this::runs);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void close() throws Exception {
    logger.detachAppender(log);
    control.close();
    database.close();
    wire.close();
    server.close();
    supervisor.close();
  }

  private boolean runs() {
    return new SqlWorkspaceStore(database)
        .all().stream().allMatch(one -> one.phase() instanceof Phase.Running);
  }

  @Test
  void it_says_once_that_the_database_is_away_and_goes_on_when_it_is_back() throws Exception {
    wire.cut();
    await().atMost(Duration.ofMinutes(2)).until(() -> counted("berth_looks_failed_total") >= 12);

    assertThat(List.copyOf(log.list))
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(said -> said.contains("The database does not answer."))
        .filteredOn(said -> !said.startsWith("not all workspaces are looked at"))
        .as("of four workspaces, three times each")
        .hasSize(1);
    assertThat(List.copyOf(log.list)).allMatch(event -> event.getThrowableProxy() == null);
    // What is counted is told all the same, also what was read of the database last.
    assertThat(metrics.text()).contains("berth_workspaces{phase=");

    wire.mend();
    long before = counted("berth_look_seconds_count");
    await().until(() -> counted("berth_look_seconds_count") > before);
    await()
        .untilAsserted(() ->
            assertThat(List.copyOf(log.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(said -> said.startsWith("over, for 4 workspaces: The database")));
  }

  @Test
  void looks_that_hang_end_and_are_made_again() {
    wire.freeze();

    long before = counted("berth_look_seconds_count");
    await().until(() -> counted("berth_look_seconds_count") > before + 2);
  }

  /** Else the process would have to end, as its lease does. */
  @Test
  void it_closes_within_the_last_seconds_of_a_lease_while_looks_wait_for_the_database()
      throws Exception {
    wire.cut();
    await().until(() -> counted("berth_looks_failed_total") >= 1);
    leads.set(false);

    long began = System.nanoTime();
    control.close();

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isLessThan(Leadership.Times.DEFAULT.margin());
  }

  @Test
  void workspaces_are_told_by_the_one_that_leads_only() {
    assertThat(metrics.text()).contains("berth_workspaces{phase=");

    leads.set(false);

    assertThat(metrics.text()).doesNotContain("berth_workspaces{").contains("berth_look_seconds");
  }

  private long counted(String name) {
    var line = Pattern.compile("^" + name + " (\\d+)$", Pattern.MULTILINE).matcher(metrics.text());
    assertThat(line.find()).isTrue();
    return Long.parseLong(line.group(1));
  }
}
