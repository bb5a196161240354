package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.base.process.AtEnd;
import dev.berth.base.text.Quoted;
import dev.berth.base.text.TerminalText;
import dev.berth.protocol.inside.Errand.TrialPiece;
import dev.berth.supervisor.boot.BootFile;
import dev.berth.supervisor.json.Fields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Has the working copy started as a workspace of its own, beside this one, tells how that goes, and
 * has it deleted when its tasks have ended, whatever happens.
 */
final class Trial {
  private static final int FAILED = 1;
  private static final Duration LOOKS = Duration.ofSeconds(1);

  /** A look of the server's that saw no task yet is of before. */
  private static final Duration FIRST_TASK = Duration.ofSeconds(5);

  private final Call call;
  private final Door door;
  private final String ticket = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
  private String told = "";

  private Trial(Call call) {
    this.call = call;
    this.door = call.door();
  }

  /**
   * The exit code: 0 where it started and no task failed.
   *
   * @param file the definition's, where somebody chose one
   * @param longest how long tasks may run: a server that still runs then is well
   */
  static int run(Call call, Path repository, Optional<String> file, Duration longest)
      throws IOException, InterruptedException {
    var trial = new Trial(call);
    try (var pack = WorkingCopyPack.of(repository);
        var _ = AtEnd.of(trial::end)) {
      if (!pack.history()) call.say("The trial has no history: it would be too large.");
      trial.send(pack, file);
      return trial.follow(longest);
    }
  }

  private void send(WorkingCopyPack pack, Optional<String> file) throws IOException {
    long at = 0;
    try (var in = FileChannel.open(pack.file())) {
      var piece = ByteBuffer.allocate(TrialPiece.MOST);
      while (in.read(piece) >= 0 || piece.position() > 0) {
        var bytes = Arrays.copyOf(piece.array(), piece.position());
        var text = Base64.getEncoder().encodeToString(bytes);
        errand("trialPiece", Map.of("at", at, "bytes", text));
        at += bytes.length;
        piece.clear();
      }
    }
    errand(
        "startTrial",
        Map.of("bytes", at, "commit", pack.commit(), "branch", pack.branch(), "definition", file));
  }

  private Fields errand(String kind, Map<String, Object> more) {
    var all = new java.util.HashMap<>(more);
    all.put("ticket", ticket);
    return door.errand(kind, all);
  }

  private Fields look(boolean log) {
    return errand("lookAtTrial", Map.of("log", log));
  }

  private int follow(Duration longest) throws InterruptedException {
    while (true) {
      var seen = look(false);
      switch (seen.text("stage")) {
        case "STARTING" -> tell(seen.text("words"));
        case "RUNNING" -> {
          return running(longest);
        }
        default -> {
          call.say(Quoted.printable(seen.text("words"), 1000));
          log();
          return FAILED;
        }
      }
      Thread.sleep(LOOKS);
    }
  }

  private int running(Duration longest) throws InterruptedException {
    var first = look(false);
    BootFile.notices(first)
        .all()
        .forEach(notice -> call.say(Quoted.printable(notice.line(), 1000)));
    tell("The trial runs at " + first.optionalText("url").orElse("") + "/ (Ctrl-C ends it)");
    long began = System.nanoTime();
    while (true) {
      var seen = look(false);
      var tasks = seen.list("tasks", Task::read);
      boolean ended = seen.text("stage").equals("ENDED");
      long nanos = System.nanoTime() - began;
      boolean runs =
          tasks.isEmpty() ? nanos < FIRST_TASK.toNanos() : tasks.stream().anyMatch(Task::running);
      if (ended || !runs || nanos > longest.toNanos()) {
        log();
        if (ended) call.say(Quoted.printable(seen.text("words"), 1000));
        return judged(seen, tasks) && !ended ? 0 : FAILED;
      }
      Thread.sleep(LOOKS);
    }
  }

  private record Task(String name, boolean running, Optional<Integer> exitCode) {
    static Task read(Fields fields) {
      return new Task(
          Quoted.printable(fields.text("name"), 100),
          fields.truth("running"),
          fields.optionalWhole("exitCode"));
    }
  }

  private boolean judged(Fields seen, List<Task> tasks) {
    for (var task : tasks) {
      var code = task.exitCode().map(n -> "ended with " + n).orElse("ended");
      call.say("Task %s: %s".formatted(task.name(), task.running() ? "runs" : code));
    }
    seen.list("ports").forEach(port -> call.say("Port " + Quoted.printable(port, 300)));
    boolean well = tasks.stream().allMatch(task -> task.exitCode().orElse(0) == 0);
    call.say(well ? "It starts." : "It starts, but not all that it runs ends well.");
    return well;
  }

  /** The end of what the tasks printed. */
  private void log() {
    look(true)
        .optionalText("log")
        .ifPresent(text -> call.caller().out().print(TerminalText.of(text)));
    call.say("");
  }

  private void tell(String words) {
    if (words.equals(told)) return;
    told = words;
    call.say(Quoted.printable(words, 300));
    call.caller().out().flush();
  }

  private void end() {
    try {
      errand("endTrial", Map.of());
    } catch (Problem e) {
      call.caller().err().println("gp: The trial ends by itself in a minute. " + e.words());
    }
  }
}
