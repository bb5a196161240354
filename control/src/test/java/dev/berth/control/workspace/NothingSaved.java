package dev.berth.control.workspace;

import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Proofs;
import dev.berth.runtime.SavedFiles;
import dev.berth.runtime.Saves;
import dev.berth.runtime.Seed;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Saves that have none, for a test that needs a part of them. */
public abstract class NothingSaved implements Saves {
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
  public Point save(WorkspaceId workspace, UserId owner) throws InterruptedException {
    return OFF.save(workspace, owner);
  }

  @Override
  public void keep(WorkspaceId workspace, UserId owner, String point) throws InterruptedException {
    OFF.keep(workspace, owner, point);
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
    return OFF.files();
  }

  @Override
  public Proofs proofs() {
    return OFF.proofs();
  }

  @Override
  public void forget(WorkspaceId workspace, UserId owner) {}

  @Override
  public List<String> notices(WorkspaceId workspace) {
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
}
