package dev.berth.gateway.ssh;

import dev.berth.base.Problem;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client asks of the connection as a whole: to listen inside, and whether anybody is there.
 * The answers must come in the order of the questions, and some wait for the workspace, so all are
 * given by one thread of the visit.
 */
final class GlobalRequests implements RequestHandler<ConnectionService> {
  private static final Logger LOG = LoggerFactory.getLogger(GlobalRequests.class);

  /** Does it; a number for the answer where there is one. */
  private interface Work {
    OptionalLong run() throws IOException;
  }

  @Override
  public Result process(ConnectionService service, String request, boolean reply, Buffer buffer) {
    var session = service.getSession();
    var visit = Visit.required(session);
    var work = work(visit, request, buffer);
    try {
      visit.inOrder(() -> answer(session, request, reply, work));
    } catch (RejectedExecutionException e) {
      session.close(true); // it asks faster than anybody answers
    }
    return Result.Replied;
  }

  /** Reads what is asked now: the buffer is the next packet's in a moment. */
  private static Work work(Visit visit, String request, Buffer buffer) {
    return switch (request) {
      case "tcpip-forward" -> {
        var host = buffer.getString();
        int port = port(buffer);
        yield () -> listen(visit, host, port);
      }
      case "cancel-tcpip-forward" -> {
        var name = buffer.getString() + " " + port(buffer);
        yield () -> cancel(visit, name);
      }
      case "streamlocal-forward@openssh.com" -> {
        var path = buffer.getString();
        yield () -> {
          visit.keep(path, RemoteListener.forPath(visit, path));
          return OptionalLong.empty();
        };
      }
      case "cancel-streamlocal-forward@openssh.com" -> {
        var path = buffer.getString();
        yield () -> cancel(visit, path);
      }
      // A wish of OpenSSH's client that concerns itself only: it opens no more sessions.
      case "no-more-sessions@openssh.com" -> OptionalLong::empty;
      default ->
          // So is keepalive@openssh.com answered: any answer shows that somebody is there.
          () -> {
            throw new IOException("not known");
          };
    };
  }

  private static int port(Buffer buffer) {
    long port = buffer.getUInt();
    if (port > 65535) throw new IllegalArgumentException("no TCP port");
    return (int) port;
  }

  private static OptionalLong listen(Visit visit, String host, int port) throws IOException {
    var listener = RemoteListener.forPort(visit, host, port);
    int got;
    try {
      got = Integer.parseInt(listener.bound());
    } catch (NumberFormatException e) {
      listener.close();
      throw new IOException("the workspace said what cannot be read", e);
    }
    visit.keep(host + " " + got, listener);
    return port == 0 ? OptionalLong.of(got) : OptionalLong.empty();
  }

  private static OptionalLong cancel(Visit visit, String name) throws IOException {
    visit.take(name).orElseThrow(() -> new IOException("nothing listens there")).close();
    return OptionalLong.empty();
  }

  private static void answer(Session session, String request, boolean reply, Work work) {
    try {
      Buffer answer;
      try {
        var number = work.run();
        answer = session.createBuffer(SshConstants.SSH_MSG_REQUEST_SUCCESS);
        if (number.isPresent()) answer.putUInt(number.getAsLong());
      } catch (IOException | Problem e) {
        LOG.debug("{} is refused: {}", request, e.getMessage());
        answer = session.createBuffer(SshConstants.SSH_MSG_REQUEST_FAILURE);
      }
      if (reply) session.writePacket(answer);
    } catch (IOException e) {
      LOG.debug("The client is gone before it could be answered", e);
    }
  }
}
