package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.control.workspace.Workspace.Outcome;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import dev.berth.protocol.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RoomTest {
  private static final Workspace ONE = Samples.workspace(UserId.create(), Instant.EPOCH);
  private static final Workspace PREBUILD = Samples.headless(ONE);
  private static final Workspace MADE =
      PREBUILD.with(
          new Workspace.State(
                  new Intent.Stop("done"),
                  new Phase.Stopped(Instant.EPOCH, "done"),
                  0,
                  List.of(),
                  Choices.NONE)
              .with(new Outcome(Optional.empty(), Optional.of("point"))));

  @Test
  void prebuilds_are_none_of_the_workspaces_that_one_owner_may_have() {
    var all = new ArrayList<>(Collections.nCopies(Room.WORKSPACES_MAX - 1, ONE));
    all.addAll(Collections.nCopies(Room.PREBUILDS_MAX - 1, MADE));

    assertThatCode(() -> Room.forWorkspace(all)).doesNotThrowAnyException();
    assertThatCode(() -> Room.forPrebuild(all)).doesNotThrowAnyException();
    all.add(ONE);
    all.add(MADE);
    assertThatThrownBy(() -> Room.forWorkspace(all)).hasMessageContaining("500 workspaces");
    assertThatThrownBy(() -> Room.forPrebuild(all))
        .isInstanceOfSatisfying(
            Problem.Conflict.class, full -> assertThat(full.remedy()).contains("berth prebuilds"));
  }

  @Test
  void what_was_deleted_is_none_of_them_and_has_a_bound_of_its_own() {
    var deleted = ONE.wanting(new Intent.Discard(Instant.EPOCH, "why"));
    var all = new ArrayList<>(Collections.nCopies(Room.DELETED_MAX - 1, deleted));
    all.addAll(Collections.nCopies(Room.WORKSPACES_MAX - 1, ONE));

    assertThatCode(() -> Room.forWorkspace(all)).doesNotThrowAnyException();
    assertThatCode(() -> Room.forDeleted(all)).doesNotThrowAnyException();
    all.add(deleted);
    assertThatThrownBy(() -> Room.forDeleted(all))
        .isInstanceOfSatisfying(
            Problem.Conflict.class, full -> assertThat(full.remedy()).contains("--now"));
  }

  @Test
  void few_prebuilds_are_made_at_once() {
    var all = Collections.nCopies(Room.PREBUILDS_ON_THEIR_WAY_MAX, PREBUILD);

    assertThatThrownBy(() -> Room.forPrebuild(all)).hasMessageContaining("on their way");
  }
}
