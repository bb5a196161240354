package dev.berth.node.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.metrics.Metrics;
import dev.berth.node.pod.PodClient;
import dev.berth.objects.Azurite;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectName;
import dev.berth.objects.azure.AzureOptions;
import dev.berth.objects.azure.AzureStore;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.journal.Journaled;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Saves;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On real files, with a real service: what one machine saved, and another that has nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BucketSavesTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final ObjectName PREFIX = ObjectName.of("berth");
  private static final byte[] KEY = new byte[32];

  private static final Journaled.Pace QUICK =
      new Journaled.Pace(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofHours(1),
          Duration.ofMillis(10),
          Duration.ofMillis(100),
          SOON);

  private final UserId ann = UserId.create();
  private final UserId bob = UserId.create();
  private final WorkspaceId fox = WorkspaceId.create("octo", "fox");
  private final WorkspaceId owl = WorkspaceId.create("octo", "owl");
  private final List<MachineSaves> opened = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // set before all tests
  private Azurite server;

  private int containers;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = Azurite.start(folder);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @AfterEach
  void close() {
    opened.forEach(MachineSaves::close);
    opened.clear();
  }

  /** One that is there, with nothing in it. */
  private AzureOptions container() throws Exception {
    var options =
        new AzureOptions(
            Optional.of(server.endpoint()),
            Azurite.ACCOUNT,
            "saves-" + ++containers,
            new AzureOptions.Login.Key(Azurite.KEY),
            Optional.of(server.authority()));
    try (var store = AzureStore.open(options)) {
      store.make();
    }
    return options;
  }

  private static Distant distant(AzureOptions options, Bucket.Layout layout) {
    var one = new Bucket.Azure(options);
    return new Distant(
        switch (layout) {
          case ONE -> one;
          case EACH_OWNERS -> new Bucket.EachOwners(one, UserId::isForm);
        },
        PREFIX);
  }

  /** The saves of a machine, whose files are all in {@code home}. */
  private MachineSaves machine(Path home, Distant distant) throws Exception {
    var store = Files.createDirectories(home).resolve("store");
    var journaled = distant.open(store, KEY, QUICK, Clock.systemUTC());
    var options = SaveOptions.usual(store, Optional.of(distant), KEY, Duration.ofHours(1));
    var saves =
        MachineSaves.open(
            home.resolve("workspaces"),
            journaled,
            Optional.of(journaled),
            options,
            Clock.systemUTC());
    opened.add(saves);
    return saves;
  }

  private static void work(Path home, WorkspaceId workspace, String text) throws Exception {
    var folder = home.resolve("workspaces").resolve(workspace.value());
    Files.createDirectories(folder.resolve("upper"));
    Files.writeString(Files.createDirectories(folder.resolve("files")).resolve("work"), text);
  }

  private void saveBoth(Path home, Distant distant) throws Exception {
    work(home, fox, "ann's");
    work(home, owl, "bob's");
    var saves = machine(home, distant);
    saves.save(fox, ann);
    saves.save(owl, bob);
    await().atMost(SOON).until(() -> saves.distant().map(Saves.Store::objects).orElseThrow() == 0);
    saves.close();
  }

  private void assertBothAreRestored(Path home, Distant distant) throws Exception {
    var saves = machine(home, distant);
    saves.restore(saves.newest(fox, ann).orElseThrow(), ann, home.resolve("fox"));
    saves.restore(saves.newest(owl, bob).orElseThrow(), bob, home.resolve("owl"));
    assertThat(home.resolve("fox/files/work")).hasContent("ann's");
    assertThat(home.resolve("owl/files/work")).hasContent("bob's");
    assertThat(saves.proofs().check(ann, true).damages()).isEmpty();
    saves.close();
  }

  /** Where workspaces' pods are that nobody knows anything of. */
  private static final class NoPods implements ClusterSaves.Pods {
    @Override
    public Optional<PodClient.Door> door(WorkspaceId workspace) {
      return Optional.empty();
    }

    @Override
    public boolean isGone(WorkspaceId workspace) {
      return false;
    }
  }

  @Test
  void whose_turn_is_over_deletes_nothing_in_the_bucket(@TempDir Path folder) throws Exception {
    var distant = distant(container(), Bucket.Layout.ONE);
    saveBoth(folder.resolve("first"), distant);
    var options =
        new ClusterSaves.Options(
            distant, KEY, folder.resolve("control"), new NoPods(), new SaveCounts(new Metrics()));
    try (var saves = ClusterSaves.open(options)) {
      var leads = new AtomicBoolean(true);
      saves.beginTurn(leads::get);
      leads.set(false);

      assertThatThrownBy(() -> saves.forget(fox, ann)).isInstanceOf(Problem.Unavailable.class);
      assertThat(saves.newest(fox, ann, Optional.empty())).isPresent();

      saves.beginTurn(() -> true);
      saves.forget(fox, ann);
      assertThat(saves.newest(fox, ann, Optional.empty())).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_one_machine_saved_is_restored_on_another_that_has_nothing(
      Bucket.Layout layout, @TempDir Path folder) throws Exception {
    var distant = distant(container(), layout);

    saveBoth(folder.resolve("one"), distant);

    assertBothAreRestored(folder.resolve("other"), distant);
  }

  @Test
  void each_users_saves_are_in_a_container_of_that_user_and_go_from_there(@TempDir Path folder)
      throws Exception {
    var options = container();
    var distant = distant(options, Bucket.Layout.EACH_OWNERS);
    saveBoth(folder.resolve("one"), distant);

    try (var main = AzureStore.open(options)) {
      assertThat(Listing.all(main, PREFIX))
          .extracting(info -> info.name().text())
          .containsExactly("berth/installation");
      var anns = main.beside(options.container() + "-user-" + ann);
      assertThat(Listing.all(anns, PREFIX))
          .isNotEmpty()
          .allMatch(info -> info.name().isIn(PREFIX.with(ann.toString())));

      machine(folder.resolve("one"), distant).forget(fox, ann);

      var snapshots = PREFIX.with(ann + "/snapshots");
      await().atMost(SOON).until(() -> Listing.all(anns, snapshots).isEmpty());
    }
  }

  /** As docs/operate/object-store.md says how they are moved. */
  @Test
  void saves_that_lie_otherwise_are_refused_until_they_are_moved(@TempDir Path folder)
      throws Exception {
    var options = container();
    saveBoth(folder.resolve("one"), distant(options, Bucket.Layout.ONE));
    var each = distant(options, Bucket.Layout.EACH_OWNERS);

    assertThatThrownBy(() -> machine(folder.resolve("one"), each))
        .isInstanceOfSatisfying(
            Problem.Conflict.class,
            problem ->
                assertThat(problem.words())
                    .contains("all in one bucket", "each user's in a bucket", "bucketPerUser"));
    try (var main = AzureStore.open(options)) {
      for (var owner : List.of(ann, bob)) {
        var theirs = main.beside(options.container() + "-user-" + owner);
        theirs.make();
        for (var object : Listing.all(main, PREFIX.with(owner.toString()))) {
          var bytes = main.read(object.name()).orElseThrow();
          theirs.putIfAbsent(object.name(), ByteBuffer.wrap(bytes));
        }
      }
      main.delete(PREFIX.with("installation"));
    }

    assertBothAreRestored(folder.resolve("other"), each);
  }
}
