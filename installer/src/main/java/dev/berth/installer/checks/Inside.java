package dev.berth.installer.checks;

import dev.berth.base.json.Json;
import dev.berth.protocol.check.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/** What checks do in a pod of theirs, where a role would be. */
public final class Inside {
  /** More than any single packet, so that one that is too large for the way is found out. */
  private static final int BYTES = 1 << 20;

  private static final Duration CONNECT = Duration.ofSeconds(2);

  /**
   * For each answer of a database, as that to a connection: control itself waits so long for one
   * (HikariCP's connectionTimeout, 30 s), and has given a check up after 90 s.
   */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** Tables that no check can still need; another that is only called like them is somebody's. */
  private static final String LEFT =
      """
      SELECT table_name FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_name REGEXP '^berth_check_[0-9a-f]{12}$'
        AND create_time < NOW() - INTERVAL 1 HOUR
      """;

  /** A pod that nobody takes away ends by itself. */
  private static final Duration LIFE = Duration.ofMinutes(5);

  private Inside() {}

  /** A database server, as settings name one. */
  public record Database(String url, String user, String password) {}

  /** What tries an object store out: it throws what is wrong. */
  public interface Store {
    void prove() throws InterruptedException;
  }

  /** Takes what comes at a port and says so to who sent it. */
  public static void listen(int port) throws IOException {
    try (var server = new ServerSocket(port)) {
      server.setSoTimeout((int) LIFE.toMillis());
      while (true) {
        try (var socket = server.accept()) {
          socket.setSoTimeout((int) CONNECT.toMillis());
          socket.getInputStream().readNBytes(BYTES);
          socket.getOutputStream().write(1);
        } catch (java.net.SocketTimeoutException e) {
          return;
        } catch (IOException e) {
          // Who was cut off comes again.
        }
      }
    }
  }

