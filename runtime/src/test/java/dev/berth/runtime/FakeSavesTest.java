package dev.berth.runtime;

import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;

final class FakeSavesTest extends SavingContract {
  private final FakeSaves fake = new FakeSaves();

  @Override
  protected Saves open() {
    return fake;
  }

  @Override
  protected void write(WorkspaceId workspace, UserId owner, String text) {
    fake.write(workspace, text);
  }

  @Override
  protected void remove(WorkspaceId workspace) {
    fake.remove(workspace);
  }

  @Override
  protected String text(WorkspaceId workspace, UserId owner, String point) {
    return fake.text(workspace, owner, point);
  }
}
