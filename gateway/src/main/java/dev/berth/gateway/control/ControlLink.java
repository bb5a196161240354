package dev.berth.gateway.control;

import dev.berth.gateway.net.Transport;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Control's internal API, as one gateway calls it. Nothing blocks; answers come on a loop. */
public final class ControlLink {
  /** An answer of control, whole. */
  public record Answer(int status, String body) {}

  /** Answers here are a small record; more than this is no answer of control's. */
  private static final int LONGEST_ANSWER = 64 << 10;

  private static final int ANSWER_SECONDS = 10;

  private final Transport transport;
  private final Leader leader;
  private final String authorization;

  public ControlLink(Transport transport, Leader leader, String authorization) {
    this.transport = transport;
    this.leader = leader;
    this.authorization = authorization;
  }

  /** Posts {@code json}; the answer fails with an IOException where control is away. */
  public CompletableFuture<Answer> post(String path, String json) {
    var answer = new CompletableFuture<Answer>();
    var body = Unpooled.copiedBuffer(json, StandardCharsets.UTF_8);
    var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path, body);
    request
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CONNECTION, "close");
    send(
        request,
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            channel
                .pipeline()
                .addLast(new HttpClientCodec())
                .addLast(new HttpObjectAggregator(LONGEST_ANSWER))
                .addLast(new ReadTimeoutHandler(ANSWER_SECONDS))
                .addLast(new OneAnswer(answer));
          }
        },
        answer);
    return answer.whenComplete((told, failure) -> {
      if (failure != null || told.status() == 503) leader.doubt();
    });
  }

  /** Whether {@code one} is the control that leads, as far as is known. */
  boolean isTo(SocketAddress one) {
    return leader.address().filter(one::equals).isPresent();
  }

  /**
   * Connects and sends {@code request} with our key; {@code failed} learns when it cannot. Says
   * where to, if to any.
   */
  Optional<InetSocketAddress> send(
      FullHttpRequest request, ChannelInitializer<Channel> pipeline, CompletableFuture<?> failed) {
    var known = leader.address();
    if (known.isEmpty()) {
      request.release();
      failed.completeExceptionally(new IOException("no control leads, as far as is known"));
      return known;
    }
    var control = known.get();
    request
        .headers()
        .set(HttpHeaderNames.HOST, control.getHostString() + ":" + control.getPort())
        .set(HttpHeaderNames.AUTHORIZATION, authorization);
    transport
        .client(transport.next())
        .handler(pipeline)
        .connect(control)
        .addListener(
            (ChannelFutureListener)
                connected -> {
                  if (connected.isSuccess()) {
                    connected.channel().writeAndFlush(request);
                  } else {
                    request.release();
                    failed.completeExceptionally(new IOException(connected.cause()));
                  }
                });
    return known;
  }

  private static final class OneAnswer extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final CompletableFuture<Answer> answer;

    OneAnswer(CompletableFuture<Answer> answer) {
      this.answer = answer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
      var body = response.content().toString(StandardCharsets.UTF_8);
      answer.complete(new Answer(response.status().code(), body));
      ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      answer.completeExceptionally(new IOException("control hung up without an answer"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      answer.completeExceptionally(new IOException(cause));
      ctx.close();
    }
  }
}
