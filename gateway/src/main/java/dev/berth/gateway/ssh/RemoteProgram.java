package dev.berth.gateway.ssh;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.gateway.inside.Inside;
import dev.berth.protocol.inside.SessionFrame;
import dev.berth.protocol.inside.SessionStart;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program inside, as the session's channel drives it. */
final class RemoteProgram implements Command {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteProgram.class);

  /** What ssh itself says of a connection that failed. */
  private static final int LOST = 255;

  /** A frame of input; the intake may have up to a whole window. */
  private static final int INPUT_BYTES = 64 << 10;

  private final Visit visit;
  private final Intake intake;
  private final SessionStart start;
  private final boolean wantsAgent;
  private volatile @Nullable Inside inside;
  private volatile boolean destroyed;

  // Set by the channel before the start.
  private OutputStream out = OutputStream.nullOutputStream();
  private OutputStream errors = OutputStream.nullOutputStream();
  private ExitCallback exit = (_, _, _) -> {};

  RemoteProgram(Visit visit, Intake intake, SessionStart start, boolean wantsAgent) {
    this.visit = visit;
    this.intake = intake;
    this.start = start;
    this.wantsAgent = wantsAgent;
  }

  /** The last word of a program. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Exit(String kind, int code) {}

  @Override
  public void setInputStream(InputStream in) {
    throw new IllegalStateException("what comes goes to the intake");
  }

  @Override
  public void setOutputStream(OutputStream out) {
    this.out = out;
  }

  @Override
  public void setErrorStream(OutputStream errors) {
    this.errors = errors;
  }

  @Override
  public void setExitCallback(ExitCallback callback) {
    exit = callback;
  }

  @Override
  public void start(ChannelSession channel, Environment environment) {
    Thread.ofVirtual().name("ssh-session").start(this::run);
  }

  private void run() {
    int code = LOST;
    try (var opened = visit.open("session")) {
      inside = opened;
      if (destroyed) return;
      frame(opened, SessionFrame.WORD, Json.bytes(complete()));
      var feeding = Thread.ofVirtual().name("ssh-in").start(() -> feed(opened));
      try {
        code = listen(opened);
      } finally {
        feeding.interrupt();
      }
    } catch (Problem problem) {
      say(problem.words());
      code = 1;
    } catch (IOException e) {
      LOG.debug("A session of {} broke", visit.workspace(), e);
      say("The connection to the workspace broke. It may have been stopped: see `berth list`.");
    } finally {
      intake.end();
      exit.onExit(code);
    }
  }

  /** With what sshd tells of the connection, and the way to the client's agent. */
  private SessionStart complete() throws IOException {
    var env = new HashMap<>(start.env());
    var io = visit.session().getIoSession();
    if (io.getRemoteAddress() instanceof InetSocketAddress from
        && io.getLocalAddress() instanceof InetSocketAddress to) {
      var client = from.getAddress().getHostAddress() + " " + from.getPort();
      env.put("SSH_CLIENT", client + " " + to.getPort());
      env.put(
          "SSH_CONNECTION", client + " " + to.getAddress().getHostAddress() + " " + to.getPort());
    }
    if (wantsAgent) {
      try {
        env.put("SSH_AUTH_SOCK", visit.agentPath());
      } catch (Problem problem) {
        say("Your agent is not forwarded. " + problem.words());
      }
    }
    return new SessionStart(start.what(), env, start.tty());
  }

  /** Until its end; its exit code. */
  private int listen(Inside opened) throws IOException {
    var in = new DataInputStream(opened.in());
    var bytes = new byte[SessionFrame.BYTES_MAX];
    while (true) {
      byte kind = in.readByte();
      int length = in.readInt();
      if (length < 0 || length > bytes.length) throw new IOException("a frame is too long");
      in.readFully(bytes, 0, length);
      switch (kind) {
        case SessionFrame.DATA -> {
          out.write(bytes, 0, length);
          if (in.available() == 0) out.flush(); // what comes in the same moment shares a packet
        }
        case SessionFrame.ERRORS -> {
          errors.write(bytes, 0, length);
          errors.flush();
        }
        case SessionFrame.WORD -> {
          return Json.read(java.util.Arrays.copyOf(bytes, length), Exit.class).code();
        }
        default -> throw new EOFException("a frame of no kind");
      }
    }
  }

  private void feed(Inside opened) {
    try {
      for (var taken = intake.take(); taken.isPresent(); taken = intake.take()) {
        if (taken.get().word().isPresent()) {
          frame(
              opened, SessionFrame.WORD, taken.get().word().get().getBytes(StandardCharsets.UTF_8));
        }
        feed(opened, taken.get().chunk());
        visit.used();
      }
      frame(opened, SessionFrame.DATA, new byte[0]);
    } catch (IOException | InterruptedException _) {
      // The program ended, or the workspace is gone: whoever listens hears of it.
    }
  }

  private void feed(Inside opened, Intake.Chunk chunk) throws IOException {
    for (int at = 0; at < chunk.length(); at += INPUT_BYTES) {
      int some = Math.min(INPUT_BYTES, chunk.length() - at);
      var frame = new byte[SessionFrame.HEAD_BYTES + some];
      ByteBuffer.wrap(frame).put(SessionFrame.DATA).putInt(some).put(chunk.bytes(), at, some);
      opened.out().write(frame);
      intake.carried(some);
    }
  }

  private static void frame(Inside to, byte kind, byte[] bytes) throws IOException {
    var frame = new byte[SessionFrame.HEAD_BYTES + bytes.length];
    ByteBuffer.wrap(frame).put(kind).putInt(bytes.length).put(bytes);
    to.out().write(frame);
  }

  private void say(String words) {
    try {
      errors.write(("berth: " + words + "\r\n").getBytes(StandardCharsets.UTF_8));
      errors.flush();
    } catch (IOException e) {
      LOG.debug("The client is gone before it could be told", e);
    }
  }

  @Override
  public void destroy(ChannelSession channel) {
    destroyed = true;
    intake.end();
    var opened = inside;
    if (opened != null) opened.close();
  }
}
