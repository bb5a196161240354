package dev.berth.control.store;

import dev.berth.control.account.SettingsStore;
import dev.berth.protocol.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Users' settings in SQL. */
public final class SqlSettingsStore implements SettingsStore {
  private static final String SELECT = "SELECT id, user_id, kind, place, content FROM user_setting";

  private final Database database;

  public SqlSettingsStore(Database database) {
    this.database = database;
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("id"),
        new UserId(row.getString("user_id")),
        Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getString("place"),
        row.getString("content"));
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Row> of(UserId user, Kind kind) {
    return database
        .connections()
        .withHandle(handle ->
            handle
                .createQuery(SELECT + " WHERE user_id = :user AND kind = :kind ORDER BY place, id")
                .bind("user", user.value())
                .bind("kind", word(kind))
                .map((row, _) -> row(row))
                .list());
  }

  @Override
  public Optional<Row> find(String id) {
    return database
        .connections()
        .withHandle(handle ->
            handle
                .createQuery(SELECT + " WHERE id = :id")
                .bind("id", id)
                .map((row, _) -> row(row))
                .findOne());
  }

  @Override
  public void put(Row row) {
    database
        .connections()
        .useHandle(handle ->
            handle
                .createUpdate(
                    "REPLACE INTO user_setting (id, user_id, kind, place, content)"
                        + " VALUES (:id, :user, :kind, :place, :content)")
                .bind("id", row.id())
                .bind("user", row.user().value())
                .bind("kind", word(row.kind()))
                .bind("place", row.place())
                .bind("content", row.content())
                .execute());
  }

  @Override
  public boolean remove(UserId user, String id) {
    int removed =
        database
            .connections()
            .withHandle(handle ->
                handle
                    .createUpdate("DELETE FROM user_setting WHERE id = :id AND user_id = :user")
                    .bind("id", id)
                    .bind("user", user.value())
                    .execute());
    return removed == 1;
  }
}
