package dev.berth.control.store;

import dev.berth.control.account.SshKey;
import dev.berth.control.account.SshKeyStore;
import dev.berth.control.account.SshPublicKey;
import dev.berth.protocol.UserId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The SSH keys in SQL. */
public final class SqlSshKeyStore implements SshKeyStore {
  private final Database database;

  public SqlSshKeyStore(Database database) {
    this.database = database;
  }

  @Override
  public List<SshKey> of(UserId owner) {
    return database
        .connections()
        .withHandle(handle ->
            handle
                .createQuery(
                    "SELECT id, name, type, content, created_at FROM ssh_key"
                        + " WHERE owner_id = :owner ORDER BY created_at, id")
                .bind("owner", owner.value())
                .map((row, _) ->
                    new SshKey(
                        row.getString("id"),
                        owner,
                        row.getString("name"),
                        new SshPublicKey(row.getString("type"), row.getString("content")),
                        Times.instant(row, "created_at")))
                .list());
  }

  @Override
  public Inserted insert(SshKey key, int most) {
    var answer =
        database
            .connections()
            .inTransaction(handle -> {
              // Locks the owner's row, so that of two insertions the second counts the first.
              handle
                  .createUpdate("UPDATE user_account SET name = name WHERE id = :owner")
                  .bind("owner", key.owner().value())
                  .execute();
              var fingerprints = fingerprints(handle, key.owner());
              if (fingerprints.contains(key.key().fingerprint())) return Inserted.KNOWN;
              if (fingerprints.size() >= most) return Inserted.TOO_MANY;
              handle
                  .createUpdate(
                      "INSERT INTO ssh_key (id, owner_id, name, type, content, fingerprint,"
                          + " created_at) VALUES (:id, :owner, :name, :type, :content,"
                          + " :fingerprint, :created)")
                  .bind("id", key.id())
                  .bind("owner", key.owner().value())
                  .bind("name", key.name())
                  .bind("type", key.key().type())
                  .bind("content", key.key().base64())
                  .bind("fingerprint", key.key().fingerprint())
                  .bind("created", Times.column(key.createdAt()))
                  .execute();
              return Inserted.YES;
            });
    return answer;
  }

  private static List<String> fingerprints(Handle handle, UserId owner) {
    return handle
        .createQuery("SELECT fingerprint FROM ssh_key WHERE owner_id = :owner")
        .bind("owner", owner.value())
        .mapTo(String.class)
        .list();
  }

  @Override
  public boolean delete(UserId owner, String id) {
    int deleted =
        database
            .connections()
            .withHandle(handle ->
                handle
                    .createUpdate("DELETE FROM ssh_key WHERE owner_id = :owner AND id = :id")
                    .bind("owner", owner.value())
                    .bind("id", id)
                    .execute());
    return deleted == 1;
  }
}
