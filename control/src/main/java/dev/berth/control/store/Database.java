package dev.berth.control.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.berth.base.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** An open database with its tables at their newest form. */
public final class Database implements AutoCloseable {
  /** 2 cores keep no more than this busy; the rest wait for a turn. */
  private static final int CONNECTIONS = 10;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** Of a lease's renewal, of which one more must fit in before the lease is over. */
  private static final Duration LEASE_PATIENCE = Duration.ofSeconds(2);

  static final String MIGRATIONS = "db/migration";

  /** Of the newest migration. */
  static final String VERSION = "4";

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
  private final Optional<FileChannel> lock;
  private final Jdbi jdbi;

  /** What {@link #leases} opens; empty for the embedded one, which one process has anyway. */
  private final Optional<HikariConfig> leases;

  private Optional<HikariDataSource> leasing = Optional.empty();

  private Database(
      HikariDataSource pool, Optional<FileChannel> lock, Jdbi jdbi, Optional<HikariConfig> leases) {
    this.pool = pool;
    this.lock = lock;
    this.jdbi = jdbi;
    this.leases = leases;
  }

  /**
   * The embedded one in {@code folder}; one process has it at a time. What was committed is on the
   * disk before the call returns.
   */
  public static Database embedded(Path folder) {
    var lock = lock(folder);
    try {
      NativeSqlite.from(folder.toAbsolutePath());
      var config = new HikariConfig();
      config.setJdbcUrl("jdbc:sqlite:" + folder.resolve("control.db").toAbsolutePath());
      config.setDriverClassName("org.sqlite.JDBC");
      config.addDataSourceProperty("journal_mode", "WAL");
      config.addDataSourceProperty("synchronous", "FULL");
      config.addDataSourceProperty("foreign_keys", "true");
      config.addDataSourceProperty("busy_timeout", Long.toString(LONGEST_WAIT.toMillis()));
      // A transaction that reads first and writes then would fail where another wrote between.
      config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
      return open(config, Optional.of(lock), Optional.empty());
    } catch (IOException e) {
      close(lock);
      throw unavailable(e);
    } catch (RuntimeException e) {
      close(lock);
      throw e;
    }
  }

  private static FileChannel lock(Path folder) {
    try {
      Files.createDirectories(folder);
      var file = folder.resolve("lock");
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(channel)) return channel;
      channel.close();
    } catch (IOException e) {
      throw unavailable(e);
    }
    throw new Problem.Conflict(
        "The database of this installation is in use by another process.",
        "Berth runs already with this BERTH_HOME: use it, or end it with `berth down`.");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // this process has it open
    }
  }

  private static void close(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of a lock there is nothing to write
    }
  }

  /** A MySQL or MariaDB server's, by a {@code jdbc:mariadb:} address. */
  public static Database server(String url, String user, String password) {
    var leases = serverConfig(url, user, password);
    leases.setMaximumPoolSize(1);
    leases.setPoolName("lease");
    // A server that hangs must be found out well before a lease is over.
    leases.setConnectionTimeout(LEASE_PATIENCE.toMillis());
    leases.setValidationTimeout(LEASE_PATIENCE.toMillis() / 2);
    leases.addDataSourceProperty("connectTimeout", Long.toString(LEASE_PATIENCE.toMillis()));
    leases.addDataSourceProperty("socketTimeout", Long.toString(LEASE_PATIENCE.toMillis()));
    leases.setInitializationFailTimeout(-1);
    return open(serverConfig(url, user, password), Optional.empty(), Optional.of(leases));
  }

  private static HikariConfig serverConfig(String url, String user, String password) {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    // A driver may not be found by name in a jar of all, so it is named.
    config.setDriverClassName("org.mariadb.jdbc.Driver");
    return config;
  }

  private static Database open(
      HikariConfig config, Optional<FileChannel> lock, Optional<HikariConfig> leases) {
    config.setMaximumPoolSize(CONNECTIONS);
    config.setPoolName("control");
    try {
      var pool = new HikariDataSource(config);
      try {
        var jdbi = Jdbi.create(new Turns(pool));
        if (!isCurrent(jdbi)) {
          Flyway.configure(Database.class.getClassLoader())
              .dataSource(pool)
              .locations("classpath:" + MIGRATIONS)
              .load()
              .migrate();
        }
        return new Database(pool, lock, jdbi, leases);
      } catch (FlywayException e) {
        pool.close();
        throw e;
      }
    } catch (RuntimeException e) {
      throw unavailable(e);
    }
  }

  /**
   * Whether the newest migration is in: at nearly every start, and Flyway takes 150 ms to see it.
   * The first question takes 200 ms too, which here go beside the rest of the start.
   */
  private static boolean isCurrent(Jdbi jdbi) {
    try (var handle = jdbi.open()) {
      return handle
          .createQuery(
              "SELECT version FROM flyway_schema_history WHERE success = 1"
                  + " ORDER BY installed_rank DESC LIMIT 1")
          .mapTo(String.class)
          .findOne()
          .filter(VERSION::equals)
          .isPresent();
    } catch (JdbiException _) {
      return false; // a new database has no history
    }
  }

  private static Problem.Unavailable unavailable(Exception e) {
    var text = String.valueOf(rootOf(e).getMessage()).lines().findFirst().orElse("");
    return new Problem.Unavailable(
        "The database cannot be opened: %s.".formatted(text),
        "Check that it is reachable and that its folder can be written.",
        e);
  }

  private static Throwable rootOf(Throwable failure) {
    var root = failure;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  Jdbi jdbi() {
    return jdbi;
  }

  /** A connection of its own to a server; opened at the first call. */
  synchronized Jdbi leases() {
    var source =
        leasing.orElseGet(() ->
            new HikariDataSource(
                leases.orElseThrow(() ->
                    new IllegalStateException("an embedded database is one process's anyway"))));
    leasing = Optional.of(source);
    return Jdbi.create(source);
  }

  /** Whether several processes may use it at once. */
  public boolean isShared() {
    return leases.isPresent();
  }

  /** What an embedded one finds wrong in its file, reading all of it; empty where it is whole. */
  public Optional<String> damage() {
    try (var handle = jdbi.open()) {
      return handle
          .createQuery("PRAGMA quick_check(1)")
          .mapTo(String.class)
          .findFirst()
          .filter(said -> !said.equals("ok"));
    } catch (JdbiException e) {
      return Optional.of(String.valueOf(rootOf(e).getMessage()));
    }
  }

  @Override
  public synchronized void close() {
    leasing.ifPresent(HikariDataSource::close);
    pool.close();
    lock.ifPresent(Database::close);
  }
}
