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
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open database with its tables at their newest form. */
public final class Database implements AutoCloseable {
  /** 2 cores keep no more than this busy; the rest wait for a turn. */
  private static final int CONNECTIONS = 10;

  /** Of an embedded one, where a slow disk is all that there is to wait for. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /**
   * For a turn at a server's connections: ten of them answer some thousand questions meanwhile, so
   * who waits for longer waits for one that does not answer.
   */
  private static final Duration TURN = Duration.ofSeconds(5);

  /**
   * Of a new connection, and of a lease's renewal, of which one more must fit in before the lease
   * is over: a server that is well is there within 10 ms, one of another continent within 700.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Of one that was idle, before it is used; drivers count it in whole seconds. */
  private static final Duration VALIDATION = Duration.ofSeconds(1);

  /**
   * Until the next bytes of an answer: statements here take some ms, a disk that stalls a commit
   * some seconds. Half of a lease: who waits for longer asks for a control that may lead no more.
   */
  private static final Duration STATEMENT = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /**
   * Where the pool tells of each connection that carries nothing any more, ten or more of them in
   * an outage, by its driver's words; that outage is told of once, beside.
   */
  public static final List<String> CONNECTIONS_LOGS =
      List.of("com.zaxxer.hikari.pool.PoolBase", "com.zaxxer.hikari.pool.ProxyConnection");

  static final String MIGRATIONS = "db/migration";

  /** Of the newest migration. */
  static final String VERSION = "5";

  private final Connections connections;
  private final Outage outage;
  private final Optional<FileChannel> lock;

  /** What {@link #leases} opens; empty for the embedded one, which one process has anyway. */
  private final Optional<HikariConfig> leases;

  private Optional<Connections> leasing = Optional.empty();

  private Database(
      Connections connections,
      Outage outage,
      Optional<FileChannel> lock,
      Optional<HikariConfig> leases) {
    this.connections = connections;
    this.outage = outage;
    this.lock = lock;
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
      config.setMaximumPoolSize(CONNECTIONS);
      config.setPoolName("control");
      return open(config, LONGEST_WAIT, Optional.empty(), Optional.of(lock), Optional.empty());
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

  /**
   * A MySQL or MariaDB server's, by a {@code jdbc:mariadb:} address. What is asked of it ends
   * within some seconds, also where it hangs: 3 for a connection, 5 for an answer, and 5 before
   * both where all connections are asked for.
   */
  public static Database server(String url, String user, String password) {
    var config = serverConfig("control", CONNECTIONS, url, user, password);
    config.addDataSourceProperty("socketTimeout", Long.toString(STATEMENT.toMillis()));
    // Whoever has to wait for another's migration, or makes a long one, waits.
    var migrations = serverConfig("migrations", CONNECTIONS, url, user, password);
    migrations.setMinimumIdle(0);
    var leases = serverConfig("lease", 1, url, user, password);
    // A server that hangs must be found out well before a lease is over.
    leases.addDataSourceProperty("socketTimeout", Long.toString(PATIENCE.toMillis()));
    leases.setInitializationFailTimeout(-1);
    return open(config, TURN, Optional.of(migrations), Optional.empty(), Optional.of(leases));
  }

  private static HikariConfig serverConfig(
      String name, int connections, String url, String user, String password) {
    var config = new HikariConfig();
    config.setPoolName(name);
    config.setMaximumPoolSize(connections);
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setPassword(password);
    // A driver may not be found by name in a jar of all, so it is named.
    config.setDriverClassName("org.mariadb.jdbc.Driver");
    config.setConnectionTimeout(PATIENCE.toMillis());
    config.setValidationTimeout(VALIDATION.toMillis());
    config.addDataSourceProperty("connectTimeout", Long.toString(PATIENCE.toMillis()));
    return config;
  }

  /**
   * Opens it.
   *
   * @param turn that a caller waits for a connection while others have them all
   * @param migrations the same database for what may take long, where that is not as the rest
   */
  private static Database open(
      HikariConfig config,
      Duration turn,
      Optional<HikariConfig> migrations,
      Optional<FileChannel> lock,
      Optional<HikariConfig> leases) {
    try {
      var pool = new HikariDataSource(config);
      try {
        var outage = new Outage(Clock.systemUTC(), LOG::warn);
        var connections = new Connections(pool, turn, outage);
        if (!isCurrent(connections)) migrate(pool, migrations);
        return new Database(connections, outage, lock, leases);
      } catch (RuntimeException e) {
        pool.close();
        throw e;
      }
    } catch (Problem e) {
      throw e;
    } catch (RuntimeException e) {
      throw unavailable(e);
    }
  }

  private static void migrate(HikariDataSource pool, Optional<HikariConfig> own) {
    if (own.isEmpty()) {
      migrate(pool);
      return;
    }
    try (var patient = new HikariDataSource(own.get())) {
      migrate(patient);
    }
  }

  private static void migrate(HikariDataSource pool) {
    Flyway.configure(Database.class.getClassLoader())
        .dataSource(pool)
        .locations("classpath:" + MIGRATIONS)
        .load()
        .migrate();
  }

  /**
   * Whether the newest migration is in: at nearly every start, and Flyway takes 150 ms to see it.
   * The first question takes 200 ms too, which here go beside the rest of the start.
   */
  private static boolean isCurrent(Connections connections) {
    try {
      return connections.withHandle(handle ->
          handle
              .createQuery(
                  "SELECT version FROM flyway_schema_history WHERE success = 1"
                      + " ORDER BY installed_rank DESC LIMIT 1")
              .mapTo(String.class)
              .findOne()
              .filter(VERSION::equals)
              .isPresent());
    } catch (JdbiException _) {
      return false; // a new database has no history
    }
  }

  private static Problem.Unavailable unavailable(Exception e) {
    var text = String.valueOf(Connections.rootOf(e).getMessage()).lines().findFirst().orElse("");
    return new Problem.Unavailable(
        "The database cannot be opened: %s.".formatted(text),
        "Check that it is reachable and that its folder can be written.",
        e);
  }

  Connections connections() {
    return connections;
  }

  /** A connection of its own to a server; opened at the first call. */
  synchronized Connections leases() {
    var there = leasing.orElseGet(this::openLeases);
    leasing = Optional.of(there);
    return there;
  }

  private Connections openLeases() {
    var config =
        leases.orElseThrow(
            () -> new IllegalStateException("an embedded database is one process's anyway"));
    return new Connections(new HikariDataSource(config), PATIENCE, outage);
  }

  /** Whether several processes may use it at once. */
  public boolean isShared() {
    return leases.isPresent();
  }

  /** What an embedded one finds wrong in its file, reading all of it; empty where it is whole. */
  public Optional<String> damage() {
    try {
      return connections.withHandle(handle ->
          handle
              .createQuery("PRAGMA quick_check(1)")
              .mapTo(String.class)
              .findFirst()
              .filter(said -> !said.equals("ok")));
    } catch (JdbiException e) {
      return Optional.of(String.valueOf(Connections.rootOf(e).getMessage()));
    }
  }

  @Override
  public synchronized void close() {
    leasing.ifPresent(Connections::close);
    connections.close();
    lock.ifPresent(Database::close);
  }
}
