package dev.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.protocol.InsidePath;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What {@link Saves} promises of what it saves, for all to keep that save anything. While a test
 * runs its workspaces may be saved by themselves, too.
 */
public abstract class SavingContract extends SavesContract {
  /**
   * From a change to its point, for a slow machine: one save of 10 s is followed by 100 s of rest.
   */
  protected static final Duration SOON = Duration.ofMinutes(2);

  /** The file of a workspace that {@link #write} writes. */
  protected static final String FILE = "work";

  /** Lets a running workspace of {@code owner} have that text in its file. */
  protected abstract void write(WorkspaceId workspace, UserId owner, String text) throws Exception;

  /** Lets the workspace be gone, with its files. */
  protected abstract void remove(WorkspaceId workspace) throws Exception;

  /** What the file has in that point. */
  protected String text(WorkspaceId workspace, UserId owner, String point) throws Exception {
    var out = new ByteArrayOutputStream();
    saves
        .files()
        .file(
            new SavedFiles.Moment(workspace, owner, point),
            InsidePath.parse("/workspace/" + FILE),
            out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private Saves.Point saved(WorkspaceId workspace, UserId owner, String text) throws Exception {
    write(workspace, owner, text);
    return saves.save(workspace, owner);
  }

  @Test
  void what_is_saved_is_the_newest_point_and_has_what_was_there() throws Exception {
    var before = Instant.now().minusSeconds(1);

    var point = saved(fox, ann, "one");

    assertThat(point.at()).isBetween(before, Instant.now());
    assertThat(point.files()).isEqualTo(1);
    assertThat(point.bytes()).isEqualTo(3);
    assertThat(point.leftOut()).isEmpty();
    assertThat(saves.newest(fox, ann, Optional.empty()).orElseThrow())
        .isGreaterThanOrEqualTo(point.id());
    assertThat(saves.has(fox, ann, point.id())).isTrue();
    assertThat(text(fox, ann, point.id())).isEqualTo("one");
    assertThat(saves.trouble(fox)).isEmpty();
  }

  @Test
  void points_are_told_newest_first_and_sort_by_time_and_none_changes_any_more() throws Exception {
    var made = new ArrayList<String>();
    for (var text : new String[] {"one", "other", "third"}) made.add(saved(fox, ann, text).id());

    var told = saves.points(fox, ann).stream().map(Saves.Point::id).toList();

    assertThat(told).containsSubsequence(made.reversed());
    assertThat(told.reversed()).isSorted();
    assertThat(saves.newest(fox, ann, Optional.of(told.get(0)))).contains(told.get(1));
    assertThat(saves.newest(fox, ann, Optional.of(told.getLast()))).isEmpty();
    assertThat(text(fox, ann, made.get(0))).isEqualTo("one");
    assertThat(text(fox, ann, made.get(2))).isEqualTo("third");
  }

  @Test
  void what_may_have_changed_is_saved_by_itself_however_often_that_is_said() throws Exception {
    write(fox, ann, "one");
    for (int i = 0; i < 100; i++) saves.mayHaveChanged(fox, ann);
    await().atMost(SOON).until(() -> saves.newest(fox, ann, Optional.empty()).isPresent());
    var first = saves.newest(fox, ann, Optional.empty()).orElseThrow();

    write(fox, ann, "two");
    saves.mayHaveChanged(fox, ann);

    await()
        .atMost(SOON)
        .until(() -> text(fox, ann, saves.points(fox, ann).getFirst().id()).equals("two"));
    assertThat(text(fox, ann, first)).isEqualTo("one");
  }

  @Test
  void in_the_name_of_another_owner_there_is_nothing() throws Exception {
    var point = saved(fox, ann, "ann's").id();

    assertThat(saves.points(fox, bob)).isEmpty();
    assertThat(saves.newest(fox, bob, Optional.empty())).isEmpty();
    assertThat(saves.has(fox, bob, point)).isFalse();
    assertThat(saves.isHeld(new Seed(fox, point), bob)).isFalse();
    assertThatThrownBy(() -> saves.keep(fox, bob, point)).isInstanceOf(Problem.Missing.class);
    saves.forget(fox, bob);
    assertThat(saves.has(fox, ann, point)).isTrue();
  }

  @Test
  void a_point_that_is_kept_says_so_and_may_be_kept_again() throws Exception {
    var first = saved(fox, ann, "one").id();
    var second = saved(fox, ann, "other").id();

    saves.keep(fox, ann, first);
    saves.keep(fox, ann, first);

    assertThat(saves.points(fox, ann).stream().filter(Saves.Point::kept).map(Saves.Point::id))
        .containsExactly(first)
        .doesNotContain(second);
  }

  @Test
  void a_point_that_a_hold_names_is_held_where_it_is_there() throws Exception {
    var point = saved(fox, ann, "one").id();
    saves.hold(_ -> Set.of(point));

    assertThat(saves.isHeld(new Seed(fox, point), ann)).isTrue();
    assertThat(saves.isHeld(new Seed(owl, point), ann)).isFalse();
  }

  @Test
  void a_workspace_that_is_gone_is_forgotten_and_others_are_not() throws Exception {
    var gone = saved(fox, ann, "fox").id();
    var stays = saved(owl, ann, "owl").id();
    saves.keep(fox, ann, gone);
    remove(fox);

    saves.forget(fox, ann);
    saves.forget(fox, ann);

    assertThat(saves.points(fox, ann)).isEmpty();
    assertThat(saves.has(fox, ann, gone)).isFalse();
    assertThat(saves.isHeld(new Seed(fox, gone), ann)).isFalse();
    assertThatThrownBy(() -> saves.save(fox, ann)).isInstanceOf(Problem.Missing.class);
    assertThat(text(owl, ann, stays)).isEqualTo("owl");
  }

  @Test
  void a_new_turn_finds_what_was_saved_before() throws Exception {
    var before = saved(fox, ann, "one").id();

    saves.beginTurn(() -> true);
    var after = saved(fox, ann, "other").id();

    assertThat(saves.points(fox, ann).stream().map(Saves.Point::id))
        .containsSubsequence(after, before);
  }
}
