package dev.berth.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.control.account.AccountStore;
import dev.berth.control.account.Keys;
import dev.berth.control.account.SettingsStore;
import dev.berth.control.account.SettingsStore.Kind;
import dev.berth.control.account.SettingsStore.Row;
import dev.berth.control.account.SshKey;
import dev.berth.control.account.SshKeyStore;
import dev.berth.control.account.SshKeyStore.Inserted;
import dev.berth.control.account.SshPublicKey;
import dev.berth.control.account.User;
import dev.berth.control.workspace.Choices;
import dev.berth.control.workspace.Samples;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.WorkspaceStore;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.PortPlan.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What each database must keep for {@link WorkspaceStore}, {@link AccountStore} and {@link
 * SshKeyStore}.
 */
abstract class StoreContract {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");

  private static final Choices CHOICES =
      new Choices(
          Map.of(3000, Visibility.PUBLIC),
          Map.of(8443, true),
          Optional.of(Duration.ofHours(2)),
          true,
          true);

  /** An open database; its rows may be those of earlier tests. */
  abstract Database database();

  private WorkspaceStore workspaces() {
    return new SqlWorkspaceStore(database());
  }

  private AccountStore accounts() {
    return new SqlAccountStore(database());
  }

  private SettingsStore settings() {
    return new SqlSettingsStore(database());
  }

  /** And no database that is away or busy. */
  @Test
  void what_breaks_a_rule_of_the_tables_or_of_sql_is_a_bug() {
    var user = user();
    assertThatThrownBy(() -> accounts().insert(user, NOON)).isNotInstanceOf(Problem.class);
    assertThatThrownBy(
            () -> database().connections().useHandle(handle -> handle.execute("SELEKT 1")))
        .isNotInstanceOf(Problem.class);
  }

  @Test
  void a_setting_is_found_as_it_was_put_and_a_second_one_takes_its_place() {
    var user = user();
    var store = settings();
    var id = Keys.hash("setting of " + user.id());
    var row = new Row(id, user.id(), Kind.VARIABLE, "A */*", "1:c2VhbGVk\u2603");
    store.put(new Row(id, user.id(), Kind.VARIABLE, "A */*", "old"));
    store.put(row);
    store.put(new Row(Keys.hash(id), user.id(), Kind.GIT_LOGIN, "https://h", "x".repeat(70_000)));

    assertThat(store.find(id)).contains(row);
    assertThat(store.of(user.id(), Kind.VARIABLE)).containsExactly(row);
    assertThat(store.of(user().id(), Kind.VARIABLE)).isEmpty();
  }

  @Test
  void a_setting_is_removed_by_its_own_user_only() {
    var user = user();
    var store = settings();
    var id = Keys.hash("removed of " + user.id());
    store.put(new Row(id, user.id(), Kind.PROFILE, "", "content"));

    assertThat(store.remove(user().id(), id)).isFalse();
    assertThat(store.remove(user.id(), id)).isTrue();
    assertThat(store.remove(user.id(), id)).isFalse();
    assertThat(store.find(id)).isEmpty();
  }

  private User user() {
    var user = new User(UserId.create(), "Ann \u2603");
    accounts().insert(user, NOON);
    return user;
  }

  private Workspace sample() {
    return Samples.workspace(user().id(), NOON);
  }

  @Test
  void a_workspace_is_found_as_it_was_put_in() {
    var store = workspaces();
    var workspace = sample();

    store.insert(workspace);

    assertThat(store.find(workspace.id())).contains(workspace);
    assertThat(store.all()).contains(workspace);
    assertThat(store.ofOwner(workspace.owner())).containsExactly(workspace);
    assertThat(store.ofOwner(UserId.create())).isEmpty();
    assertThat(store.find(WorkspaceId.create("no", "such"))).isEmpty();
  }

