package dev.berth.control.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.berth.base.Problem;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;

/** An open database with its tables at their newest form. */
public final class Database implements AutoCloseable {
  /** 2 cores keep no more than this busy; the rest wait for a turn. */
  private static final int CONNECTIONS = 10;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /**
   * Lets callers wait in front of the pool instead of in it: while one waits in it, those who bring
   * connections back spin, and virtual threads that spin on all cores never let the waiting one run
   * (seen: two dozen clients who hung up, and control stood still for good).
   */
  private static final class Turns implements ConnectionFactory {
    private final HikariDataSource pool;
    private final Semaphore turns = new Semaphore(CONNECTIONS, true);

    Turns(HikariDataSource pool) {
      this.pool = pool;
    }

    @Override
    public Connection openConnection() throws SQLException {
      await();
      try {
        return pool.getConnection();
      } catch (SQLException | RuntimeException e) {
        turns.release();
        throw e;
      }
    }

    private void await() {
      try {
        if (turns.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new Problem.Unavailable("The database is too busy.", "Try again in a moment.");
    }

    @Override
    public void closeConnection(Connection connection) throws SQLException {
      try {
        connection.close();
      } finally {
        turns.release();
      }
    }
  }

  private final HikariDataSource pool;
  private final boolean embedded;
  private final Jdbi jdbi;

  private Database(HikariDataSource pool, boolean embedded) {
    this.pool = pool;
    this.embedded = embedded;
    this.jdbi = Jdbi.create(new Turns(pool));
  }

  /**
   * The embedded one in {@code folder}. WRITE_DELAY=0, for without it a kill -9 loses commits that
   * were acknowledged (measured: 700 to 1,800 of them). {@code async:}, for with a plain file an
   * interrupted thread, such as that of a client who hung up, closes the database for all.
   * DB_CLOSE_ON_EXIT=FALSE, for at SIGTERM looks still end after the JVM's hooks have begun.
   */
  public static Database embedded(Path folder) {
    return open(
        "jdbc:h2:async:%s;MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"
            .formatted(folder.resolve("control").toAbsolutePath()),
        "berth",
        "");
  }

  /** A MySQL or MariaDB server's, by a {@code jdbc:mariadb:} address. */
  public static Database server(String url, String user, String password) {
    return open(url, user, password);
  }

  private static Database open(String url, String user, String password) {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setPoolName("control");
    // A driver may not be found by name in a jar of all, so it is named.
    config.setDriverClassName(
        url.startsWith("jdbc:h2:") ? "org.h2.Driver" : "org.mariadb.jdbc.Driver");
    try {
      var pool = new HikariDataSource(config);
      try {
        Flyway.configure(Database.class.getClassLoader())
            .dataSource(pool)
            .locations("classpath:db/migration")
            .load()
            .migrate();
      } catch (FlywayException e) {
        pool.close();
        throw e;
      }
      return new Database(pool, url.startsWith("jdbc:h2:"));
    } catch (RuntimeException e) {
      var text = String.valueOf(rootOf(e).getMessage()).lines().findFirst().orElse("");
      if (text.contains("already in use") || text.contains("file is locked")) {
        throw new Problem.Conflict(
            "The database of this installation is in use by another process.",
            "Berth runs already with this BERTH_HOME: use it, or end it with `berth down`.",
            e);
      }
      throw new Problem.Unavailable(
          "The database cannot be opened: %s.".formatted(text),
          "Check that it is reachable and that its folder can be written.",
          e);
    }
  }

  private static Throwable rootOf(Throwable failure) {
    var root = failure;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  Jdbi jdbi() {
    return jdbi;
  }

  /**
   * Makes what was committed outlive this process; each write ends with it. A server's commit does
   * so by itself, H2's does not always: of ten kills right after an acknowledged commit one lost it
   * (seen by CrashTest), also with WRITE_DELAY=0.
   */
  void keep() {
    if (embedded) jdbi.useHandle(handle -> handle.execute("CHECKPOINT SYNC"));
  }

  @Override
  public void close() {
    pool.close();
  }
}
