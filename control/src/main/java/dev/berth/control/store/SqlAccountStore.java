package dev.berth.control.store;

import dev.berth.control.account.AccountStore;
import dev.berth.control.account.User;
import dev.berth.protocol.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Accounts, sessions and codes in SQL. */
public final class SqlAccountStore implements AccountStore {
  private final Database database;

  public SqlAccountStore(Database database) {
    this.database = database;
  }

  @Override
  public List<User> users() {
    return database
        .connections()
        .withHandle(handle ->
            handle
                .createQuery("SELECT id, name FROM user_account ORDER BY created_at, id")
                .map((row, _) -> new User(new UserId(row.getString("id")), row.getString("name")))
                .list());
  }

  @Override
  public void insert(User user, Instant now) {
    database
        .connections()
        .useHandle(handle ->
            handle
                .createUpdate(
                    "INSERT INTO user_account (id, name, created_at) VALUES (:id, :name, :now)")
                .bind("id", user.id().value())
                .bind("name", user.name())
                .bind("now", Times.column(now))
                .execute());
  }

  @Override
  public void insertSession(String id, User user, Instant now, Instant expires) {
    database
        .connections()
        .useTransaction(handle -> {
          handle
              .createUpdate("DELETE FROM user_session WHERE expires_at < :then")
              .bind("then", Times.column(now.minus(AccountStore.ENDED_KEPT)))
              .execute();
          handle
              .createUpdate(
                  "INSERT INTO user_session (id, user_id, created_at, expires_at)"
                      + " VALUES (:id, :user, :now, :expires)")
              .bind("id", id)
              .bind("user", user.id().value())
              .bind("now", Times.column(now))
              .bind("expires", Times.column(expires))
              .execute();
        });
  }

  @Override
  public Optional<User> sessionUser(String id, Instant now) {
    return database
        .connections()
        .withHandle(handle ->
            handle
                .createQuery(
                    "SELECT u.id, u.name FROM user_session s JOIN user_account u"
                        + " ON u.id = s.user_id WHERE s.id = :id AND s.expires_at > :now")
                .bind("id", id)
                .bind("now", Times.column(now))
                .map((row, _) -> new User(new UserId(row.getString("id")), row.getString("name")))
                .findOne());
  }

  @Override
  public void endSession(String id, Instant now) {
    database
        .connections()
        .useHandle(handle ->
            handle
                .createUpdate(
                    "UPDATE user_session SET expires_at = :now"
                        + " WHERE id = :id AND expires_at > :now")
                .bind("id", id)
                .bind("now", Times.column(now))
                .execute());
  }

  @Override
  public List<String> endedSessions(Instant since, Instant now) {
    return database
        .connections()
        .withHandle(handle ->
            handle
                .createQuery(
                    "SELECT id FROM user_session WHERE expires_at > :since AND expires_at <= :now")
                .bind("since", Times.column(since))
                .bind("now", Times.column(now))
                .mapTo(String.class)
                .list());
  }

  @Override
  public void insertCode(String id, String content, Instant expires) {
    database
        .connections()
        .useHandle(handle ->
            handle
                .createUpdate(
                    "INSERT INTO one_time_code (id, content, expires_at)"
                        + " VALUES (:id, :content, :expires)")
                .bind("id", id)
                .bind("content", content)
                .bind("expires", Times.column(expires))
                .execute());
  }

  @Override
  public Optional<String> takeCode(String id, Instant now) {
    Optional<String> content =
        database
            .connections()
            .inTransaction(handle -> {
              handle
                  .createUpdate("DELETE FROM one_time_code WHERE expires_at <= :now")
                  .bind("now", Times.column(now))
                  .execute();
              var found =
                  handle
                      .createQuery("SELECT content FROM one_time_code WHERE id = :id")
                      .bind("id", id)
                      .mapTo(String.class)
                      .findOne();
              int taken =
                  handle
                      .createUpdate("DELETE FROM one_time_code WHERE id = :id")
                      .bind("id", id)
                      .execute();
              return taken == 1 ? found : Optional.empty();
            });
    return content;
  }
}
