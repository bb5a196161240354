package dev.berth.gateway.ssh;

import dev.berth.base.Problem;
import dev.berth.gateway.inside.Inside;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.jspecify.annotations.Nullable;

/** A client's way to a socket inside: local and dynamic forwarding. The supervisor dials it. */
final class ForwardChannel extends AbstractServerChannel {
  private final Kind kind;
  private final Intake intake = new Intake(getLocalWindow());
  private volatile @Nullable Inside inside;

  /** The two kinds of sockets. */
  enum Kind implements ChannelFactory {
    /** RFC 4254 7.2. */
    TCP("direct-tcpip") {
      @Override
      String call(Buffer opening) {
        var host = opening.getString();
        return "connect?host=%s&port=%d".formatted(encoded(host), opening.getUInt());
      }
    },
    /** OpenSSH's PROTOCOL 2.4. */
    PATH("direct-streamlocal@openssh.com") {
      @Override
      String call(Buffer opening) {
        return "connect?path=" + encoded(opening.getString());
      }
    };

    private final String type;

    Kind(String type) {
      this.type = type;
    }

    abstract String call(Buffer opening);

    @Override
    public String getName() {
      return type;
    }

    @Override
    public Channel createChannel(Session session) {
      return new ForwardChannel(this);
    }

    static List<Kind> all() {
      return List.of(values());
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
  }

  private ForwardChannel(Kind kind) {
    super(null);
    this.kind = kind;
  }

  @Override
  protected OpenFuture doInit(Buffer opening) {
    var future = new DefaultOpenFuture(this, this);
    var call = kind.call(opening);
    Thread.ofVirtual().name("ssh-forward").start(() -> connect(call, future));
    return future;
  }

  private void connect(String call, OpenFuture future) {
    var visit = Visit.required(getSession());
    try {
      var connected = visit.open(call);
      inside = connected;
      signalChannelOpenSuccess(); // sends the confirmation, before which nothing may be sent
      future.setOpened();
      if (isClosing()) connected.close();
      var out =
          new ChannelOutputStream(
              this, getRemoteWindow(), log, SshConstants.SSH_MSG_CHANNEL_DATA, true);
      new Carrier(visit, this, intake, connected).start(out, out::close);
    } catch (IOException | Problem e) {
      signalChannelOpenFailure(e);
      future.setException(
          new SshChannelOpenException(
              getChannelId(),
              SshConstants.SSH_OPEN_CONNECT_FAILED,
              String.valueOf(e.getMessage())));
      close(true);
    }
  }

  @Override
  protected void doWriteData(byte[] data, int from, long length) {
    intake.put(data, from, (int) length);
  }

  @Override
  protected void doWriteExtendedData(byte[] data, int from, long length) throws IOException {
    throw new IOException("a forwarded socket has no standard errors");
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    intake.end();
  }

  @Override
  protected Closeable getInnerCloseable() {
    return builder().close(super.getInnerCloseable()).run(toString(), this::release).build();
  }

  private void release() {
    intake.end();
    var connected = inside;
    if (connected != null) connected.close();
  }
}
