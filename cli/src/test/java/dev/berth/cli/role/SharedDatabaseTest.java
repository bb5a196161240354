package dev.berth.cli.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.http.FreePorts;
import dev.berth.base.http.TcpProxy;
import dev.berth.base.metrics.Metrics;
import dev.berth.base.process.Beside;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.control.lead.LeaseStore.Holder;
import dev.berth.control.reconcile.EditorSource;
import dev.berth.control.store.Database;
import dev.berth.control.store.MariaDbServer;
import dev.berth.control.store.SqlLeaseStore;
import dev.berth.runtime.FakeDriver;
import dev.berth.runtime.Saves;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code berth up}, all of one machine but what runs workspaces, over a real MariaDB. */
@Timeout(120)
final class SharedDatabaseTest {
  /** A lease lasts for 10 s, and what waits for the database may be at its last try for as long. */
  private static final Duration SOON = Duration.ofSeconds(50);

  private final List<String> progress = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // set before each test
  private MariaDbServer server;

  @SuppressWarnings("NullAway.Init")
  private TcpProxy wire;

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    this.folder = folder;
    server = MariaDbServer.start(Files.createDirectories(folder.resolve("server")));
    wire = TcpProxy.before(server.address());
  }

  @AfterEach
  void stop() throws Exception {
    wire.close();
    server.close();
  }

  private Home home(String name) throws IOException {
    var home = new Home(Files.createDirectories(folder.resolve(name)));
    home.create();
    return home;
  }

  private Database database() {
    return Database.server(MariaDbServer.urlAt(wire.port()), "berth", "secret");
  }

  private Installation up(Home home) throws IOException, InterruptedException {
    var configuration =
        Configuration.read(
            home.configuration(),
            Map.of(
                "BERTH_DATABASE_URL",
                MariaDbServer.urlAt(wire.port()),
                "BERTH_DATABASE_PASSWORD",
                "secret",
                "BERTH_SSH_PORT",
                "0"),
            Optional.of(FreePorts.next()));
    return Installation.open(
        home,
        configuration,
        new Metrics(),
        new WorkspaceHost(new FakeDriver(), Saves.OFF, EditorSource.NONE, Optional.empty()),
        ControlOf.database(home, configuration),
        new ArrayDeque<>(),
        progress::add);
  }

  @Test
  void a_second_one_is_refused_and_told_who_leads_and_since_when() throws Exception {
    var one = home("one");
    try (var _ = up(one);
        var database = database()) {
      var leases = new SqlLeaseStore(database);
      var name = Files.readString(one.folder().resolve("replica"));
      assertThat(leases.held().orElseThrow().holder().name()).isEqualTo(name);
      var since = leases.held().orElseThrow().since().orElseThrow();
      assertThat(since).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));

      assertThatThrownBy(() -> up(home("two")).close())
          .isInstanceOfSatisfying(
              Problem.Conflict.class,
              problem -> {
                assertThat(problem.what())
                    .startsWith(name + " at 127.0.0.1:")
                    .endsWith(" leads in this database since " + since + ".");
                assertThat(problem.remedy()).contains("berth down");
              });

      assertThat(progress).singleElement().asString().contains(name, "10 s at most");
      assertThat(leases.held().orElseThrow().holder().name()).isEqualTo(name);
      assertThat(asked(one)).isEqualTo(200);
    }
    try (var _ = up(home("two"))) { // given back: at once
      assertThat(progress).hasSize(1);
    }
  }

  @Test
  void the_lease_of_one_that_was_killed_is_waited_for() throws Exception {
    try (var database = database()) {
      var leases = new SqlLeaseStore(database);
      var killed = new Holder("killed", "host:1");
      leases.take(killed, Duration.ofMinutes(5));
      var home = home("one");

      var beginning = new FutureTask<>(() -> up(home));
      Thread.startVirtualThread(beginning);
      await().atMost(SOON).until(() -> !progress.isEmpty());
      await().atMost(SOON).during(Duration.ofSeconds(1)).until(() -> !beginning.isDone());
      leases.giveBack(killed); // which is as when its time is over

      try (var _ = Beside.resultOf(beginning)) {
        assertThat(progress).singleElement().asString().contains("killed at host:1");
        assertThat(asked(home)).isEqualTo(200);
        // One that was killed has left its name to its successor.
        assertThat(leases.held().orElseThrow().holder().name())
            .isEqualTo(Files.readString(home.folder().resolve("replica")));
      }
    }
  }

  @Test
  void one_that_is_started_again_after_a_kill_goes_on_with_its_own_lease() throws Exception {
    var home = home("one");
    up(home).close();
    try (var database = database()) {
      var name = Files.readString(home.folder().resolve("replica"));
      new SqlLeaseStore(database).take(new Holder(name, "host:1"), Duration.ofMinutes(5));

      try (var _ = up(home)) {
        assertThat(asked(home)).isEqualTo(200);
      }
    }
    assertThat(progress).isEmpty();
  }

  @Test
  void one_that_loses_its_lease_leads_no_more_until_it_has_it_again() throws Exception {
    var home = home("one");
    try (var _ = up(home)) {
      assertThat(asked(home)).isEqualTo(200);

      wire.cut();

      await().atMost(SOON).until(() -> told(home).contains("changing over"));
      wire.mend();
      await().atMost(SOON).until(() -> asked(home) == 200);
    }
  }

  private static int asked(Home home) throws IOException, InterruptedException {
    return answer(home).statusCode();
  }

  private static String told(Home home) throws IOException, InterruptedException {
    return answer(home).body();
  }

  private static java.net.http.HttpResponse<String> answer(Home home)
      throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(
                  URI.create(home.server().orElseThrow().api() + "/api/v1/workspaces"))
              .header("Authorization", "Bearer " + Files.readString(home.token()).strip())
              .build(),
          BodyHandlers.ofString());
    }
  }
}
