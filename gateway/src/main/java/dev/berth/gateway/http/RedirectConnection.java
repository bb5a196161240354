package dev.berth.gateway.http;

import dev.berth.gateway.route.Addresses;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A connection without TLS, where TLS is spoken elsewhere: its one request is answered with where
 * that is. It passes nothing on, and reads and sets no cookie. Its event loop only.
 */
final class RedirectConnection extends ChannelInboundHandlerAdapter {
  /** From its first byte to its end, however slow it is. */
  private static final long LIFE_SECONDS = 30;

  /** From the answer to hanging up, for what the visitor still sends to be read. */
  private static final long LINGER_SECONDS = 5;

  /** What a request's target may be made of (RFC 9112, 3.2.1), and browsers and tools send. */
  private static final Pattern PATH = Pattern.compile("/[!-~]*");

  private final Channel channel;
  private final Addresses addresses;
  private boolean answered;

  RedirectConnection(Channel channel, Addresses addresses) {
    this.channel = channel;
    this.addresses = addresses;
  }

  void install() {
    channel.pipeline().addLast(new HttpResponseEncoder(), new HttpRequestDecoder(), this);
    closeIn(LIFE_SECONDS);
  }

  private void closeIn(long seconds) {
    var end = channel.eventLoop().schedule(() -> channel.close(), seconds, TimeUnit.SECONDS);
    channel.closeFuture().addListener(_ -> end.cancel(false)); // nothing is left of one that went
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request && !answered) answer(request);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void answer(HttpRequest request) {
    answered = true;
    var answer = answer(request, Framing.fault(request));
    var response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), answer.body().buffer());
    answer.headers().forEach((name, value) -> response.headers().set(name, value));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (request.method().equals(HttpMethod.HEAD)) response.content().clear();
    channel.writeAndFlush(response);
    linger();
  }

  private Answer answer(HttpRequest request, Optional<Answer> fault) {
    if (fault.isPresent()) return fault.get();
    if (!PATH.matcher(request.uri()).matches()) {
      return Answer.of(
          HttpResponseStatus.BAD_REQUEST,
          false,
          "invalid",
          "The request's target is no path.",
          "Ask at " + addresses.dashboard() + "/.");
    }
    return addresses
        .ours(request.headers().get(HttpHeaderNames.HOST, ""))
        .map(origin ->
            Answer.empty(HttpResponseStatus.PERMANENT_REDIRECT)
                .with("location", origin + request.uri())
                .with("cache-control", "no-store")) // it is so as long as the gateway has it so
        .orElseGet(() ->
            Answer.of(
                HttpResponseStatus.NOT_FOUND,
                false,
                "missing",
                "No site of this name is served here.",
                "Berth is at " + addresses.dashboard() + "/."));
  }

  /** Hanging up with unread bytes would make the visitor's system throw the answer away. */
  private void linger() {
    if (channel instanceof DuplexChannel both) {
      channel
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener((ChannelFutureListener) _ -> both.shutdownOutput());
      closeIn(LINGER_SECONDS);
    } else {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** The other side has said all, or hung up. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    channel.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channel.close();
  }
}
