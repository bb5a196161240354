package dev.berth.base.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class FileLocksTest {
  @TempDir Path folder;

  @Test
  void a_name_is_held_by_one_thread() throws Exception {
    var locks = new FileLocks(folder::resolve);
    try (var _ = locks.take("image");
        var others = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(others.submit(() -> locks.tryTake("image")).get()).isEmpty();
      assertThat(others.submit(() -> isFree(locks, "other image")).get()).isTrue();
    }
    assertThat(isFree(locks, "image")).isTrue();
  }

  @Test
  void a_name_is_held_against_other_users_of_the_folder() throws Exception {
    var ours = new FileLocks(folder::resolve);
    var theirs = new FileLocks(folder::resolve);
    try (var _ = ours.take("image")) {
      assertThat(theirs.tryTake("image")).isEmpty();
    }
    assertThat(isFree(theirs, "image")).isTrue();
  }

  /** A process's locks of a file end with the first descriptor of it that it closes. */
  @Test
  void who_tries_in_vain_takes_it_from_nobody() throws Exception {
    var ours = new FileLocks(folder::resolve);
    var theirs = new FileLocks(folder::resolve);
    try (var _ = ours.take("image")) {
      assertThat(theirs.tryTake("image")).isEmpty();
      assertThat(ours.tryTake("image")).isEmpty();
      assertThat(isFreeForOthers("image")).isFalse();
    }
    assertThat(isFreeForOthers("image")).isTrue();
  }

  private boolean isFreeForOthers(String name) throws Exception {
    var tries =
        "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)";
    return new ProcessBuilder("python3", "-c", tries, folder.resolve(name).toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  @Test
  void one_who_waits_gets_it_next() throws Exception {
    var ours = new FileLocks(folder::resolve);
    var theirs = new FileLocks(folder::resolve);
    var waiting = new CountDownLatch(1);
    try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
      var held = ours.take("image");
      var next =
          others.submit(() -> {
            waiting.countDown();
            theirs.take("image").close();
            return "had it";
          });
      waiting.await();
      held.close();
      assertThat(next.get(30, TimeUnit.SECONDS)).isEqualTo("had it");
    }
  }

  @Test
  void a_process_that_is_killed_holds_nothing() throws Exception {
    var file = folder.resolve("image");
    var other =
        new ProcessBuilder("python3", "-c", HOLDS, file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var locks = new FileLocks(folder::resolve);
    assertThat(other.inputReader().readLine()).isEqualTo("held");
    assertThat(locks.tryTake("image")).isEmpty();

    other.destroyForcibly().waitFor();

    assertThat(isFree(locks, "image")).isTrue();
  }

  /** The kernel's record locks, which Java's are. */
  private static final String HOLDS =
      """
      import fcntl, sys, time
      file = open(sys.argv[1], 'w')
      fcntl.lockf(file, fcntl.LOCK_EX)
      print('held', flush=True)
      time.sleep(60)
      """;

  private static boolean isFree(FileLocks locks, String name) throws Exception {
    var held = locks.tryTake(name);
    if (held.isPresent()) held.get().close();
    return held.isPresent();
  }
}
