package dev.berth.control.account;

import dev.berth.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * What users keep for their workspaces, sealed by the caller where it is secret. Each call is one
 * transaction and durable when it returns.
 */
public interface SettingsStore {
  /**
   * A row: its id is the same for the same place of the same user.
   *
   * @param place what names it among its user's
   * @param content sealed
   */
  record Row(String id, UserId user, Kind kind, String place, String content) {}

  /** What a row holds. */
  enum Kind {
    VARIABLE,
    GIT_LOGIN,
    PROFILE,
    PREFERENCE,
    EXTENSIONS,
    PROOF
  }

  /** A user's rows of one kind, by place. */
  List<Row> of(UserId user, Kind kind);

  /** The row of this id. */
  Optional<Row> find(String id);

  /** Puts a row in the place of one with its id, if there is one. */
  void put(Row row);

  /** Removes a user's row; whether there was one. */
  boolean remove(UserId user, String id);
}
