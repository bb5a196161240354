package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.control.account.User;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.protocol.UserId;
import dev.berth.runtime.Saves;
import dev.berth.runtime.WorkspaceSize;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForksTest {
  private final User owner = new User(UserId.create(), "Ann");

  @Test
  void a_prebuild_is_refused_before_its_files_are_saved_for_minutes(@TempDir Path folder) {
    try (var database = Database.embedded(folder)) {
      new SqlAccountStore(database).insert(owner, Instant.now());
      var store = new SqlWorkspaceStore(database);
      var prebuild = Samples.headless(Samples.workspace(owner.id(), Instant.now()));
      store.insert(prebuild);
      var sources =
          new Sources.Settings(
              List.of(), Set.of(), folder.resolve("git"), Sources.Settings.LONGEST);
      var sizes = Map.of("standard", new WorkspaceSize(1000, 1 << 30, 100));
      var workspaces =
          new Workspaces(
              store,
              Sources.open(sources),
              (_, _) -> Optional.empty(),
              new Sizes(sizes, "standard"),
              new Changes(),
              _ -> {},
              Retention.DEFAULT,
              Clock.systemUTC());
      var forks = new Forks(workspaces, Saves.OFF); // a save would be refused first

      assertThatThrownBy(() -> forks.fork(owner.id(), prebuild.id(), Optional.empty()))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining("is a prebuild");
    }
  }
}
