package dev.berth.node.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.objects.FaultyStore;
import dev.berth.objects.ObjectName;
import dev.berth.objects.memory.MemoryStore;
import dev.berth.objects.wrap.Under;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import dev.berth.snapshots.format.Kind;
import dev.berth.snapshots.format.Names;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.repository.Claims;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.save.Save;
import dev.berth.snapshots.save.Scope;
import dev.berth.snapshots.save.Stack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes are folders here, and the object store is one that can be made to fail. */
final class PodContentTest {
  /** A save lets everything else go first, on a machine that may have much to do. */
  private static final Duration SOON = Duration.ofSeconds(90);

  private static final Duration SELDOM = Duration.ofHours(1);

  private final WorkspaceId fox = WorkspaceId.create("octo", "fox");
  private final UserId ann = UserId.create();
  private final MemoryStore bucket = new MemoryStore(Clock.systemUTC());
  private final FaultyStore store = new FaultyStore(bucket, 3);

  @TempDir Path here;

  /** A pod whose saves are only those that are asked for. */
  private PodContent pod(String volume) throws IOException {
    return pod(volume, order(fox, SELDOM, Optional.empty()));
  }

  private PodContent pod(String volume, PodOrder order) throws IOException {
    var folder = Files.createDirectories(here.resolve(volume));
    return new PodContent(folder, store, order, Clock.systemUTC());
  }

  private PodOrder order(WorkspaceId workspace, Duration every, Optional<Seed> seed) {
    return new PodOrder(
        workspace,
        InstanceId.create(),
        ann,
        "token",
        HexFormat.of().formatHex(OwnerKeys.ownerKey(new byte[32], ann.toString())),
        seed,
        every,
        List.of("*.tmp"),
        1 << 20);
  }

  private Path file(String volume, String name) {
    return here.resolve(volume).resolve("files").resolve(name);
  }

  @Test
  void a_workspace_that_was_never_saved_begins_empty() throws Exception {
    try (var pod = pod("one")) {
      pod.begin();

      assertThat(here.resolve("one/files")).isEmptyDirectory();
    }
  }

  @Test
  void what_a_pod_had_at_its_end_the_next_one_has_at_its_beginning() throws Exception {
    try (var pod = pod("one")) {
      pod.begin();
      Files.writeString(file("one", "work"), "mine");
      Files.writeString(file("one", "scratch.tmp"), "not mine");
      Files.write(file("one", "huge"), new byte[2 << 20]);
    }

    try (var pod = pod("two")) {
      pod.begin();

      assertThat(file("two", "work")).hasContent("mine");
      assertThat(file("two", "scratch.tmp")).doesNotExist();
      assertThat(file("two", "huge")).doesNotExist();
    }
  }

