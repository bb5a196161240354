package dev.berth.node.save;

import dev.berth.base.process.Command;
import dev.berth.objects.folder.FolderStore;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Saves;
import dev.berth.runtime.SavingContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What this machine's saves promise, where they stay on its disk. */
class MachineSavingTest extends SavingContract {
  static final Duration AT_ONCE = Duration.ofMillis(1);

  @TempDir private Path here;

  @SuppressWarnings("NullAway.Init") // set before each test
  private MachineSaves opened;

  @Override
  protected final Saves open() throws Exception {
    opened = machine(here.resolve("workspaces"), here.resolve("store"));
    return opened;
  }

  /** Which takes its turn with everything else: a server's goes last, however long that takes. */
  MachineSaves machine(Path workspaces, Path store) throws Exception {
    return MachineSaves.open(
        workspaces,
        FolderStore.open(store),
        Optional.empty(),
        SaveOptions.usual(store, Optional.empty(), new byte[32], AT_ONCE),
        Clock.systemUTC());
  }

  @AfterEach
  final void close() {
    opened.close();
  }

  private Path folder(WorkspaceId workspace) {
    return here.resolve("workspaces").resolve(workspace.value());
  }

  @Override
  protected final void write(WorkspaceId workspace, UserId owner, String text) throws Exception {
    var files = Files.createDirectories(folder(workspace).resolve("files"));
    Files.createDirectories(folder(workspace).resolve("upper"));
    Files.writeString(files.resolve(FILE), text);
  }

  @Override
  protected final void remove(WorkspaceId workspace) throws Exception {
    Command.of("rm", "-rf", folder(workspace).toString()).orProblem("see rm");
  }
}
