package dev.berth.runtime.runc.build;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.GitAuthor;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.protocol.inside.SizePlan;
import dev.berth.runtime.Driver;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Observation;
import dev.berth.runtime.WorkspaceSize;
import dev.berth.runtime.runc.ImageBuilds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folder of one build and the instances that work in it, one after the other. */
final class BuildInstance implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** Counting a build's files reads its folders: a second for some hundred thousand. */
  private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(10);

  /** What git printed of a commit's files: half a million of them. */
  private static final int MOST_BYTES = 64 << 20;

  /** The longest Dockerfile known has some 100 KiB. */
  private static final int MOST_BYTES_OF_ONE = 1 << 20;

  private static final int LINE = 160;

  /** For a repository that could not be fetched. */
  static final String GIT_REMEDY =
      "See that the machine reaches the git host, and the login that you keep for it; where its address is on a bridge of this machine, or private and network.blockPrivate is set, name it in network.allow.";

  private final Driver driver;
  private final Path root;
  private final String made;
  private final WorkspaceSize size;
  private final InstanceImage image;
  private final BuildOptions options;
  private final ImageBuilds.Progress progress;
  private final WorkspaceId id = WorkspaceId.create("image", "build");
  private final long deadline;
  private String told = "";

  /**
   * @param made what messages call what is made
   * @param image what it runs in
   */
  BuildInstance(
      Driver driver,
      Path root,
      String made,
      WorkspaceSize size,
      InstanceImage image,
      BuildOptions options,
      ImageBuilds.Progress progress) {
    this.driver = driver;
    this.root = root;
    this.made = made;
    this.size = size;
    this.image = image;
    this.options = options;
    this.progress = progress;
    this.deadline = System.nanoTime() + options.bounds().longest().toNanos();
  }

  WorkspaceId id() {
    return id;
  }

  /** Whether the file was left there. */
  boolean has(String name) {
    return Files.isRegularFile(file(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** A file that was left there, by ours and not by what a repository brings. */
  byte[] read(String name) throws IOException {
    return read(name, MOST_BYTES)
        .orElseThrow(() ->
            new Problem.Invalid(
                "The repository has more files than an image is built of.",
                "Name a built image instead."));
  }

  /** A single file of the repository that is read as a whole. */
  byte[] readSmall(String name) throws IOException {
    return read(name, MOST_BYTES_OF_ONE)
        .orElseThrow(() ->
            new Problem.Invalid(
                "The %s has more than %d KiB.".formatted(name, MOST_BYTES_OF_ONE >> 10),
                "Copy large data from files instead of writing it there."));
  }

  /** The same; empty where it is longer. */
  Optional<byte[]> read(String name, int most) throws IOException {
    try (var stream = Files.newInputStream(file(name), LinkOption.NOFOLLOW_LINKS)) {
      var bytes = stream.readNBytes(most + 1);
      return bytes.length <= most ? Optional.of(bytes) : Optional.empty();
    }
  }

  Path file(String name) {
    return files().resolve(name);
  }

  /** Its /workspace. */
  Path files() {
    return folder().resolve("files");
  }

  /** All that it has on disk. */
  private Path folder() {
    return root.resolve("workspaces").resolve(id.value());
  }

  /** What it changed in its image, in overlayfs's own words. */
  Path upper() {
    return folder().resolve("upper");
  }

  /** Runs an instance to its end and says how that was; its files are still there then. */
  String run(Map<String, String> plan, List<Path> sources) throws InterruptedException {
    driver.start(spec(plan, sources));
    long nextCount = System.nanoTime() + BETWEEN_COUNTS.toNanos();
    while (true) {
      switch (driver.observe(id)) {
        case Observation.Preparing(_, var steps) -> {
          if (!steps.isEmpty() && !steps.getLast().detail().isEmpty()) {
            progress.detail(steps.getLast().detail());
          }
        }
        case Observation.Alive _ -> tell();
        case Observation.Exited(_, var why) -> {
          end();
          tell(); // only now all that it printed has arrived
          return why;
        }
        case Observation.Failed(_, var what, var remedy) ->
            throw new Problem.Unavailable(what, remedy);
        case Observation.Absent _ ->
            throw new Problem.Unavailable("The builder was ended.", "Start again.");
      }
      checkTime();
      checkFree();
      if (System.nanoTime() > nextCount) {
        checkUse();
        nextCount = System.nanoTime() + BETWEEN_COUNTS.toNanos();
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  private void tell() {
    var log = driver.log(id);
    if (log.equals(told)) return;
    told = log;
    progress.log(log);
    progress.detail(lastLine());
  }

  /** The last line that it printed, fit to be shown. */
  String lastLine() {
    return told.lines()
        .map(line -> line.replaceAll("\\p{Cntrl}\\[[0-9;]*[A-Za-z]|\\p{C}", " ").strip())
        .filter(line -> !line.isEmpty())
        .reduce((_, last) -> last)
        .map(BuildInstance::shortened)
        .orElse("");
  }

  /** What there is to say of a run that failed and ended so; one sentence. */
  String words(String end) {
    var last = lastLine();
    var words = last.isEmpty() || end.contains("memory") ? end : last;
    return words.endsWith(".") ? words : words + ".";
  }

  /** Its end says what happened, its begin to what. */
  private static String shortened(String line) {
    if (line.length() <= LINE) return line;
    int half = LINE / 2;
    return line.substring(0, half) + " ... " + line.substring(line.length() - half);
  }

  private void checkTime() {
    if (System.nanoTime() < deadline) return;
    throw tooMuch(
        "it was not done after %d min"
            .formatted(Math.max(1, options.bounds().longest().toMinutes())));
  }

  private void checkFree() {
    try {
      long free = Files.getFileStore(root).getUsableSpace();
      if (free >= options.bounds().reserveBytes()) return;
      throw new Problem.Unavailable(
          "The image could not be built: only %d MiB are free on the disk of %s."
              .formatted(free >> 20, root),
          "Delete workspaces that nobody needs for good (berth delete --now), or"
              + " give the machine a larger disk.");
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The disk of %s cannot be asked for its space: %s.".formatted(root, e.getMessage()),
          "See that it is there.",
          e);
    }
  }

  private void checkUse() throws InterruptedException {
    var folder = folder();
    // What vanishes while it counts makes it complain; the sum is what it saw.
    var counted =
        Command.of("du", "-sx", "--block-size=1", folder.toString())
            .within(Duration.ofMinutes(2))
            .run()
            .text();
    var bytes = counted.split("\\s+")[0];
    if (!bytes.matches("\\d{1,18}") || Long.parseLong(bytes) <= options.bounds().diskBytes())
      return;
    throw tooMuch("its files need more than %d MiB".formatted(options.bounds().diskBytes() >> 20));
  }

  private Problem tooMuch(String what) {
    return new Problem.Invalid(
        "%s could not be built: %s.".formatted(made, what),
        "Make the build smaller, or build the image elsewhere and name it under image:.");
  }

  private InstanceSpec spec(Map<String, String> plan, List<Path> sources) {
    var boot =
        new BootPlan(
            id,
            InstanceId.create(),
            "",
            "",
            "",
            "",
            new ContentPlan(
                "", Optional.empty(), Optional.empty(), Optional.empty(), "source", Map.of()),
            List.of(),
            List.of(),
            plan,
            new OwnerPlan(NOBODY, new GitAuthor("", ""), Optional.empty()),
            new SizePlan("build", size.cpuMillis(), size.memoryBytes()),
            1,
            EditorPlan.PLAIN,
            ToldNotices.NONE,
            Optional.empty(),
            false,
            Optional.empty(),
            options.authorities());
    return new InstanceSpec(image, size, boot, Optional.empty(), sources, Optional.empty());
  }

  private static final UserId NOBODY = new UserId("00000000-0000-4000-8000-000000000000");

  /** Ends its instance, whatever it does, and waits for that. */
  private void end() throws InterruptedException {
    driver.stop(id, Instant.EPOCH);
    while (!(driver.observe(id) instanceof Observation.Absent)) Thread.sleep(BETWEEN_LOOKS);
  }

  /** Removes all of it, in a thread of its own: who breaks a build off does not wait. */
  @Override
  public void close() {
    Thread.ofVirtual().name("remove-" + id).start(() -> remove(driver, id));
  }

  static void remove(Driver driver, WorkspaceId id) {
    try {
      while (!driver.delete(id)) Thread.sleep(BETWEEN_LOOKS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // nobody does but the machine's end
    }
  }
}
