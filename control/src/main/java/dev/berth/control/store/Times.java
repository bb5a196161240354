package dev.berth.control.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Instants in DATETIME(6) columns, which have no zone: always UTC, whatever the server's is. As
 * text of one length, for SQLite keeps and compares times as text.
 */
final class Times {
  private static final DateTimeFormatter TEXT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

  private Times() {}

  static String column(Instant instant) {
    return TEXT.format(instant.atOffset(ZoneOffset.UTC));
  }

  static Instant instant(ResultSet row, String name) throws SQLException {
    return LocalDateTime.parse(row.getString(name), TEXT).toInstant(ZoneOffset.UTC);
  }
}
