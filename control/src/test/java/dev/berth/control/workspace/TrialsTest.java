package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.control.account.User;
import dev.berth.control.source.GitServer;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.protocol.Intent;
import dev.berth.protocol.UserId;
import dev.berth.protocol.inside.Errand.LookAtTrial;
import dev.berth.protocol.inside.Errand.StartTrial;
import dev.berth.protocol.inside.Errand.TrialPiece;
import dev.berth.protocol.inside.PortPlan.Visibility;
import dev.berth.protocol.inside.TrialView;
import dev.berth.protocol.inside.TrialView.Stage;
import dev.berth.runtime.WorkspaceSize;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real store and real packs of git; nothing runs. */
final class TrialsTest {
  private static final String TICKET = "0123456789abcdef";
  private static final String YML =
      """
      image: debian
      ports: [{port: 3000, visibility: public}]
      additionalRepositories: [{url: file:///etc}]
      """;

  private final User owner = new User(UserId.create(), "Ann");

  @TempDir Path root;

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private SqlWorkspaceStore store;

  @SuppressWarnings("NullAway.Init")
  private Workspaces workspaces;

  @SuppressWarnings("NullAway.Init")
  private Sources sources;

  @SuppressWarnings("NullAway.Init")
  private Trials trials;

  @SuppressWarnings("NullAway.Init")
  private Workspace workspace;

  @SuppressWarnings("NullAway.Init")
  private String commit;

  private byte[] pack = new byte[0];

  @BeforeEach
  void open() throws Exception {
    database = Database.embedded(root.resolve("database"));
    new SqlAccountStore(database).insert(owner, Instant.now());
    store = new SqlWorkspaceStore(database);
    workspace = Samples.workspace(owner.id(), Instant.now());
    store.insert(workspace);
    sources =
        Sources.open(
            new Sources.Settings(
                List.of(Path.of("/etc")),
                Set.of(),
                _ -> false,
                false,
                root.resolve("cache"),
                Sources.Settings.LONGEST,
                Optional.of(root.resolve("trials")),
                Optional.empty()));
    var sizes = new Sizes(Map.of("standard", new WorkspaceSize(1000, 1 << 30, 100)), "standard");
    workspaces =
        new Workspaces(
            store,
            sources,
            (_, _) -> Optional.empty(),
            sizes,
            new Changes(),
            _ -> {},
            Retention.DEFAULT,
            Clock.systemUTC());
    trials = trials(Duration.ofMinutes(1));
    try (var git = GitServer.start(Files.createDirectories(root.resolve("git")))) {
      var work = git.create("octo/hello");
      work.commit("main", "a", "b");
      commit = work.commit("main", ".gitpod.yml", YML);
      work.run("repack", "-a", "-d", "--quiet");
      try (var packs = Files.newDirectoryStream(work.folder().resolve("objects/pack"), "*.pack")) {
        pack = Files.readAllBytes(packs.iterator().next());
      }
    }
  }

  private Trials trials(Duration forgotten) {
    var seen = new LastSeen();
    var views =
        new Views(
            new Addresses(URI.create("http://berth.localhost")),
            seen,
            Retention.DEFAULT,
            _ -> List.of());
    return Trials.open(workspaces, views, seen, new Printed(), sources, forgotten);
  }

  private record Printed() implements Logs {
    @Override
    public String of(Workspace of) {
      return "printed by " + of.id();
    }

    @Override
    public String tokenOf(Workspace of) {
      throw new IllegalStateException("nobody asks");
    }
  }

  @AfterEach
  void close() {
    trials.close();
    database.close();
  }

  /** In pieces that come in another order, one of them twice. */
  private void send(Workspace of, String ticket) {
    int middle = pack.length / 2;
    trials.take(of, new TrialPiece(ticket, middle, Arrays.copyOfRange(pack, middle, pack.length)));
    trials.take(of, new TrialPiece(ticket, 0, Arrays.copyOf(pack, middle)));
    trials.take(of, new TrialPiece(ticket, 0, Arrays.copyOf(pack, middle)));
  }

  private StartTrial start() {
    return new StartTrial(TICKET, pack.length, commit, Optional.of("feature/x"), Optional.empty());
  }

