package dev.berth.gateway.ssh;

import dev.berth.gateway.inside.Inside;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.Closeable;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.util.buffer.Buffer;

/** A channel that is opened towards the client: somebody came to a socket inside that is its. */
final class BackChannel extends AbstractClientChannel {
  private final Consumer<Buffer> words;
  private final Inside inside;
  private final Intake intake;
  private final Carrier carrier;

  BackChannel(Visit visit, String type, Consumer<Buffer> words, Inside inside) {
    super(type);
    this.words = words;
    this.inside = inside;
    this.intake = new Intake(getLocalWindow());
    this.carrier = new Carrier(visit, this, intake, inside);
  }

  @Override
  public synchronized OpenFuture open() throws IOException {
    openFuture = new DefaultOpenFuture(this, futureLock);
    var window = getLocalWindow();
    var opening = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN);
    opening.putString(getChannelType());
    opening.putUInt(getChannelId());
    opening.putUInt(window.getSize());
    opening.putUInt(window.getPacketSize());
    words.accept(opening);
    writePacket(opening);
    return openFuture;
  }

  @Override
  protected synchronized void doOpen() {
    invertedIn =
        new ChannelOutputStream(
            this, getRemoteWindow(), log, SshConstants.SSH_MSG_CHANNEL_DATA, true);
    carrier.start(invertedIn, invertedIn::close);
  }

  @Override
  protected void doWriteData(byte[] data, int from, long length) {
    intake.put(data, from, (int) length);
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
    inside.close();
  }
}
