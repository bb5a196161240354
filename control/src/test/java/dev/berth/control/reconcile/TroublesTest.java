package dev.berth.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TroublesTest {
  private static final WorkspaceId ONE = new WorkspaceId("octo-one-abcdefghijk");
  private static final WorkspaceId TWO = new WorkspaceId("octo-two-abcdefghijk");
  private static final WorkspaceId THREE = new WorkspaceId("octo-three-abcdefghijk");

  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final InstantSource source = () -> now;
  private final List<String> said = new ArrayList<>();
  private final Troubles troubles = new Troubles(source.withZone(ZoneOffset.UTC), said::add);

  private void meet(String words, WorkspaceId... ids) {
    for (var id : ids) troubles.met(id, words);
  }

  @Test
  void what_many_meet_is_told_of_the_first_and_counted_when_it_is_over() {
    for (int round = 0; round < 100; round++) {
      meet("away", ONE, TWO, THREE);
      meet("busy", TWO); // in between, the same database says other words
    }
    assertThat(said).containsExactly(ONE + ": away", TWO + ": busy");

    troubles.past(ONE);
    troubles.past(TWO);
    troubles.past(THREE);
    assertThat(said).hasSize(3).last().isEqualTo("over, for 3 workspaces: away");
    meet("away", TWO);
    assertThat(said).hasSize(4).last().isEqualTo(TWO + ": away");
  }

  @Test
  void who_meets_it_later_is_counted_within_a_minute() {
    meet("away", ONE);
    meet("away", TWO);
    now = now.plus(Troubles.BETWEEN);
    meet("away", ONE);
    meet("away", ONE, TWO);
    now = now.plus(Troubles.BETWEEN);
    meet("away", ONE, TWO);

    assertThat(said).containsExactly(ONE + ": away", "2 workspaces: away");
  }

  @Test
  void what_one_meets_is_told_once_until_it_is_past() {
    meet("no room", ONE);
    meet("no room", ONE);
    troubles.past(ONE);
    meet("no room", ONE);

    assertThat(said).containsExactly(ONE + ": no room", ONE + ": no room");
  }
}
