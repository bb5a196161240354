package dev.berth.runtime;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What a machine that saves nothing answers. */
final class NoSaves implements Saves {
  @Override
  public void beginTurn(BooleanSupplier holds) {}

  @Override
  public void hold(Holds holds) {}

  @Override
  public boolean isHeld(Seed seed, UserId owner) {
    return false;
  }

  @Override
  public void mayHaveChanged(WorkspaceId workspace, UserId owner) {}

  @Override
  public Point save(WorkspaceId workspace, UserId owner) {
    throw off();
  }

  @Override
  public void keep(WorkspaceId workspace, UserId owner, String point) {
    throw off();
  }

  @Override
  public List<Point> points(WorkspaceId workspace, UserId owner) {
    return List.of();
  }

  @Override
  public Optional<String> newest(WorkspaceId workspace, UserId owner, Optional<String> before) {
    return Optional.empty();
  }

  @Override
  public boolean has(WorkspaceId workspace, UserId owner, String point) {
    return false;
  }

  @Override
  public SavedFiles files() {
    throw off();
  }

  @Override
  public Proofs proofs() {
    throw off();
  }

  @Override
  public void forget(WorkspaceId workspace, UserId owner) {}

  @Override
  public List<Notice> notices(WorkspaceId workspace) {
    return List.of();
  }

  @Override
  public Optional<String> trouble(WorkspaceId workspace) {
    return Optional.empty();
  }

  @Override
  public Optional<Store> distant() {
    return Optional.empty();
  }

  private static Problem off() {
    return new Problem.Missing(
        "This installation saves no files of workspaces.",
        "Set saves.every in its configuration to more than 0.");
  }
}
