package dev.berth.control.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Instants in DATETIME(6) columns, which have no zone: always UTC, whatever the server's is. */
final class Times {
  private Times() {}

  static LocalDateTime column(Instant instant) {
    return LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
  }

  static Instant instant(ResultSet row, String name) throws SQLException {
    return row.getObject(name, LocalDateTime.class).toInstant(ZoneOffset.UTC);
  }
}