  private TrialView opened() {
    return await()
        .until(
            () -> trials.look(workspace, new LookAtTrial(TICKET, true)),
            view -> view.url().isPresent());
  }

  @Test
  void a_working_copy_is_opened_beside_its_workspace_as_what_its_owner_trusts() throws Exception {
    send(workspace, TICKET);
    trials.start(workspace, start());
    trials.start(workspace, start());
    var view = opened();

    var id = workspace.id().trial();
    assertThat(view.stage()).isEqualTo(Stage.STARTING);
    assertThat(view.url()).contains("http://%s.ws.berth.localhost".formatted(id));
    assertThat(view.log()).contains("printed by " + id);
    var trial = store.find(id).orElseThrow();
    assertThat(trial.owner()).isEqualTo(owner.id());
    assertThat(trial.plan().trusted()).isEqualTo(workspace.plan().source());
    var source = trial.plan().source();
    assertThat(source.commit()).contains(commit);
    assertThat(source.branch()).contains("feature/x");
    assertThat(source.owner() + "/" + source.repository()).isEqualTo("octo/hello");
    // A repository from elsewhere has no business with folders of this machine.
    assertThat(trial.plan().additional()).isEmpty();
    assertThat(trial.plan().notices())
        .anyMatch(one -> one.text().contains("no business with folders"));
    assertThat(PortRules.of(trial, Optional.empty()).all())
        .singleElement()
        .matches(port -> port.visibility() == Visibility.PRIVATE);
    assertThat(store.all()).hasSize(2);
  }

  @Test
  void its_end_deletes_it_and_what_was_sent() throws Exception {
    send(workspace, TICKET);
    trials.start(workspace, start());
    opened();

    trials.end(workspace, "another0");
    assertThat(trial().intent()).isInstanceOf(Intent.Run.class);
    trials.end(workspace, TICKET);

    assertThat(trial().intent()).isInstanceOf(Intent.Delete.class);
    assertThat(sent()).isEmpty();
    assertThatThrownBy(() -> trials.look(workspace, new LookAtTrial(TICKET, false)))
        .isInstanceOf(Problem.Missing.class);
  }

  @Test
  void what_nobody_looks_at_any_more_is_deleted_also_by_a_server_that_comes_after() {
    send(workspace, TICKET);
    trials.start(workspace, start());
    opened();
    trials.close();

    trials = trials(Duration.ZERO);

    assertThat(sent()).isEmpty();
    trials.sweepOnce();
    assertThat(trial().intent()).isInstanceOf(Intent.Delete.class);
  }

  @Test
  void there_is_one_at_a_time_and_the_next_takes_the_place_of_a_forgotten_one() throws Exception {
    send(workspace, TICKET);
    assertThatThrownBy(() -> send(workspace, "fedcba9876543210"))
        .isInstanceOf(Problem.Conflict.class);

    trials.close();
    trials = trials(Duration.ZERO);
    send(workspace, "fedcba9876543210");
    send(workspace, TICKET);

    assertThat(sent()).hasSize(1);
  }

  @Test
  void what_is_no_working_copy_is_refused() throws Exception {
    assertThatThrownBy(
            () -> trials.take(workspace, new TrialPiece(TICKET, 64L << 20, new byte[] {1})))
        .isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> trials.take(workspace, new TrialPiece(TICKET, -1, new byte[] {1})))
        .isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> trials.take(workspace, new TrialPiece("../../etc", 0, pack)))
        .isInstanceOf(Problem.Invalid.class);
    send(workspace, TICKET);
    var more = new StartTrial(TICKET, pack.length + 1, commit, Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> trials.start(workspace, more)).isInstanceOf(Problem.Invalid.class);
    trials.end(workspace, TICKET);

    pack[pack.length / 2] ^= 0x55;
    send(workspace, TICKET);
    trials.start(workspace, start());

    await()
        .untilAsserted(() ->
            assertThatThrownBy(() -> trials.look(workspace, new LookAtTrial(TICKET, false)))
                .isInstanceOf(Problem.Invalid.class)
                .hasMessageContaining("git does not take the working copy"));
    assertThat(store.all()).hasSize(1);
  }

  private Workspace trial() {
    return store.find(workspace.id().trial()).orElseThrow();
  }

  private List<Path> sent() {
    try (var all = Files.list(root.resolve("trials"))) {
      return all.toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
