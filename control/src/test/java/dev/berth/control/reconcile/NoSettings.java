package dev.berth.control.reconcile;

import dev.berth.control.account.SettingsStore;
import dev.berth.protocol.UserId;
import java.util.List;
import java.util.Optional;

/** Users who keep nothing. */
final class NoSettings implements SettingsStore {
  @Override
  public List<Row> of(UserId user, Kind kind) {
    return List.of();
  }

  @Override
  public Optional<Row> find(String id) {
    return Optional.empty();
  }

  @Override
  public void put(Row row) {
    throw new IllegalStateException("nothing is kept");
  }

  @Override
  public boolean remove(UserId user, String id) {
    return false;
  }
}
