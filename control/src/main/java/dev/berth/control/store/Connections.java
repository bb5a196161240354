package dev.berth.control.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.berth.base.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * By which stores ask a database. The one place that tells a database that is away, or that has no
 * time, from a bug: the former is a {@link Problem} for whoever asks, and an {@link Outage}.
 */
final class Connections implements AutoCloseable {
  /** Of MySQL and MariaDB: another had a row for too long. It has no SQL state of its own. */
  private static final int LOCK_WAIT_TIMEOUT = 1205;

  /**
   * Lets callers wait in front of the pool instead of in it: while one waits in it, those who bring
   * connections back spin, and virtual threads that spin on all cores never let the waiting one run
   * (seen: two dozen clients who hung up, and control stood still for good).
   */
  private final class Turns implements ConnectionFactory {
    private final Duration longest;
    private final Semaphore turns = new Semaphore(pool.getMaximumPoolSize(), true);

    Turns(Duration longest) {
      this.longest = longest;
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
        if (turns.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw brokenOff(e);
      }
      var late = new TimeoutException("no connection came free within " + longest);
      throw outage.isAway(pool.getPoolName())
          ? noAnswer(late)
          : tooBusy(late); // others may wait for it in vain
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

  /** What is asked. */
  @FunctionalInterface
  private interface Asking<R, X extends Exception> {
    R ask() throws X;
  }

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final Outage outage;

  /**
   * Those of {@code pool}.
   *
   * @param longest that a caller waits for one
   * @param outage of the database, which other pools of it share
   */
  Connections(HikariDataSource pool, Duration longest, Outage outage) {
    this.pool = pool;
    this.outage = outage;
    this.jdbi = Jdbi.create(new Turns(longest));
  }

  <R, X extends Exception> R withHandle(HandleCallback<R, X> asked) throws X {
    return answer(() -> jdbi.withHandle(asked));
  }

  <X extends Exception> void useHandle(HandleConsumer<X> asked) throws X {
    withHandle(asked.asCallback());
  }

  <R, X extends Exception> R inTransaction(HandleCallback<R, X> asked) throws X {
    return answer(() -> jdbi.inTransaction(asked));
  }

  <X extends Exception> void useTransaction(HandleConsumer<X> asked) throws X {
    inTransaction(asked.asCallback());
  }

  private <R, X extends Exception> R answer(Asking<R, X> asking) throws X {
    try {
      var answer = asking.ask();
      outage.answered(pool.getPoolName());
      return answer;
    } catch (JdbiException e) {
      var problem = problem(e);
      if (problem.isPresent()) throw problem.get();
      throw e;
    }
  }

  /** What it is where it is no bug. */
  private Optional<Problem> problem(JdbiException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (!(cause instanceof SQLException said)) continue;
      if (Thread.currentThread().isInterrupted()) return Optional.of(brokenOff(e));
      if (isBusy(said)) return Optional.of(tooBusy(e));
      if (isAway(said)) {
        tell(said);
        return Optional.of(noAnswer(e));
      }
    }
    return Optional.empty();
  }

  private static boolean isBusy(SQLException said) {
    if (said instanceof SQLiteException embedded) {
      int kind = embedded.getResultCode().code & 0xff; // beyond it is why
      return kind == SQLiteErrorCode.SQLITE_BUSY.code || kind == SQLiteErrorCode.SQLITE_LOCKED.code;
    }
    return said instanceof SQLTransactionRollbackException
        || said.getErrorCode() == LOCK_WAIT_TIMEOUT;
  }

  private static boolean isAway(SQLException said) {
    return said instanceof SQLTransientConnectionException // also the pool's own
        || said instanceof SQLNonTransientConnectionException
        || said instanceof SQLRecoverableException
        || said instanceof SQLTimeoutException
        || String.valueOf(said.getSQLState()).startsWith("08");
  }

  /**
   * With what names the database and its user. Where one connection carries nothing any more the
   * others that wait beside it are as old: without them the next who asks gets a new one.
   */
  private void tell(SQLException said) {
    if (!outage.unanswered(pool.getPoolName(), String.valueOf(rootOf(said).getMessage()))) return;
    var bean = pool.getHikariPoolMXBean();
    if (bean != null) bean.softEvictConnections();
  }

  static Throwable rootOf(Throwable failure) {
    var root = failure;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  /** What a driver says names the database and its user, so it is for the log only. */
  private static Problem noAnswer(Exception cause) {
    return new Problem.Unavailable(
        "The database does not answer.",
        "Try again in a moment; where it lasts, see to the database: Berth's log says what it met.",
        cause);
  }

  private static Problem tooBusy(Exception cause) {
    return new Problem.Unavailable("The database is too busy.", "Try again in a moment.", cause);
  }

  private static Problem brokenOff(Exception cause) {
    return new Problem.Unavailable(
        "What was asked of the database was broken off.", "Ask again.", cause);
  }

  @Override
  public void close() {
    pool.close();
  }
}
