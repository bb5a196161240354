package dev.berth.base.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;

/** An upgraded connection's bytes; either side may end its direction alone. */
final class RawBytes extends SimpleChannelInboundHandler<ByteBuf> implements ByteStream {
  private static final byte[] END = {};

  private final Channel channel;
  private final Thread serving;
  private final Inbox<byte[]> inbox;

  RawBytes(Channel channel, Thread serving) {
    this.channel = channel;
    this.serving = serving;
    this.inbox = new Inbox<>(channel);
  }

  /** Says that the client ended its direction before this handler was there to hear it. */
  void inputEnded() {
    inbox.end();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
    if (bytes.isReadable()) inbox.put(ByteBufUtil.getBytes(bytes));
  }

  @Override
  public byte[] read() throws InterruptedException {
    return inbox.take().orElse(END);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException, InterruptedException {
    var write = channel.writeAndFlush(Unpooled.copiedBuffer(bytes, offset, length));
    // What the connection has room for is on its way; a failure shows at the next write.
    if (!channel.isWritable() || write.isDone()) Written.await(write);
  }

  @Override
  public void endOutput() throws IOException, InterruptedException {
    Written.await(channel.writeAndFlush(Unpooled.EMPTY_BUFFER)); // after all that was written
    Written.await(((DuplexChannel) channel).shutdownOutput());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) inbox.end();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    inbox.end();
    serving.interrupt();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
