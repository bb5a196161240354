package dev.berth.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.control.account.User;
import dev.berth.protocol.UserId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SqliteStoreTest extends StoreContract {
  @SuppressWarnings("NullAway.Init") // set before all tests
  private Database database;

  @BeforeAll
  void open(@TempDir Path folder) {
    database = Database.embedded(folder);
  }

  @AfterAll
  void close() {
    database.close();
  }

  @Override
  Database database() {
    return database;
  }

  @Test
  void what_was_saved_is_there_after_it_was_opened_again(@TempDir Path other) {
    try (var first = Database.embedded(other)) {
      assertThat(new SqlAccountStore(first).users()).isEmpty();
    }
    try (var second = Database.embedded(other)) {
      assertThat(new SqlWorkspaceStore(second).all()).isEmpty();
    }
  }

  /** A migration that the number does not know would never be made. */
  @Test
  void the_version_is_that_of_the_newest_migration() throws Exception {
    var folder = Path.of("src/main/resources", Database.MIGRATIONS);
    try (var files = Files.list(folder)) {
      assertThat(files.mapToInt(SqliteStoreTest::version).max())
          .hasValue(Integer.parseInt(Database.VERSION));
    }
  }

  private static int version(Path migration) {
    return Integer.parseInt(migration.getFileName().toString().replaceFirst("V(\\d+)__.*", "$1"));
  }

  @Test
  void a_database_of_an_older_form_is_brought_to_the_newest(@TempDir Path other) throws Exception {
    Database.embedded(other).close();
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + other.resolve("control.db"));
        var statement = connection.createStatement()) {
      statement.executeUpdate("DROP TABLE lease");
      statement.executeUpdate("DELETE FROM flyway_schema_history WHERE version IN ('4', '5')");
    }
    try (var again = Database.embedded(other)) {
      var leases =
          again
              .connections()
              .withHandle(handle ->
                  handle.createQuery("SELECT name FROM lease").mapTo(String.class).list());
      assertThat(leases).containsExactly("control");
    }
  }

  /** A client that hangs up interrupts the thread of its request, wherever that thread is. */
  @Test
  void an_interrupted_caller_breaks_nothing_for_others(@TempDir Path other) throws Exception {
    try (var hit = Database.embedded(other)) {
      var accounts = new SqlAccountStore(hit);
      var now = Instant.parse("2026-11-21T12:00:00Z");
      for (int i = 0; i < 50; i++) {
        var interrupted =
            Thread.ofVirtual()
                .start(() -> {
                  Thread.currentThread().interrupt();
                  try {
                    accounts.insert(new User(UserId.create(), "x".repeat(255)), now);
                  } catch (RuntimeException e) {
                    // it may fail; the others may not
                  }
                });
        interrupted.join();
      }
      accounts.insert(new User(UserId.create(), "after"), now);
      assertThat(accounts.users()).extracting(User::name).contains("after");
    }
    try (var again = Database.embedded(other)) {
      assertThat(new SqlAccountStore(again).users()).extracting(User::name).contains("after");
    }
  }

  /** As an operator's own program that has a transaction open. */
  @Test
  void a_file_that_another_keeps_locked_makes_it_busy(@TempDir Path other) throws Exception {
    try (var database = Database.embedded(other);
        var connection = DriverManager.getConnection("jdbc:sqlite:" + other.resolve("control.db"));
        var locking = connection.createStatement()) {
      locking.execute("BEGIN IMMEDIATE");
      assertThatThrownBy(() ->
              database
                  .connections()
                  .useHandle(handle -> {
                    handle.execute("PRAGMA busy_timeout = 50");
                    handle.execute("UPDATE lease SET address = 'x'");
                  }))
          .isInstanceOfSatisfying(
              Problem.Unavailable.class,
              problem -> assertThat(problem.what()).isEqualTo("The database is too busy."));
      locking.execute("ROLLBACK");
      assertThat(new SqlWorkspaceStore(database).all()).isEmpty();
    }
  }

  @Test
  void a_second_process_is_told_that_berth_runs_already(@TempDir Path other) throws Exception {
    try (var _ = Database.embedded(other)) {
      var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      var outcome =
          dev.berth.base.process.Command.of(
                  java,
                  "-cp",
                  System.getProperty("java.class.path"),
                  OpensADatabase.class.getName(),
                  other.toString())
              .run();
      assertThat(outcome.text()).contains("Conflict").contains("in use by another process");
    }
    assertThatThrownBy(() -> Database.server("jdbc:mariadb://127.0.0.1:1/x", "a", "b"))
        .isInstanceOf(Problem.Unavailable.class);
  }

  /** The main of a second process. */
  static final class OpensADatabase {
    private OpensADatabase() {}

    public static void main(String[] folder) {
      try (var _ = Database.embedded(Path.of(folder[0]))) {
        System.out.println("opened");
      } catch (Problem problem) {
        System.out.println(problem.getClass().getSimpleName() + " " + problem.what());
      }
    }
  }
}
