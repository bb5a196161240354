package dev.berth.node.save;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.objects.memory.MemoryStore;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.prune.Thinning;
import dev.berth.snapshots.repository.Repository;
import dev.berth.snapshots.save.Save;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which points of a workspace stay. */
final class SavedPointsTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final UserId ann = UserId.create();
  private final WorkspaceId fox = WorkspaceId.create("octo", "fox");

  @Test
  void a_point_that_is_promised_while_others_go_stays(@TempDir Path tree) throws Exception {
    var keys = OwnerKeys.of(new byte[32], ann.toString());
    var repository = Repository.open(new MemoryStore(at(NOON)), keys);
    var saved = new ArrayList<String>();
    for (int minute = 0; minute < 4; minute++) {
      Files.writeString(tree.resolve("work"), "of minute " + minute);
      var save = new Save(repository, at(NOON.plusSeconds(60L * minute)), 1);
      saved.add(save.run(tree, fox.value()).id().text());
    }
    var points =
        new SavedPoints(
            _ -> repository,
            Thinning.USUAL,
            at(NOON.plusSeconds(5 * 3600)),
            _ -> Optional.empty(),
            "Try again.");
    var promised = new HashSet<String>();
    points.hold(_ -> {
      var known = new HashSet<>(promised);
      promised.addAll(saved.subList(1, 3)); // as soon as it was asked
      return known;
    });

    points.thin(fox, ann);

    assertThat(repository.ids(fox.value()).stream().map(id -> id.text()))
        .containsExactlyElementsOf(saved.subList(1, 4));
  }

  private static Clock at(Instant time) {
    return Clock.fixed(time, ZoneOffset.UTC);
  }
}
