package dev.berth.supervisor.gp;

import dev.berth.supervisor.gp.Conversation.Message;
import dev.berth.supervisor.json.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A terminal of the supervisor's, shown in the caller's own. */
final class Attachment {
  private static final long STTY_SECONDS = 2;

  /** A person who drags a window's corner waits no longer. */
  private static final Duration SIZE_LOOKS = Duration.ofSeconds(1);

  private final Conversation conversation;
  private final Caller caller;
  private volatile String sizeSaid = "";

  private Attachment(Conversation conversation, Caller caller) {
    this.conversation = conversation;
    this.caller = caller;
  }

  /** Until the terminal or the caller ends; the exit code of the terminal's process. */
  static int run(Door door, String id, Caller caller, boolean interactive, boolean resize)
      throws IOException, InterruptedException {
    try (var conversation = door.converse("terminals/%s/connect?from=0".formatted(id))) {
      var attachment = new Attachment(conversation, caller);
      Optional<String> settings = interactive ? stty("-g") : Optional.empty();
      if (settings.isPresent()) stty("raw", "-echo");
      try {
        if (resize) {
          attachment.resize();
          Thread.ofPlatform().daemon().start(attachment::followSize);
        }
        if (interactive) Thread.ofPlatform().daemon().start(attachment::type);
        return attachment.show();
      } finally {
        if (settings.isPresent()) stty(settings.get());
      }
    }
  }

  private int show() throws IOException {
    while (true) {
      switch (conversation.receive()) {
        case Message.Bytes(var bytes) -> {
          caller.out().write(bytes, 0, bytes.length);
          caller.out().flush();
        }
        case Message.Words(var text) -> {
          var word = JsonText.read(text);
          if (word.text("kind").equals("exit")) return word.whole("code");
        }
        case Message.End _ -> {
          return 0;
        }
      }
    }
  }

  private void type() {
    var bytes = new byte[4096];
    try {
      for (int n; (n = caller.in().read(bytes)) >= 0; ) conversation.send(bytes, n);
    } catch (IOException e) {
      // The terminal is gone, and show() ends.
    }
  }

  /** A JVM without internals hears of no SIGWINCH, so this looks. */
  private void followSize() {
    try {
      while (true) {
        Thread.sleep(SIZE_LOOKS);
        resize();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void resize() {
    try {
      var now = stty("size").orElse("").strip();
      if (now.equals(sizeSaid)) return;
      sizeSaid = now;
      var size = now.split(" ");
      if (size.length != 2) return;
      conversation.send(
          JsonText.write(
              Map.of(
                  "kind", "resize",
                  "cols", Integer.parseInt(size[1]),
                  "rows", Integer.parseInt(size[0]))));
    } catch (IOException | NumberFormatException e) {
      // Without a terminal there is no size.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What stty, which every image with a shell has, says of the caller's terminal. */
  private static Optional<String> stty(String... arguments) throws InterruptedException {
    var argv = new String[arguments.length + 1];
    argv[0] = "stty";
    System.arraycopy(arguments, 0, argv, 1, arguments.length);
    try {
      var process =
          new ProcessBuilder(argv)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(STTY_SECONDS, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
