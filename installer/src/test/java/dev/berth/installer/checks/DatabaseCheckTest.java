package dev.berth.installer.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.process.Command;
import dev.berth.control.store.MariaDbServer;
import dev.berth.protocol.check.Result;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the check of a database leaves in it and how long it waits, with a real MariaDB. */
final class DatabaseCheckTest {
  private static final String OTHERS = "berth_check_of_somebody";

  @TempDir private static Path folder;
  private static MariaDbServer server;

  @BeforeAll
  static void start() throws Exception {
    server = MariaDbServer.start(folder);
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @BeforeEach
  void clean() throws SQLException {
    try (var connection = open();
        var statement = connection.createStatement()) {
      for (var table : tables()) statement.execute("DROP TABLE " + table);
    }
  }

  private static Connection open() throws SQLException {
    return DriverManager.getConnection(server.url(), "berth", "secret");
  }

  private static Set<String> tables() throws SQLException {
    var tables = new TreeSet<String>();
    try (var connection = open();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SHOW TABLES")) {
      while (rows.next()) tables.add(rows.getString(1));
    }
    return tables;
  }

  private static void make(String... tables) throws SQLException {
    try (var connection = open();
        var statement = connection.createStatement()) {
      for (var table : tables) statement.execute("CREATE TABLE %s (a INT)".formatted(table));
    }
  }

  /** The check in a session for which it is so much later. */
  private static List<Result> check(Duration later, Duration answer) {
    var now = Instant.now().plus(later).getEpochSecond();
    var url = server.url() + "?sessionVariables=timestamp=" + now;
    return Inside.database(new Inside.Database(url, "berth", "secret"), "a test", answer);
  }

  @Test
  void tables_of_killed_checks_go_after_an_hour_and_nobody_elses() throws SQLException {
    make("berth_check_0123456789ab", "berth_check_ffffffffffff", OTHERS);
    var there = tables();

    var soon = check(Duration.ofMinutes(59), Duration.ofSeconds(20));
    assertThat(soon)
        .extracting(Result::outcome)
        .hasSize(4)
        .hasOnlyElementsOfType(Result.Outcome.Good.class);
    assertThat(tables()).as("they may be of a check that runs").isEqualTo(there);

    check(Duration.ofMinutes(61), Duration.ofSeconds(20));
    assertThat(tables()).containsExactly(OTHERS);
  }

  @Test
  void a_table_that_somebody_locks_is_given_up_and_nothing_is_left() throws SQLException {
    make("berth_check_0123456789ab");
    try (var connection = open();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      try (var rows = statement.executeQuery("SELECT * FROM berth_check_0123456789ab")) {
        assertThat(rows.next()).isFalse();
      }

      // The server says so after 1 s, which a busy machine may bring only after the 3 s are over.
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() ->
              assertThat(check(Duration.ofHours(2), Duration.ofSeconds(3)))
                  .anySatisfy(result ->
                      assertThat(result.outcome())
                          .isInstanceOfSatisfying(
                              Result.Outcome.Bad.class,
                              bad -> assertThat(bad.what()).contains("Lock wait timeout"))));
      connection.rollback();
    }
    check(Duration.ofHours(2), Duration.ofSeconds(20));
    assertThat(tables()).isEmpty();
  }

  @Test
  void a_server_that_hangs_is_bad_within_its_time() throws Exception {
    signal("STOP");
    try {
      long began = System.nanoTime();
      var results = check(Duration.ZERO, Duration.ofSeconds(1));

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
      assertThat(results).hasSize(1);
      assertThat(results.getFirst().outcome()).isInstanceOf(Result.Outcome.Bad.class);
    } finally {
      signal("CONT");
    }
  }

  private static void signal(String name) throws Exception {
    Command.of("kill", "-" + name, "" + server.pid())
        .within(Duration.ofSeconds(10))
        .orProblem("The server of this test cannot be stopped.");
  }
}
