package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.http.FreePorts;
import dev.berth.base.process.Command;
import dev.berth.base.process.Command.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's cache of classes, of which the JVM says nothing where it is not whole. */
final class LauncherTest {
  private static final int FAILED = 70;

  @TempDir Path berth;

  @BeforeEach
  void layOut() throws Exception {
    Program.layOut(berth);
    java("exec %s \"$@\"");
  }

  @Test
  void an_empty_cache_is_none_and_is_tried_for_again_at_the_next_start(@TempDir Path home)
      throws Exception {
    Files.createFile(berth.resolve("cli/target/berth.aot"));
    // So that nothing starts, which is not seen before it is tried.
    Files.writeString(home.resolve("berth.yaml"), "images: {folder: /proc/none}\nssh: {port: 0}");
    java("case \" $* \" in *AOTCacheOutput*) exit 1 ;; esac; exec %s \"$@\"");

    var port = "--port=" + FreePorts.next();
    var started = launcher("up", port).with("BERTH_HOME", home.toString()).run();

    assertThat(started.exitCode()).as(started.errors()).isNotZero();
    assertThat(started.errors()).containsOnlyOnce("berth: trying this machine out");
    assertThat(caches()).isEmpty();
  }

  @Test
  void a_full_disk_leaves_no_cache_and_is_said_and_with_room_there_is_a_whole_one()
      throws Exception {
    var target = berth.resolve("cli/target");
    var lib = Files.readSymbolicLink(target.resolve("lib"));
    Command.of("mount", "-t", "tmpfs", "-o", "size=4m", "none", target.toString())
        .orProblem("root?");
    try {
      Files.createSymbolicLink(target.resolve("lib"), lib);
      Files.createFile(target.resolve("built"));

      saysWhatItLacks(launcher("train").run(), "in " + target + ", where 4 are free");
      assertThat(caches()).isEmpty();

      Command.of("mount", "-o", "remount,size=500m", target.toString()).orProblem("?");
      assertThat(launcher("train").run()).returns(0, Outcome::exitCode);
      assertThat(caches()).containsExactly("berth.aot", "content.aot");
    } finally {
      Command.of("umount", target.toString()).orProblem("See mount.");
    }
  }

  /**
   * The JVM that writes it is a child of the one that is trained, which ends with 0 all the same.
   */
  @Test
  void half_a_cache_of_a_jvm_that_was_killed_is_not_taken() throws Exception {
    java(
        """
        %s "$@"
        code=$?
        for word; do case $word in -XX:AOTCacheOutput=*) truncate -s 10M "${word#*=}" ;; esac; done
        exit $code
        """);

    saysWhatItLacks(launcher("train").run(), "the JVM left none that is whole");
    assertThat(caches()).isEmpty();
  }

  /** The JVM, trained by a run that takes a second instead of half a minute. */
  private void java(String how) throws Exception {
    var real = ProcessHandle.current().info().command().orElseThrow();
    executable(
        berth.resolve("java/bin/java"),
        """
        #!/bin/sh
        for word; do
          shift
          case $word in
            dev.berth.cli.Warmup) set -- "$@" dev.berth.cli.Berth version ;;
            cluster | content) ;;
            *) set -- "$@" "$word" ;;
          esac
        done
        """
            + how.formatted(real));
    executable(
        berth.resolve("dist/find-jdk"), "#!/bin/sh\necho %s\n".formatted(berth.resolve("java")));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void saysWhatItLacks(Outcome ended, String words) {
    assertThat(ended.exitCode()).as(ended.errors()).isEqualTo(FAILED);
    assertThat(ended.errors().lines().filter(line -> line.contains("no cache of classes")))
        .singleElement()
        .asString()
        .contains(words, "The next start tries again.");
  }

  private Command launcher(String... arguments) {
    var argv = new ArrayList<>(List.of(berth.resolve("berth").toString()));
    argv.addAll(List.of(arguments));
    return Command.of(argv).within(Duration.ofMinutes(15));
  }

  private List<String> caches() throws IOException {
    try (Stream<Path> files = Files.list(berth.resolve("cli/target"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains(".aot"))
          .sorted()
          .toList();
    }
  }
}
