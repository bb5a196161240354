package dev.berth.cli.workspace;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.process.Command;
import dev.berth.cli.api.Api;
import dev.berth.cli.api.WorkspaceDoor;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.api.OwnerToken;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a command inside a workspace, as its user and in its folder. */
@picocli.CommandLine.Command(
    name = "exec",
    description = {
      "Runs a command in a running workspace: stdin, stdout, stderr and the exit code pass through.",
      "Example: berth exec octo-hello-abcdefghijk -- npm test"
    },
    mixinStandardHelpOptions = true)
public final class Exec implements Callable<Integer> {
  private static final byte STDIN = 0;
  private static final byte STDOUT = 1;
  private static final byte STDERR = 2;

  /** A message's channel byte and this much of the input; far below what a supervisor takes. */
  private static final int PIECE_BYTES = 32 << 10;

  @Parameters(index = "0", paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "CMD",
      parameterConsumer = AsItStands.class,
      description = "What to run; options behind its first word are its own.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private List<String> argv;

  @Option(
      names = {"-t", "--tty"},
      description = "With a terminal, for programs that want one.")
  private boolean tty;

  /** Takes all words from the first on, as ssh does: none of them is an option of ours. */
  static final class AsItStands implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> words, ArgSpec argv, CommandSpec command) {
      argv.setValue(List.copyOf(words.reversed()));
      words.clear();
    }
  }

  private record Size(int cols, int rows) {}

  private record Run(List<String> argv, Map<String, String> env, Optional<Size> tty) {}

  private record Ended(String kind, int code) {}

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var token = api.token(Words.id(id));
      var terminal = tty ? Optional.of(Terminal.raw()) : Optional.<Terminal>empty();
      try {
        var size = terminal.map(Terminal::size);
        return run(api.server(), token, new Run(argv, Map.of(), size));
      } finally {
        terminal.ifPresent(Terminal::restore);
      }
    }
  }

  public static int run(Home.Server server, OwnerToken token, List<String> argv)
      throws InterruptedException {
    return run(server, token, new Run(argv, Map.of(), Optional.empty()));
  }

  private static int run(Home.Server server, OwnerToken token, Run run)
      throws InterruptedException {
    try (var door = WorkspaceDoor.of(server, token)) {
      var output = new Output();
      var socket = door.socket("exec", output).get();
      socket.sendText(Json.write(run), true).get();
      Thread.ofPlatform().daemon().name("stdin").start(() -> pump(socket));
      return output.exitCode.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Problem problem) throw problem;
      throw new Problem.Unavailable(
          "The workspace's door did not open: %s.".formatted(WorkspaceDoor.words(e)),
          WorkspaceDoor.remedy(e),
          e);
    }
  }

  /** Sends this process's input, a piece at a time, and its end. */
  private static void pump(WebSocket socket) {
    var piece = new byte[PIECE_BYTES];
    piece[0] = STDIN;
    try {
      for (int n = System.in.read(piece, 1, PIECE_BYTES - 1);
          n > 0;
          n = System.in.read(piece, 1, PIECE_BYTES - 1)) {
        socket.sendBinary(ByteBuffer.wrap(piece, 0, n + 1), true).join();
      }
      socket.sendBinary(ByteBuffer.wrap(new byte[] {STDIN}), true).join();
    } catch (IOException | CompletionException e) {
      return; // the command ended before its input did
    }
  }

  /** Writes what comes, and keeps the exit code. */
  private static final class Output implements WebSocket.Listener {
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final OutputStream err = new FileOutputStream(FileDescriptor.err);
    private final StringBuilder text = new StringBuilder();
    private byte channel;
    private boolean inside;

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      if (!inside && data.hasRemaining()) channel = data.get();
      inside = !last;
      var bytes = new byte[data.remaining()];
      data.get(bytes);
      try {
        if (channel == STDOUT) out.write(bytes);
        if (channel == STDERR) err.write(bytes);
      } catch (IOException e) {
        exitCode.completeExceptionally(
            new UncheckedIOException(e)); // nobody reads: as with SIGPIPE
      }
      socket.request(1);
      return CompletableFuture.completedStage("");
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        var ended = Json.read(text.toString(), Ended.class);
        text.setLength(0);
        if (ended.kind().equals("exit")) exitCode.complete(ended.code());
      }
      socket.request(1);
      return CompletableFuture.completedStage("");
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      exitCode.completeExceptionally(
          new Problem.Unavailable(
              "The command was cut off: "
                  + (reason.isEmpty() ? "the workspace ended" : reason)
                  + ".",
              "Start the workspace again and repeat it."));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      exitCode.completeExceptionally(
          new Problem.Unavailable(
              "The connection to the workspace broke: %s.".formatted(error.getMessage()),
              "Try again.",
              error));
    }
  }

  /**
   * This process's terminal, without echo and line editing while the command runs.
   *
   * @param before what `stty -g` said, to be put back
   */
  private record Terminal(String before, Size size) {
    static Terminal raw() {
      var before = stty("-g");
      var parts = stty("size").split(" ", 2);
      stty("raw -echo");
      return new Terminal(
          before, new Size(Integer.parseInt(parts[1].strip()), Integer.parseInt(parts[0].strip())));
    }

    void restore() {
      stty(before);
    }

    private static String stty(String words) {
      try {
        var outcome = Command.of("sh", "-c", "stty " + words + " </dev/tty").run();
        if (outcome.ok()) return outcome.text();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new Problem.Invalid(
          "There is no terminal here to hand to the command.", "Leave out -t.");
    }
  }
}
