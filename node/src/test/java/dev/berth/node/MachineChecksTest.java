package dev.berth.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.check.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineChecksTest {
  private static final long GIB = 1L << 30;

  private static Result room(long free) {
    return MachineChecks.room("room", Path.of("/srv"), free, 100 * GIB);
  }

  @Test
  void little_room_is_doubtful_and_none_is_bad() {
    assertThat(room(20 * GIB))
        .isEqualTo(Result.good("B302", "room", "20.0 of 100 GiB are free at /srv"));
    assertThat(room(3 * GIB).outcome()).isInstanceOf(Result.Outcome.Doubtful.class);
    assertThat(room(GIB - 1).outcome()).isInstanceOf(Result.Outcome.Bad.class);
  }

  @Test
  void control_groups_of_either_version_are_known_and_what_they_lack_is_named(@TempDir Path folder)
      throws Exception {
    for (var name : new String[] {"cpu", "pids", "freezer"}) {
      Files.createDirectory(folder.resolve(name));
    }
    assertThat(MachineChecks.limits(folder).outcome())
        .isInstanceOfSatisfying(
            Result.Outcome.Bad.class,
            bad -> assertThat(bad.what()).isEqualTo("They are of version 1 and have no memory."));

    Files.createDirectory(folder.resolve("memory"));
    assertThat(MachineChecks.limits(folder).outcome())
        .isEqualTo(new Result.Outcome.Good("version 1 with cpu, memory, pids"));

    Files.writeString(folder.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
    assertThat(MachineChecks.limits(folder).outcome())
        .isEqualTo(new Result.Outcome.Good("version 2 with cpu, memory, pids"));
  }
}
