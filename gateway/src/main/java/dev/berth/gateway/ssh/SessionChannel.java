package dev.berth.gateway.ssh;

import dev.berth.base.json.Json;
import dev.berth.protocol.inside.SessionStart;
import dev.berth.protocol.inside.SessionStart.What;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.common.channel.RequestHandler.Result;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.channel.ChannelDataReceiver;
import org.apache.sshd.server.channel.ChannelSession;

/** A client's session: a shell, a command, or file transfer, with or without a terminal. */
final class SessionChannel extends ChannelSession {
  /** What a client may set; OpenSSH's sends a handful. */
  private static final int NAMES_MAX = 128;

  private static final int VALUE_MAX = 32 << 10;

  private final Intake intake = new Intake(getLocalWindow());
  private final Map<String, String> asked = new LinkedHashMap<>();
  private Optional<SessionStart.Tty> tty = Optional.empty();
  private boolean wantsAgent;

  private record Resize(String kind, int cols, int rows) {}

  private record Signalled(String kind, String name) {}

  /** Hands what comes to the intake; the window opens again as it is carried on. */
  private record Receiver(Intake intake) implements ChannelDataReceiver {
    @Override
    public int data(ChannelSession channel, byte[] bytes, int from, int length) {
      intake.put(bytes, from, length);
      return 0;
    }

    @Override
    public void close() {
      intake.end();
    }
  }

  @Override
  protected Result handleEnvParsed(String name, String value) {
    boolean good =
        name.matches("[A-Za-z_][A-Za-z0-9_]{0,127}")
            && value.length() <= VALUE_MAX
            && value.indexOf(0) < 0
            && asked.size() < NAMES_MAX;
    if (!good) return Result.ReplyFailure;
    asked.put(name, value);
    return Result.ReplySuccess;
  }

  @Override
  protected Result handlePtyReqParsed(
      String term, int cols, int rows, int width, int height, Map<PtyMode, Integer> modes) {
    var name = term.matches("[A-Za-z0-9._+-]{1,64}") ? term : "dumb";
    tty = Optional.of(new SessionStart.Tty(name, cols, rows));
    return Result.ReplySuccess;
  }

  @Override
  protected Result handleWindowChangeParsed(int cols, int rows, int width, int height) {
    intake.say(Json.write(new Resize("resize", cols, rows)));
    return Result.ReplySuccess;
  }

  @Override
  protected Result handleSignalParsed(String name) {
    if (!name.matches("[A-Z0-9]{1,10}")) return Result.ReplyFailure;
    intake.say(Json.write(new Signalled("signal", name)));
    return Result.ReplySuccess;
  }

  @Override
  protected Result handleBreakParsed(long length) {
    return handleSignalParsed("INT");
  }

  @Override
  protected Result handleAgentForwardingParsed(String request) {
    wantsAgent = true;
    return Result.ReplySuccess;
  }

  @Override
  protected Result handleShellParsed(String request) throws IOException {
    return begin(request, new What.Shell());
  }

  @Override
  protected Result handleExecParsed(String request, String command) throws IOException {
    return begin(request, new What.Exec(command));
  }

  @Override
  protected Result handleSubsystemParsed(String request, String subsystem) throws IOException {
    return subsystem.equals("sftp") ? begin(request, new What.Sftp()) : Result.ReplyFailure;
  }

  private Result begin(String request, What what) throws IOException {
    setDataReceiver(new Receiver(intake));
    var start = new SessionStart(what, asked, tty);
    commandInstance = new RemoteProgram(Visit.required(getSession()), intake, start, wantsAgent);
    return prepareChannelCommand(request, commandInstance);
  }

  @Override
  protected Result handleX11ForwardingParsed(
      String request,
      org.apache.sshd.server.session.ServerSession session,
      boolean single,
      String protocol,
      String cookie,
      int screen) {
    return Result.ReplyFailure;
  }

  /** Makes them. */
  static final class Factory implements org.apache.sshd.common.channel.ChannelFactory {
    @Override
    public String getName() {
      return "session";
    }

    @Override
    public org.apache.sshd.common.channel.Channel createChannel(Session session) {
      return new SessionChannel();
    }
  }
}
