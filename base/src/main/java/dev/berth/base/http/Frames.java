package dev.berth.base.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A WebSocket's frames as messages. */
final class Frames extends SimpleChannelInboundHandler<WebSocketFrame> implements WebSocket {
  private final Channel channel;
  private final Thread serving;
  private final Inbox<Message> inbox;

  /** Whether one side said that it closes; the first to say it is answered by the other. */
  private final AtomicBoolean closing = new AtomicBoolean();

  Frames(Channel channel, Thread serving) {
    this.channel = channel;
    this.serving = serving;
    this.inbox = new Inbox<>(channel);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    switch (frame) {
      case TextWebSocketFrame text -> inbox.put(new Message.Text(text.text()));
      case BinaryWebSocketFrame bytes ->
          inbox.put(new Message.Binary(ByteBufUtil.getBytes(bytes.content())));
      case PingWebSocketFrame ping ->
          context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
      case CloseWebSocketFrame close -> {
        inbox.end();
        if (closing.getAndSet(true)) context.close();
        else context.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
      }
      default -> {} // a pong; continuations were put together before
    }
  }

  @Override
  public Optional<Message> receive() throws InterruptedException {
    return inbox.take();
  }

  @Override
  public void send(String text) throws IOException, InterruptedException {
    Written.await(channel.writeAndFlush(new TextWebSocketFrame(text)));
  }

  @Override
  public void send(byte[] bytes, int offset, int length) throws IOException, InterruptedException {
    var copy = Unpooled.copiedBuffer(bytes, offset, length);
    Written.await(channel.writeAndFlush(new BinaryWebSocketFrame(copy)));
  }

  @Override
  public void close(int code, String reason) {
    inbox.end();
    if (!channel.isActive() || closing.getAndSet(true)) return;
    channel
        .writeAndFlush(new CloseWebSocketFrame(code, reason))
        .addListener(_ -> Linger.on(channel));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    inbox.end();
    serving.interrupt();
    context.fireChannelInactive();
  }
}
