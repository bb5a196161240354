package dev.berth.supervisor.content;

import dev.berth.base.Problem;
import dev.berth.supervisor.boot.WorkspaceUser;
import dev.berth.supervisor.process.Descriptor;
import dev.berth.supervisor.process.Launch;
import dev.berth.supervisor.process.Processes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The image's git, run as the user in one folder. Nothing that a repository brings is executed: no
 * hooks, no monitors, no transports but the known ones; and nobody is asked for a password.
 */
final class Git {
  /** What is kept of an output: a hash, some names. */
  private static final int OUTPUT_BYTES_MAX = 64 * 1024;

  /** What is kept of the messages: the last ones say why it failed. */
  private static final int MESSAGES_CHARS_MAX = 16 * 1024;

  private static final List<String> SAFE =
      List.of(
          "-c", "core.hooksPath=/dev/null",
          "-c", "core.fsmonitor=false",
          "-c", "protocol.ext.allow=never",
          "-c", "advice.detachedHead=false",
          // Servers send a sign of life every 5 s (uploadpack.keepAlive); one that sends nothing
          // for
          // six times as long is gone, and is asked again (git-config(1), bytes/s and seconds).
          "-c", "http.lowSpeedLimit=1",
          "-c", "http.lowSpeedTime=30");

  private final Processes processes;
  private final WorkspaceUser user;
  private final Path folder;
  private final String transports;
  private final int nice;

  /**
   * @param transports which may be used, as GIT_ALLOW_PROTOCOL has it
   */
  Git(Processes processes, WorkspaceUser user, Path folder, String transports, int nice) {
    this.processes = processes;
    this.user = user;
    this.folder = folder;
    this.transports = transports;
    this.nice = nice;
  }

  /** How one ended: its exit code, its output, and the end of what it said of it. */
  record Result(int code, String output, String messages) {
    boolean ok() {
      return code == 0;
    }
  }

  Result run(String... arguments) throws InterruptedException {
    return run(_ -> {}, List.of(arguments));
  }

  /** Runs it; {@code progress} hears each line that it says. */
  Result run(Consumer<String> progress, List<String> arguments) throws InterruptedException {
    var argv = new ArrayList<>(List.of("git"));
    argv.addAll(SAFE);
    argv.addAll(arguments);
    try {
      return runAny(progress, argv);
    } catch (Problem.Missing e) {
      throw new Problem.Missing(
          "Cannot clone: this image has no git.",
          "Name an image with git in .gitpod.yml, then start the workspace again.",
          e);
    }
  }

  /** Runs a script of the image's shell in the same folder, as the same user. */
  Result script(String script) throws InterruptedException {
    return runAny(_ -> {}, List.of("/bin/sh", "-c", script));
  }

  private Result runAny(Consumer<String> progress, List<String> argv) throws InterruptedException {
    var more = new HashMap<String, String>();
    more.put("GIT_TERMINAL_PROMPT", "0");
    more.put("GIT_ASKPASS", "true");
    more.put("GIT_ALLOW_PROTOCOL", transports);
    more.put("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=20");
    more.put("LC_ALL", "C"); // its messages are read here
    var plain = user.launch(argv, folder, more);
    var launch = new Launch(plain.argv(), plain.env(), plain.workdir(), plain.as(), nice);
    try (var piped = processes.startPiped(launch)) {
      piped.input().close();
      var messages = new Messages(progress);
      var reader = Thread.ofVirtual().start(() -> messages.readAll(piped.errors()));
      try {
        var output = readAll(piped.output());
        int code = piped.child().await();
        piped.endWhenEmpty();
        reader.join();
        return new Result(code, output, messages.kept());
      } catch (InterruptedException e) {
        piped.child().end(Duration.ZERO);
        throw e;
      }
    }
  }

  /** The output of a question whose answer may be "no". */
  Optional<String> ask(String... arguments) throws InterruptedException {
    var result = run(arguments);
    return result.ok() ? Optional.of(result.output().strip()) : Optional.empty();
  }

  private static String readAll(Descriptor from) throws InterruptedException {
    var kept = new ByteArrayOutputStream();
    var bytes = new byte[4096];
    for (int n; (n = from.read(bytes)) >= 0; ) {
      kept.write(bytes, 0, Math.min(n, OUTPUT_BYTES_MAX - kept.size()));
    }
    return kept.toString(StandardCharsets.UTF_8);
  }

  /** What it says, in lines that end by CR (progress) or LF. */
  private static final class Messages {
    private final Consumer<String> progress;
    private final StringBuilder kept = new StringBuilder();
    private final StringBuilder line = new StringBuilder();

    private Messages(Consumer<String> progress) {
      this.progress = progress;
    }

    private void readAll(Descriptor from) {
      var bytes = new byte[4096];
      try {
        for (int n; (n = from.read(bytes)) >= 0; ) {
          for (int i = 0; i < n; i++) next((char) (bytes[i] & 0xff));
        }
        if (!line.isEmpty()) next('\n');
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void next(char c) {
      if (c == '\r' || c == '\n') {
        var said = line.toString();
        line.setLength(0);
        progress.accept(said);
        if (c == '\n') keep(said);
      } else if (line.length() < 1000) {
        line.append(c < ' ' ? ' ' : c);
      }
    }

    private synchronized void keep(String said) {
      kept.append(said).append('\n');
      if (kept.length() > MESSAGES_CHARS_MAX) kept.delete(0, kept.length() - MESSAGES_CHARS_MAX);
    }

    private synchronized String kept() {
      return kept.toString();
    }
  }
}