  @Test
  void an_id_is_taken_once() {
    var store = workspaces();
    var workspace = sample();
    store.insert(workspace);

    assertThatThrownBy(() -> store.insert(workspace)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void of_two_saves_of_the_same_version_one_wins() throws Exception {
    var store = workspaces();
    var workspace = sample();
    store.insert(workspace);
    var read = store.find(workspace.id()).orElseThrow();
    Callable<Boolean> save =
        () -> store.save(read.wanting(new Intent.Stop("by " + Thread.currentThread())));

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = Stream.of(save, save, save, save).map(threads::submit).toList();
      long won = 0;
      for (var one : tries) won += one.get() ? 1 : 0;
      assertThat(won).isEqualTo(1);
    }
    assertThat(store.find(workspace.id()).orElseThrow().version()).isEqualTo(read.version() + 1);
  }

  @Test
  void a_save_keeps_intent_phase_and_ports() {
    var store = workspaces();
    var workspace = sample();
    store.insert(workspace);
    var running = new Phase.Running(NOON, new Endpoint("10.0.0.2", 22999));
    var state = workspace.state();
    var next =
        workspace.with(
            new Workspace.State(
                new Intent.Stop("why \"not\""), running, 2, state.steps(), CHOICES));

    assertThat(store.save(next)).isTrue();

    assertThat(store.find(workspace.id()).orElseThrow().state()).isEqualTo(next.state());
  }

  @Test
  void one_that_was_deleted_and_can_be_had_back_is_a_row_as_others() {
    var store = workspaces();
    var workspace = sample();
    store.insert(workspace);
    var deleted = new Intent.Discard(NOON.plusSeconds(7), "Its owner deleted it.");

    assertThat(store.save(workspace.wanting(deleted))).isTrue();

    assertThat(store.find(workspace.id()).orElseThrow().intent()).isEqualTo(deleted);
    assertThat(store.ofOwner(workspace.owner())).hasSize(1);
  }

  @Test
  void a_touch_goes_forward_only_and_leaves_the_version() {
    var store = workspaces();
    var workspace = sample();
    store.insert(workspace);

    store.touch(Map.of(workspace.id(), NOON.plusSeconds(60)));
    store.touch(Map.of(workspace.id(), NOON.plusSeconds(30)));
    assertThat(store.save(workspace.wanting(new Intent.Delete()))).isTrue();

    var read = store.find(workspace.id()).orElseThrow();
    assertThat(read.lastActiveAt()).isEqualTo(NOON.plusSeconds(60));
  }

  @Test
  void a_removed_workspace_is_gone_and_may_be_removed_again() {
    var store = workspaces();
    var workspace = sample();
    store.insert(workspace);

    store.remove(workspace.id());
    store.remove(workspace.id());

    assertThat(store.find(workspace.id())).isEmpty();
    assertThat(store.save(workspace)).isFalse();
  }

  @Test
  void a_session_opens_until_it_expires_or_is_removed() {
    var store = accounts();
    var user = user();
    var id = "a".repeat(52) + user.id().value().substring(0, 8) + "sess";
    store.insertSession(id, user, NOON, NOON.plusSeconds(60));

    assertThat(store.sessionUser(id, NOON)).contains(user);
    assertThat(store.sessionUser(id, NOON.plusSeconds(61))).isEmpty();
    store.endSession(id, NOON.plusSeconds(1));
    assertThat(store.sessionUser(id, NOON.plusSeconds(1))).isEmpty();
    assertThat(store.endedSessions(NOON, NOON.plusSeconds(1))).contains(id);
    store.endSession(id, NOON.plusSeconds(30));
    assertThat(store.endedSessions(NOON.plusSeconds(2), NOON.plusSeconds(60))).doesNotContain(id);
  }

  @Test
  void a_code_is_taken_by_one_of_many_and_never_after_its_time() throws Exception {
    var store = accounts();
    var mark = UserId.create().value().substring(0, 8);
    var later = NOON.plus(Duration.ofHours(1));
    store.insertCode("once" + mark, "content", later);
    store.insertCode("late" + mark, "content", NOON.plusSeconds(1));
    Callable<Optional<String>> take = () -> store.takeCode("once" + mark, NOON);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = Stream.of(take, take, take, take).map(threads::submit).toList();
      int got = 0;
      for (var one : tries) got += one.get().isPresent() ? 1 : 0;
      assertThat(got).isEqualTo(1);
    }
    assertThat(store.takeCode("late" + mark, NOON.plusSeconds(1))).isEmpty();
  }

  private SshKeyStore sshKeys() {
    return new SqlSshKeyStore(database());
  }

  private static SshKey key(User owner, int number) {
    var content = new byte[51];
    content[50] = (byte) number;
    var base64 = Base64.getEncoder().encodeToString(content);
    return new SshKey(
        UUID.randomUUID().toString(),
        owner.id(),
        "laptop \u2603",
        new SshPublicKey("ssh-ed25519", base64),
        NOON.plusSeconds(number));
  }

  @Test
  void keys_are_their_owners_and_come_in_the_order_in_which_they_were_added() {
    var store = sshKeys();
    var owner = user();
    var other = user();
    var first = key(owner, 1);
    var second = key(owner, 2);

    assertThat(store.insert(second, 9)).isEqualTo(Inserted.YES);
    assertThat(store.insert(first, 9)).isEqualTo(Inserted.YES);
    assertThat(store.insert(key(other, 1), 9)).isEqualTo(Inserted.YES);

    assertThat(store.of(owner.id())).containsExactly(first, second);
    assertThat(store.of(other.id())).hasSize(1);
  }

  @Test
  void an_owner_has_a_key_once_and_no_more_keys_than_may_be() throws Exception {
    var store = sshKeys();
    var owner = user();
    assertThat(store.insert(key(owner, 1), 3)).isEqualTo(Inserted.YES);
    assertThat(store.insert(key(owner, 1), 3)).isEqualTo(Inserted.KNOWN);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries =
          Stream.of(2, 3, 4, 5)
              .map(number -> threads.submit(() -> store.insert(key(owner, number), 3)))
              .toList();
      int added = 0;
      for (var one : tries) added += one.get() == Inserted.YES ? 1 : 0;
      assertThat(added).isEqualTo(2);
    }
    assertThat(store.of(owner.id())).hasSize(3);
  }

  @Test
  void a_key_is_deleted_by_its_owner_only() {
    var store = sshKeys();
    var owner = user();
    var key = key(owner, 1);
    store.insert(key, 9);

    assertThat(store.delete(user().id(), key.id())).isFalse();
    assertThat(store.delete(owner.id(), key.id())).isTrue();
    assertThat(store.delete(owner.id(), key.id())).isFalse();
    assertThat(store.of(owner.id())).isEmpty();
  }
}