  @Test
  void a_pod_tells_how_long_its_saves_and_its_restore_took_and_what_they_had() throws Exception {
    try (var pod = pod("one")) {
      pod.begin();
      Files.writeString(file("one", "work"), "mine");
      pod.save();

      assertThat(pod.deeds())
          .extracting(Deed::kind, Deed::outcome)
          .containsExactly(tuple(Deed.Kind.SAVE, Deed.Outcome.DONE));
      assertThat(pod.deeds().getFirst().bytes()).isPositive();
    }

    try (var pod = pod("two");
        var door = PodDoor.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), pod);
        var client = HttpClient.newHttpClient()) {
      pod.begin();
      for (int i = 0; i < 2 * PodDoor.MOST_DEEDS; i++) pod.save();

      assertThat(pod.deeds()).hasSize(PodDoor.MOST_DEEDS);
      assertThat(asked(client, door, "GET", "/status").body())
          .contains("\"kind\":\"SAVE\",\"outcome\":\"UNCHANGED\"");
    }
    try (var pod = pod("three")) {
      pod.begin();
      var restored = pod.deeds().getFirst();
      assertThat(restored.kind()).isEqualTo(Deed.Kind.RESTORE);
      assertThat(restored.bytes()).isEqualTo(4);
    }
  }

  @Test
  void a_pod_saves_while_it_runs() throws Exception {
    try (var pod = pod("one", order(fox, Duration.ofSeconds(1), Optional.empty()))) {
      pod.begin();
      Files.writeString(file("one", "work"), "mine");

      // Its node is lost: nobody closes it.
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            var other = pod("look-" + System.nanoTime());
            var volume = here.resolve("copy-" + System.nanoTime());
            assertThat(other.newest(volume)).isTrue();
            assertThat(volume.resolve("work")).hasContent("mine");
          });
    }
  }

  @Test
  void a_container_that_starts_again_in_its_pod_leaves_the_files_as_they_are() throws Exception {
    var order = order(fox, SELDOM, Optional.empty());
    var killed = pod("one", order);
    killed.begin();
    Files.writeString(file("one", "work"), "saved");
    killed.save();
    Files.writeString(file("one", "work"), "newer");

    try (var again = pod("one", order)) {
      again.begin();

      assertThat(file("one", "work")).hasContent("newer");
      assertThat(again.save()).isPresent();
    }
    killed.close();
  }

  @Test
  void a_restore_that_was_cut_off_begins_anew() throws Exception {
    try (var pod = pod("one")) {
      pod.begin();
      Files.writeString(file("one", "work"), "mine");
    }
    Files.createDirectories(here.resolve("two/files"));
    Files.writeString(file("two", "half"), "of something");

    try (var pod = pod("two")) {
      pod.begin();

      assertThat(here.resolve("two/files")).isDirectoryNotContaining("glob:**half");
      assertThat(file("two", "work")).hasContent("mine");
    }
  }

  @Test
  void a_pod_of_a_lost_node_that_comes_back_does_not_overwrite_what_is_newer() throws Exception {
    var lost = pod("lost");
    lost.begin();
    Files.writeString(file("lost", "work"), "common");
    lost.save();
    Files.writeString(file("lost", "work"), "what the lost node had last");

    var next = pod("next");
    next.begin();
    Files.writeString(file("next", "work"), "what is newer");
    next.save();
    lost.close(); // it came back, and is asked to end

    assertThat(lost.state()).isInstanceOf(PodContent.State.Superseded.class);
    next.close();
    assertThat(next.state()).isInstanceOf(PodContent.State.Serving.class);
    try (var third = pod("third")) {
      third.begin();
      assertThat(file("third", "work")).hasContent("what is newer");
    }
    var point = ((PodContent.State.Superseded) lost.state()).point().orElseThrow();
    var seed = Optional.of(new Seed(fox, point));
    try (var fork = pod("fork", order(WorkspaceId.create("octo", "fork"), SELDOM, seed))) {
      fork.begin();
      assertThat(file("fork", "work")).hasContent("what the lost node had last");
    }
  }

  @Test
  void a_container_that_starts_again_does_not_take_back_what_another_pod_has() throws Exception {
    var order = order(fox, SELDOM, Optional.empty());
    var lost = pod("lost", order);
    lost.begin();
    Files.writeString(file("lost", "work"), "old");
    lost.save();
    var next = pod("next");
    next.begin();
    Files.writeString(file("next", "work"), "newer");

    var again = pod("lost", order);
    again.begin();
    again.save();

    assertThat(again.state()).isInstanceOf(PodContent.State.Superseded.class);
    next.save();
    assertThat(next.state()).isInstanceOf(PodContent.State.Serving.class);
    for (var one : List.of(lost, again, next)) one.close();
    try (var third = pod("third")) {
      third.begin();
      assertThat(file("third", "work")).hasContent("newer");
    }
  }

  @Test
  void what_was_written_while_the_store_was_away_is_saved_though_the_container_started_again()
      throws Exception {
    var order = order(fox, SELDOM, Optional.empty());
    var killed = pod("one", order);
    killed.begin();
    store.isAway(true);
    var again = pod("one", order);
    again.begin();
    Files.writeString(file("one", "work"), "last");
    var ending = Thread.ofVirtual().start(again::close);
    await()
        .atMost(SOON)
        .until(() ->
            again.state() instanceof PodContent.State.Serving(_, var trouble)
                && trouble.isPresent());
    store.isAway(false);
    ending.join();
    killed.close();

    try (var next = pod("two")) {
      next.begin();
      assertThat(file("two", "work")).hasContent("last");
    }
  }

  @Test
  void what_is_saved_last_is_the_newest_though_a_clock_was_ahead() throws Exception {
    var ahead = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
    var folder = Files.createDirectories(here.resolve("ahead"));
    try (var pod = new PodContent(folder, store, order(fox, SELDOM, Optional.empty()), ahead)) {
      pod.begin();
      Files.writeString(file("ahead", "work"), "first");
    }
    try (var pod = pod("right")) {
      pod.begin();
      Files.writeString(file("right", "work"), "second");
    }

    try (var pod = pod("third")) {
      pod.begin();
      assertThat(file("third", "work")).hasContent("second");
    }
  }

  @Test
  void a_pod_waits_for_a_store_that_is_away_at_its_beginning_and_at_its_end() throws Exception {
    try (var before = pod("before")) {
      before.begin();
      Files.writeString(file("before", "work"), "mine");
    }
    store.isAway(true);
    var pod = pod("one");
    var beginning = Thread.ofVirtual().start(() -> beginOf(pod));
    await()
        .atMost(SOON)
        .until(() ->
            pod.state() instanceof PodContent.State.Restoring(var trouble) && trouble.isPresent());
    store.isAway(false);
    beginning.join();
    assertThat(file("one", "work")).hasContent("mine");

    Files.writeString(file("one", "work"), "later");
    store.isAway(true);
    var ending = Thread.ofVirtual().start(pod::close);
    await()
        .atMost(SOON)
        .until(() ->
            pod.state() instanceof PodContent.State.Serving(_, var trouble) && trouble.isPresent());
    store.isAway(false);
    ending.join();

    try (var next = pod("two")) {
      next.begin();
      assertThat(file("two", "work")).hasContent("later");
    }
  }

  private static void beginOf(PodContent pod) {
    try {
      pod.begin();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_point_that_is_gone_is_told_where_a_clone_will_not_do() throws Exception {
    var gone = new Seed(fox, "20261121t153000123z-0123456789abcdef");

    try (var pod = pod("strict", order(fox, SELDOM, Optional.of(gone)))) {
      assertThatThrownBy(pod::begin).isInstanceOf(Problem.Missing.class);
    }
    try (var pod = pod("easy", order(fox, SELDOM, Optional.of(gone.orClone())))) {
      pod.begin();
      assertThat(here.resolve("easy/files")).isEmptyDirectory();
    }
  }

  private Repository repository() throws Exception {
    return Repository.open(new Under(bucket, new ObjectName(ann.toString())), keys());
  }

  private OwnerKeys keys() {
    return OwnerKeys.of(new byte[32], ann.toString());
  }

  private Claims claims() throws Exception {
    return new Claims(repository(), fox.value());
  }

  @Test
  void who_came_to_a_good_end_said_so_and_who_was_killed_did_not() throws Exception {
    var killed = pod("one");
    killed.begin();
    Files.writeString(file("one", "work"), "lost");
    assertThat(claims().newest().orElseThrow().isReleased()).isFalse();

    try (var pod = pod("two")) {
      pod.begin();
    }

    assertThat(claims().newest().orElseThrow().isReleased()).isTrue();
    killed.close(); // it comes back, and is not the one that has it
    assertThat(claims().newest().orElseThrow().isReleased()).isTrue();
    assertThat(killed.state()).isInstanceOf(PodContent.State.Superseded.class);
    try (var pod = pod("three")) {
      pod.begin();
      assertThat(claims().newest().orElseThrow().isReleased()).isFalse();
    }
  }

  @Test
  void who_was_ended_before_he_had_the_files_left_nothing_unsaved() throws Exception {
    try (var pod = neverBegun("one")) {
      assertThatThrownBy(pod::begin).isInstanceOf(Problem.Missing.class);
      assertThat(claims().newest().orElseThrow().isOpen()).isTrue();
    }

    assertThat(claims().newest().orElseThrow().isReleased()).isTrue();
  }

  @Test
  void what_was_left_unsaved_is_not_forgotten_by_one_that_never_began() throws Exception {
    var killed = pod("one");
    killed.begin();

    try (var pod = neverBegun("two")) {
      assertThatThrownBy(pod::begin).isInstanceOf(Problem.Missing.class);
    }

    assertThat(claims().newest().orElseThrow().isOpen()).isTrue();
    killed.close();
  }

  @Test
  void of_a_claim_made_before_writers_said_that_they_ended_nothing_is_known() throws Exception {
    var earlier = "2026-11-21T10:00:00Z " + InstanceId.create();
    var name = Names.claims(keys(), fox.value()).with("00000001");
    repository().put(Kind.CLAIM, name, earlier.getBytes(StandardCharsets.US_ASCII));

    assertThat(claims().newest().orElseThrow().isOpen()).isFalse();
    try (var pod = pod("one")) {
      pod.begin();
      assertThat(claims().newest().orElseThrow().isOpen()).isTrue();
    }
    assertThat(claims().newest().orElseThrow().isReleased()).isTrue();
  }

  /** One that claims the workspace and finds nothing to begin with. */
  private PodContent neverBegun(String volume) throws IOException {
    var gone = new Seed(fox, "20261121t153000123z-0123456789abcdef");
    return pod(volume, order(fox, SELDOM, Optional.of(gone)));
  }

  @Test
  void a_pod_of_a_workspace_that_was_deleted_saves_no_more() throws Exception {
    try (var pod = pod("one")) {
      pod.begin();
      Files.writeString(file("one", "work"), "mine");
      pod.save();
      claims().forget();
      var repository = repository();
      for (var id : repository.ids(fox.value())) repository.delete(fox.value(), id);
      Files.writeString(file("one", "work"), "later");

      assertThat(pod.save()).isEmpty();

      assertThat(pod.state()).isInstanceOf(PodContent.State.Forgotten.class);
      assertThat(repository.ids(fox.value())).isEmpty();
    }
    assertThat(claims().newest()).isEmpty();
  }

  @Test
  void what_a_machine_kept_outside_of_workspace_stays_in_its_point_and_is_told() throws Exception {
    var machine = Files.createDirectories(here.resolve("machine/files"));
    Files.writeString(machine.resolve("work"), "mine");
    var home = Files.createDirectories(here.resolve("machine/upper/home"));
    Files.writeString(home.resolve(".bashrc"), "alias");
    var saved =
        new Save(repository(), Clock.systemUTC(), 1, Scope.ALL)
            .runIfChanged(Stack.of(here.resolve("machine")), fox.value(), Optional.empty())
            .orElseThrow();

    try (var pod = pod("one")) {
      pod.begin();
      Files.writeString(file("one", "work"), "later");
      pod.save();

      assertThat(pod.notices())
          .singleElement()
          .satisfies(notice -> assertThat(notice.text()).contains("home", saved.id().text()));
      assertThat(repository().kept(fox.value())).containsExactly(saved.id());
    }
  }

  @Test
  void the_door_tells_whether_the_files_are_there_and_saves_when_asked() throws Exception {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var pod = pod("one");
        var door = PodDoor.open(loopback, pod);
        var client = HttpClient.newHttpClient()) {
      assertThat(asked(client, door, "GET", "/restored").statusCode()).isEqualTo(503);
      pod.begin();
      assertThat(asked(client, door, "GET", "/restored").statusCode()).isEqualTo(200);
      Files.writeString(file("one", "work"), "mine");

      assertThat(asked(client, door, "POST", "/save", "another").statusCode()).isEqualTo(403);
      assertThat(asked(client, door, "GET", "/status", "").statusCode()).isEqualTo(403);
      assertThat(asked(client, door, "POST", "/save").body()).contains("\"point\":\"2");
      assertThat(asked(client, door, "GET", "/status").body())
          .contains("\"restored\":true", "\"saved\":\"2");
    }
  }

  private static HttpResponse<String> asked(
      HttpClient client, PodDoor door, String method, String path) throws Exception {
    return asked(client, door, method, path, "token");
  }

  private static HttpResponse<String> asked(
      HttpClient client, PodDoor door, String method, String path, String token) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http:/" + door.address() + path))
            .header("authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