  /** Sends to it each second, and prints a line for each try: "yes", or "no" and why. */
  public static void reach(String host, int port, PrintStream out) throws InterruptedException {
    for (long tries = LIFE.toSeconds(); tries > 0; tries--) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, port), (int) CONNECT.toMillis());
        socket.setSoTimeout((int) CONNECT.toMillis());
        socket.getOutputStream().write(new byte[BYTES]);
        out.println(socket.getInputStream().read() == 1 ? "yes" : "no: nothing came back");
      } catch (IOException e) {
        out.println("no: " + e.getMessage());
      }
      out.flush();
      Thread.sleep(1_000);
    }
  }

  /** Looks at what a role needs, and prints the results as one line of JSON. */
  public static void look(
      Optional<Database> database, Optional<Store> store, Optional<Reach> reach, PrintStream out)
      throws InterruptedException {
    var results = new ArrayList<Result>();
    database.ifPresent(server -> results.addAll(database(server, "a pod")));
    if (store.isPresent()) results.add(store(store.get(), "a pod"));
    if (reach.isPresent()) results.addAll(reach.get().check());
    out.println(Json.write(new Results(results)));
  }

  /** As a pod prints them. */
  public record Results(List<Result> results) {
    public static Optional<Results> in(String log) {
      return log.lines()
          .filter(line -> line.startsWith("{\"results\":"))
          .map(line ->
              Json.read(line.getBytes(java.nio.charset.StandardCharsets.UTF_8), Results.class))
          .findFirst();
    }
  }

  static Result store(Store store, String from) throws InterruptedException {
    var hop = "object store from " + from;
    try {
      store.prove();
      return Result.good("B702", hop, "writes once, reads, lists and deletes");
    } catch (dev.berth.base.Problem problem) {
      return Result.bad("B702", hop, "All files of workspaces are saved there.", problem);
    }
  }

  static List<Result> database(Database server, String from) {
    return database(server, from, ANSWER);
  }

  static List<Result> database(Database server, String from, Duration answer) {
    var hop = "database from " + from;
    try (var connection = open(server, answer)) {
      return List.of(
          version(connection), charset(connection), rights(connection), latency(connection));
    } catch (SQLException e) {
      if (wantsTls(e)) {
        return List.of(
            Result.bad(
                "B701",
                hop,
                "%s takes connections with TLS only: %s.".formatted(server.url(), e.getMessage()),
                "Accounts and workspaces are kept there.",
                "Add ?sslMode=verify-full to database.url, or ?sslMode=trust where its certificate is signed by nobody whom Java knows."));
      }
      return List.of(
          Result.bad(
              "B701",
              hop,
              "%s cannot be opened as %s: %s."
                  .formatted(server.url(), server.user(), e.getMessage()),
              "Accounts and workspaces are kept there.",
              "See that the server is reached from pods (firewall, private address), and that database.url, .user and BERTH_DATABASE_PASSWORD are right."));
    }
  }

  /**
   * The server gives up what it cannot lock before its answer is given up here: what it does later
   * nobody would undo.
   */
  private static Connection open(Database server, Duration answer) throws SQLException {
    var how = new Properties();
    how.setProperty("user", server.user());
    how.setProperty("password", server.password());
    how.setProperty("connectTimeout", Long.toString(answer.toMillis()));
    how.setProperty("socketTimeout", Long.toString(answer.toMillis()));
    var connection = DriverManager.getConnection(server.url(), how);
    try (var statement = connection.createStatement()) {
      statement.execute(
          "SET SESSION lock_wait_timeout = %d".formatted(Math.max(1, answer.toSeconds() / 2)));
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** MySQL's ER_SECURE_TRANSPORT_REQUIRED, and how it refuses a password over a bare connection. */
  static boolean wantsTls(SQLException e) {
    var said = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return e.getErrorCode() == 3159
        || said.contains("insecure transport")
        || said.contains("require_secure_transport")
        || said.contains("rsa public key");
  }

  private static Result version(Connection connection) throws SQLException {
    var hop = "version of the database";
    var meta = connection.getMetaData();
    var said = meta.getDatabaseProductVersion();
    boolean maria = meta.getDatabaseProductName().contains("MariaDB") || said.contains("MariaDB");
    var version = Version.of(said);
    boolean good =
        version.isPresent()
            && (maria ? version.get().isAtLeast(10, 6) : version.get().isAtLeast(5, 7));
    var named = "%s %s".formatted(maria ? "MariaDB" : meta.getDatabaseProductName(), said);
    return good
        ? Result.good("B701", hop, named)
        : Result.bad(
            "B701",
            hop,
            "It is %s.".formatted(named),
            "Tables are made with what came with MySQL 5.7 and MariaDB 10.6.",
            "Use one of these or a newer one.");
  }

  private static Result charset(Connection connection) throws SQLException {
    var hop = "character set of the database";
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT @@character_set_database")) {
      var set = row.next() ? row.getString(1) : "";
      return set.startsWith("utf8mb4")
          ? Result.good("B701", hop, set)
          : Result.doubtful(
              "B701",
              hop,
              "It is %s.".formatted(set),
              "Names with letters that it has not cannot be kept.",
              "ALTER DATABASE NAME CHARACTER SET utf8mb4;");
    }
  }

  private static Result rights(Connection connection) {
    var hop = "rights in the database";
    var table = "berth_check_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    try (var statement = connection.createStatement()) {
      sweep(statement);
      statement.execute("CREATE TABLE %s (a INT PRIMARY KEY)".formatted(table));
      try (var _ = new Made(statement, table)) {
        statement.execute("ALTER TABLE %s ADD COLUMN b INT".formatted(table));
        statement.execute("CREATE INDEX %1$s_b ON %1$s (b)".formatted(table));
        statement.execute("INSERT INTO %s VALUES (1, 2)".formatted(table));
        statement.execute("UPDATE %s SET b = 3".formatted(table));
        statement.execute("DELETE FROM %s".formatted(table));
      }
      return Result.good("B701", hop, "tables can be made, changed and dropped");
    } catch (SQLException e) {
      return Result.bad(
          "B701",
          hop,
          "Something that tables need is refused: %s.".formatted(e.getMessage()),
          "Control makes its tables and changes them at updates.",
          "GRANT ALL ON DATABASE.* TO 'USER'@'%';");
    }
  }

  /** Tables of checks that were killed. */
  private static void sweep(Statement statement) throws SQLException {
    var left = new ArrayList<String>();
    try (var rows = statement.executeQuery(LEFT)) {
      while (rows.next()) left.add(rows.getString(1));
    }
    for (var table : left) statement.execute("DROP TABLE IF EXISTS " + table);
  }

  /** A table that goes when this is closed. */
  private record Made(Statement statement, String table) implements AutoCloseable {
    @Override
    public void close() throws SQLException {
      statement.execute("DROP TABLE " + table);
    }
  }

  private static Result latency(Connection connection) throws SQLException {
    var hop = "latency of the database";
    var micros = new ArrayList<Long>();
    try (var statement = connection.prepareStatement("SELECT 1")) {
      for (int i = 0; i < 50; i++) {
        long began = System.nanoTime();
        try (var row = statement.executeQuery()) {
          row.next();
        }
        micros.add((System.nanoTime() - began) / 1_000);
      }
    }
    long middle = micros.stream().sorted().skip(25).findFirst().orElse(0L);
    return middle < 20_000
        ? Result.good("B701", hop, "%.1f ms".formatted(middle / 1_000.0))
        : Result.doubtful(
            "B701",
            hop,
            "A question takes %.1f ms.".formatted(middle / 1_000.0),
            "A page asks several.",
            "Use one in the region of the cluster.");
  }
}
