package dev.berth.control.store;

import dev.berth.base.json.Json;
import dev.berth.control.workspace.Plan;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.WorkspaceStore;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** The workspaces in SQL. Intent and phase stand in columns too, for an operator's own queries. */
public final class SqlWorkspaceStore implements WorkspaceStore {
  private static final String COLUMNS =
      "id, owner_id, plan, state, created_at, last_active_at, version";

  private final Database database;

  public SqlWorkspaceStore(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Workspace> find(WorkspaceId id) {
    return database
        .connections()
        .withHandle(handle ->
            handle
                .createQuery("SELECT " + COLUMNS + " FROM workspace WHERE id = :id")
                .bind("id", id.value())
                .map(SqlWorkspaceStore::row)
                .findOne());
  }

  @Override
  public List<Workspace> ofOwner(UserId owner) {
    return database
        .connections()
        .withHandle(handle ->
            handle
                .createQuery(
                    "SELECT "
                        + COLUMNS
                        + " FROM workspace WHERE owner_id = :owner"
                        + " ORDER BY created_at DESC, id")
                .bind("owner", owner.value())
                .map(SqlWorkspaceStore::row)
                .list());
  }

  @Override
  public List<Workspace> all() {
    return database
        .connections()
        .withHandle(handle ->
            handle
                .createQuery("SELECT " + COLUMNS + " FROM workspace ORDER BY created_at DESC, id")
                .map(SqlWorkspaceStore::row)
                .list());
  }

  @Override
  public void insert(Workspace workspace) {
    database
        .connections()
        .useHandle(handle ->
            handle
                .createUpdate(
                    "INSERT INTO workspace (id, owner_id, context_url, intent, phase, plan,"
                        + " state, created_at, last_active_at, version) VALUES (:id, :owner,"
                        + " :context, :intent, :phase, :plan, :state, :created, :active, 0)")
                .bind("id", workspace.id().value())
                .bind("owner", workspace.owner().value())
                .bind("context", workspace.plan().contextUrl())
                .bind("intent", word(workspace.intent()))
                .bind("phase", word(workspace.phase()))
                .bind("plan", Json.write(workspace.plan()))
                .bind("state", Json.write(workspace.state()))
                .bind("created", Times.column(workspace.createdAt()))
                .bind("active", Times.column(workspace.lastActiveAt()))
                .execute());
  }

  @Override
  public boolean save(Workspace next) {
    int changed =
        database
            .connections()
            .withHandle(handle ->
                handle
                    .createUpdate(
                        "UPDATE workspace SET intent = :intent, phase = :phase, state ="
                            + " :state, last_active_at = CASE WHEN last_active_at < :active THEN :active"
                            + " ELSE last_active_at END,"
                            + " version = version + 1 WHERE id = :id AND version = :version")
                    .bind("intent", word(next.intent()))
                    .bind("phase", word(next.phase()))
                    .bind("state", Json.write(next.state()))
                    .bind("active", Times.column(next.lastActiveAt()))
                    .bind("id", next.id().value())
                    .bind("version", next.version())
                    .execute());
    return changed == 1;
  }

  @Override
  public void touch(Map<WorkspaceId, Instant> lastActive) {
    if (lastActive.isEmpty()) return;
    database
        .connections()
        .useTransaction(handle -> {
          var batch =
              handle.prepareBatch(
                  "UPDATE workspace SET last_active_at = :active"
                      + " WHERE id = :id AND last_active_at < :active");
          lastActive.forEach(
              (id, at) -> batch.bind("id", id.value()).bind("active", Times.column(at)).add());
          batch.execute();
        });
  }

  @Override
  public void remove(WorkspaceId id) {
    database
        .connections()
        .useHandle(handle ->
            handle
                .createUpdate("DELETE FROM workspace WHERE id = :id")
                .bind("id", id.value())
                .execute());
  }

  private static Workspace row(ResultSet row, StatementContext context) throws SQLException {
    return new Workspace(
        new WorkspaceId(row.getString("id")),
        new UserId(row.getString("owner_id")),
        Json.read(row.getString("plan"), Plan.class),
        Json.read(row.getString("state"), Workspace.State.class),
        Times.instant(row, "created_at"),
        Times.instant(row, "last_active_at"),
        row.getLong("version"));
  }

  private static String word(Intent intent) {
    return intent.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String word(Phase phase) {
    return phase.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
