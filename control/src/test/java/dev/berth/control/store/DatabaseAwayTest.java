package dev.berth.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.berth.base.Problem;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Response;
import dev.berth.base.http.TcpProxy;
import dev.berth.base.process.Command;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What control does where its MariaDB, or the way to it, is gone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
final class DatabaseAwayTest {
  /**
   * Of an answer without a statement: the wait for a connection, which takes 2 s, and a slow test
   * machine. Who set nothing would wait for 30 s.
   */
  private static final Duration UNREACHED = Duration.ofSeconds(20);

  /** The same with a statement that nobody answers any more. */
  private static final Duration UNANSWERED = Duration.ofSeconds(30);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  @SuppressWarnings("NullAway.Init") // set before all tests
  private MariaDbServer server;

  @SuppressWarnings("NullAway.Init") // set before each test
  private TcpProxy wire;

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private SqlWorkspaceStore store;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = MariaDbServer.start(folder);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    log.list.clear(); // one object has all tests here
  }

  @BeforeEach
  void open() throws Exception {
    wire = TcpProxy.before(server.address());
    database = Database.server(MariaDbServer.urlAt(wire.port()), "berth", "secret");
    store = new SqlWorkspaceStore(database);
    store.all();
  }

  @AfterEach
  void close() throws Exception {
    wire.close();
    database.close();
  }

  @Test
  void connections_that_carry_nothing_any_more_are_given_up_and_new_ones_serve() throws Exception {
    fillThePool();

    wire.freeze();
    long began = System.nanoTime();
    var first = catchThrowable(store::all);

    assertThat(since(began)).isLessThan(UNANSWERED);
    if (first != null) assertThat(first).isInstanceOf(Problem.Unavailable.class);
    await().ignoreException(Problem.Unavailable.class).until(() -> store.all().isEmpty());
  }

  /** Of what the pool says of each connection, all of it by the loggers that are known to. */
  @Test
  void what_the_log_says_of_an_outage_is_its_begin_and_its_end() throws Exception {
    fillThePool();
    log.start();
    root.addAppender(log);
    try {
      wire.cut();
      for (int i = 0; i < 3; i++) assertThat(catchThrowable(store::all)).isNotNull();
      assertThat(catchThrowable(() -> new SqlLeaseStore(database).holder())).isNotNull();
      wire.mend();
      await().ignoreException(Problem.Unavailable.class).until(() -> store.all().isEmpty());
      await()
          .ignoreException(Problem.Unavailable.class)
          .until(() -> new SqlLeaseStore(database).holder().isEmpty());
    } finally {
      root.detachAppender(log);
    }

    assertThat(log.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .filteredOn(event -> !Database.CONNECTIONS_LOGS.contains(event.getLoggerName()))
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            begin -> assertThat(begin).startsWith("the database does not answer: "),
            end -> assertThat(end).startsWith("the database answers again, after "));
    assertThat(Database.CONNECTIONS_LOGS).as("of this version").allSatisfy(Class::forName);
  }

  @Test
  void a_statement_that_is_not_answered_any_more_ends_and_is_no_bug() throws Exception {
    var ended = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked =
          threads.submit(() -> {
            try {
              return catchThrowable(() -> answersAfter(4));
            } finally {
              ended.countDown();
            }
          });
      await().until(() -> running("SELECT SLEEP(4)"));

      wire.freeze();

      await().atMost(UNANSWERED).until(() -> ended.getCount() == 0);
      assertThat(asked.get())
          .isInstanceOfSatisfying(
              Problem.Unavailable.class,
              problem -> {
                assertThat(problem.what()).isEqualTo("The database does not answer.");
                assertThat(problem.remedy()).isNotEmpty();
              });
    }
  }

  @Test
  void a_transaction_whose_connection_is_gone_in_its_middle_is_no_bug() {
    var gone =
        catchThrowable(() ->
            database
                .connections()
                .useTransaction(handle -> {
                  handle.execute("UPDATE lease SET address = 'x' WHERE name = 'control'");
                  wire.cut();
                  handle.execute("UPDATE lease SET address = 'y' WHERE name = 'control'");
                }));

    assertThat(gone).isInstanceOf(Problem.Unavailable.class);
    wire.mend();
    await().ignoreException(Problem.Unavailable.class).until(() -> store.all().isEmpty());
  }

  @Test
  void whoever_asks_while_it_is_away_is_told_so_within_seconds_however_many_ask() throws Exception {
    wire.cut();
    log.start();
    root.addAppender(log);
    try (var api =
            HttpServer.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpServer.Limits.DEFAULT,
                _ -> Response.json(200, store.all()));
        var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.address().getPort())).build();
      long began = System.nanoTime();

      var answer = client.send(request, BodyHandlers.ofString());

      assertThat(since(began)).isLessThan(UNREACHED);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body())
          .contains("\"kind\":\"unavailable\"", "\"what\":\"The database does not answer.\"")
          .doesNotContain("127.0.0.1", "berth@", "jdbc");

      began = System.nanoTime();
      var many =
          IntStream.range(0, 200) // ten each 2 s, one after the other, would take longer
              .mapToObj(_ -> client.sendAsync(request, BodyHandlers.ofString()))
              .toList();
      for (var one : many) {
        assertThat(one.get())
            .returns(503, HttpResponse::statusCode)
            .extracting(HttpResponse::body)
            .asString()
            .contains("The database does not answer.");
      }
      assertThat(since(began)).isLessThan(UNANSWERED);

      wire.mend();
      await().until(() -> client.send(request, BodyHandlers.ofString()).statusCode() == 200);
    } finally {
      root.detachAppender(log);
    }
    assertThat(log.list)
        .filteredOn(event -> event.getFormattedMessage().contains("GET /"))
        .as("of 61 requests")
        .hasSize(1);
  }

  @Test
  void one_that_hangs_does_not_let_its_callers_hang() throws Exception {
    fillThePool();
    Command.of("kill", "-STOP", Long.toString(server.pid())).orProblem("See it.");
    try {
      long began = System.nanoTime();
      assertThatThrownBy(store::all).isInstanceOf(Problem.Unavailable.class);
      assertThat(since(began)).isLessThan(UNANSWERED);
    } finally {
      Command.of("kill", "-CONT", Long.toString(server.pid())).orProblem("See it.");
    }
    await().ignoreException(Problem.Unavailable.class).until(() -> store.all().isEmpty());
  }

  @Test
  void one_that_is_away_at_the_start_is_told_of_within_seconds() throws Exception {
    wire.cut();
    long began = System.nanoTime();
    assertThatThrownBy(
            () -> Database.server(MariaDbServer.urlAt(wire.port()), "berth", "secret").close())
        .isInstanceOf(Problem.Unavailable.class);
    assertThat(since(began)).isLessThan(UNREACHED);
  }

  /** What waits for another's change is not away, and says what it is. */
  @Test
  void a_row_that_another_keeps_locked_makes_it_busy() throws Exception {
    try (var other = DriverManager.getConnection(server.url(), "berth", "secret");
        var locking = other.createStatement()) {
      other.setAutoCommit(false);
      locking.execute("UPDATE lease SET address = 'x' WHERE name = 'control'");
      assertThatThrownBy(() ->
              database
                  .connections()
                  .useHandle(handle -> {
                    handle.execute("SET SESSION innodb_lock_wait_timeout = 1");
                    handle.execute("UPDATE lease SET address = 'y' WHERE name = 'control'");
                  }))
          .isInstanceOfSatisfying(
              Problem.Unavailable.class,
              problem -> assertThat(problem.what()).isEqualTo("The database is too busy."));
    }
  }

  /** A client that hangs up interrupts the thread of its request, wherever that thread is. */
  @Test
  void who_hangs_up_in_the_middle_of_a_statement_says_nothing_of_the_database() throws Exception {
    var failed = new CompletableFuture<Throwable>();
    var asking =
        Thread.ofVirtual().start(() -> failed.complete(catchThrowable(() -> answersAfter(60))));
    await().until(() -> running("SELECT SLEEP(60)"));

    asking.interrupt();

    assertThat(failed.get(60, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            Problem.Unavailable.class,
            problem -> assertThat(problem.what()).endsWith("was broken off."));
    assertThat(store.all()).isEmpty();
  }

  /** A migration may take as long as it likes, whoever stands in its way. */
  @Test
  void a_migration_waits_for_longer_than_a_statement_may_take(@TempDir Path other)
      throws Exception {
    try (var fresh = MariaDbServer.start(Files.createDirectories(other.resolve("fresh")));
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var root = DriverManager.getConnection(fresh.url(), "root", "");
        var asking = root.createStatement()) {
      asking.execute("FLUSH TABLES WITH READ LOCK");
      var opening = threads.submit(fresh::open);
      await().until(() -> opening.isDone() || somebodyWaitsSince(asking, 7));
      assertThat(opening.isDone()).isFalse();
      asking.execute("UNLOCK TABLES");
      try (var opened = opening.get()) {
        assertThat(new SqlWorkspaceStore(opened).all()).isEmpty();
      }
    }
  }

  /** All of its connections are open, and have carried something. */
  private void fillThePool() throws Exception {
    var all = new CountDownLatch(10);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked =
          IntStream.range(0, 10)
              .mapToObj(_ ->
                  threads.submit(() ->
                      database
                          .connections()
                          .withHandle(handle -> {
                            all.countDown();
                            all.await();
                            return handle.execute("DO 1");
                          })))
              .toList();
      for (var one : asked) one.get();
    }
  }

  private int answersAfter(int seconds) {
    return database
        .connections()
        .withHandle(
            handle -> handle.createQuery("SELECT SLEEP(" + seconds + ")").mapTo(int.class).one());
  }

  private boolean running(String statement) {
    return database
            .connections()
            .withHandle(handle ->
                handle
                    .createQuery(
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info = :statement")
                    .bind("statement", statement)
                    .mapTo(int.class)
                    .one())
        > 0;
  }

  /** A migration's own statements wait for a lock of the whole server. */
  private static boolean somebodyWaitsSince(Statement asking, int seconds) throws SQLException {
    try (var rows =
        asking.executeQuery(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'berth'"
                + " AND command = 'Query' AND state LIKE '%lock%' AND time >= "
                + seconds)) {
      return rows.next() && rows.getInt(1) > 0;
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
