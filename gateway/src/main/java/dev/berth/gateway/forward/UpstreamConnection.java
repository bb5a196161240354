package dev.berth.gateway.forward;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** A connection to an upstream: idle in a pool, or in use by one exchange. */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  /** The head of an answer: cookies of a login can be large, more is an attack. */
  private static final HttpDecoderConfig ANSWERS =
      new HttpDecoderConfig()
          .setMaxInitialLineLength(16 << 10)
          .setMaxHeaderSize(128 << 10)
          .setMaxChunkSize(256 << 10)
          .setInitialBufferSize(512)
          .setValidateHeaders(false); // the user's own server; what it says harms its own page only

  final Channel channel;
  final UpstreamPool.Key key;
  final Runnable released;
  private final AnswerDecoder decoder = new AnswerDecoder();
  private final HttpRequestEncoder encoder = new HttpRequestEncoder();
  private @Nullable Exchange exchange;
  private boolean raw;
  boolean used;
  long idleSince;

  UpstreamConnection(Channel channel, UpstreamPool.Key key, Runnable released) {
    this.channel = channel;
    this.key = key;
    this.released = released;
  }

  /** Puts HTTP on the connection, whose pipeline holds what is below: a tunnel, TLS. */
  void install() {
    channel.pipeline().addLast(encoder).addLast(decoder).addLast(this);
    channel.closeFuture().addListener(_ -> released.run());
  }

  void use(Exchange next, HttpMethod method) {
    exchange = next;
    decoder.head = method.equals(HttpMethod.HEAD);
  }

  void idle(long now) {
    exchange = null;
    used = true;
    idleSince = now;
  }

  /** Bytes only from here on. What came already is handed on at once. */
  void speakRaw() {
    raw = true;
    channel.pipeline().remove(encoder);
    channel.pipeline().remove(decoder);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var now = exchange;
    if (now == null) {
      ReferenceCountUtil.release(message); // an answer that nobody asked for
      ctx.close();
    } else if (raw) {
      if (message instanceof ByteBuf bytes) now.upstreamBytes(bytes);
      else ReferenceCountUtil.release(message);
    } else if (message instanceof HttpResponse head) {
      now.answerBegins(head);
      if (message instanceof HttpContent content) now.answerGoesOn(content);
    } else if (message instanceof HttpContent content) {
      now.answerGoesOn(content);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (exchange != null) exchange.upstreamPauses();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null) exchange.upstreamWritable(channel.isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof ChannelInputShutdownEvent)) return;
    if (raw && exchange != null) exchange.upstreamInputEnded();
    else ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    var now = exchange;
    exchange = null;
    if (now != null) now.upstreamGone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  /** Knows that the answer to HEAD has no body, whatever its length says. */
  private static final class AnswerDecoder extends HttpResponseDecoder {
    boolean head;

    AnswerDecoder() {
      super(ANSWERS);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
      boolean interim = message instanceof HttpResponse r && r.status().code() / 100 == 1;
      return (head && !interim) || super.isContentAlwaysEmpty(message);
    }
  }

  /** What ends an answer without a body. */
  static final LastHttpContent END = LastHttpContent.EMPTY_LAST_CONTENT;
}
