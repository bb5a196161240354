package dev.berth.control.store;

import dev.berth.control.lead.LeaseStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The lease in a MySQL or MariaDB server, over a connection of its own: it is renewed also while
 * all others are busy, and gives up on a server that hangs.
 */
public final class SqlLeaseStore implements LeaseStore {
  private static final String NAME = "control";

  private static final String OF_HOLDER = " WHERE name = :lease AND holder = :holder";

  /**
   * Who has it.
   *
   * @param since when, without a break; empty where a control of an older version took it
   * @param until when, where it is not renewed
   */
  public record Held(Holder holder, Optional<Instant> since, Instant until) {}

  private final Connections connections;

  public SqlLeaseStore(Database database) {
    this.connections = database.leases();
  }

  /**
   * The term goes first, then the rest: MySQL sets from left to right, and sees there who held it
   * before.
   */
  @Override
  public boolean take(Holder holder, Duration length) {
    int taken =
        connections.withHandle(handle ->
            bound(
                    handle,
                    "UPDATE lease SET term = CASE WHEN holder = :holder THEN term ELSE term + 1 END,"
                        + " held_since = CASE WHEN holder = :holder AND held_until >= UTC_TIMESTAMP(6)"
                        + " THEN held_since ELSE UTC_TIMESTAMP(6) END,"
                        + " holder = :holder, address = :address,"
                        + " held_until = UTC_TIMESTAMP(6) + INTERVAL :micros MICROSECOND"
                        + " WHERE name = :lease AND (holder = :holder OR held_until < UTC_TIMESTAMP(6))",
                    holder)
                .bind("address", holder.address())
                .bind("micros", length.toNanos() / 1000)
                .execute());
    return taken == 1;
  }

  private static org.jdbi.v3.core.statement.Update bound(Handle handle, String sql, Holder holder) {
    return handle.createUpdate(sql).bind("lease", NAME).bind("holder", holder.name());
  }

  @Override
  public void giveBack(Holder holder) {
    connections.useHandle(handle ->
        bound(handle, "UPDATE lease SET held_until = '2000-01-01 00:00:00'" + OF_HOLDER, holder)
            .execute());
  }

  @Override
  public Optional<Holder> holder() {
    return held().map(Held::holder);
  }

  /** Who has it now, and since when, by the database's clock. */
  public Optional<Held> held() {
    return connections.withHandle(handle ->
        handle
            .createQuery(
                "SELECT holder, address, held_since, held_until FROM lease"
                    + " WHERE name = :lease AND held_until >= UTC_TIMESTAMP(6)")
            .bind("lease", NAME)
            .map((row, _) -> held(row))
            .findOne());
  }

  private static Held held(ResultSet row) throws SQLException {
    var since =
        row.getString("held_since") == null
            ? Optional.<Instant>empty()
            : Optional.of(Times.instant(row, "held_since"));
    return new Held(
        new Holder(row.getString("holder"), row.getString("address")),
        since,
        Times.instant(row, "held_until"));
  }
}
