package dev.berth.base.http;

import static io.netty.channel.ChannelFutureListener.CLOSE;

import dev.berth.base.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: takes its requests one after the other and lets each be answered on a virtual
 * thread. All fields belong to the connection's event loop.
 */
final class Exchange extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** Pipelined requests that may wait for the one before; browsers send none. */
  private static final int WAITING_MAX = 16;

  /** The largest WebSocket message: a paste into a terminal is split far below. */
  private static final int MESSAGE_BYTES_MAX = 1 << 20;

  private final Handler handler;
  private final HttpServer.Stay stay;
  private final Unanswered unanswered;
  private final Queue<FullHttpRequest> waiting = new ArrayDeque<>();
  private @Nullable Thread answering;
  private boolean streaming;
  private boolean inputEnded;
  private boolean refused;
  private long idleSinceNanos = System.nanoTime();

  Exchange(Handler handler, HttpServer.Stay stay, Unanswered unanswered) {
    this.handler = handler;
    this.stay = stay;
    this.unanswered = unanswered;
  }

  /** Whether nothing is being answered. */
  boolean isIdle() {
    return answering == null;
  }

  /** Since when, where it is. */
  long idleSinceNanos() {
    return idleSinceNanos;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (!(stay instanceof HttpServer.Stay.Once(int seconds))) return;
    var executor = context.executor();
    var unasked = executor.schedule(() -> endIdle(context), seconds, TimeUnit.SECONDS);
    var untaken = executor.schedule(() -> context.close(), 2L * seconds, TimeUnit.SECONDS);
    context
        .channel()
        .closeFuture()
        .addListener(_ -> {
          unasked.cancel(false);
          untaken.cancel(false);
        });
  }

  private void endIdle(ChannelHandlerContext context) {
    if (isIdle()) context.close();
  }

  /** Whether another request may come after {@code message}. */
  private boolean isKept(FullHttpRequest message) {
    return stay instanceof HttpServer.Stay.UntilIdle && HttpUtil.isKeepAlive(message);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
    if (refused) return;
    if (answering != null) {
      if (waiting.size() >= WAITING_MAX) {
        context.close();
        return;
      }
      waiting.add(message.retain());
      return;
    }
    begin(context, message.retain());
  }

  private void begin(ChannelHandlerContext context, FullHttpRequest message) {
    if (message.decoderResult().isFailure()) {
      message.release();
      refuse(
          context,
          message.decoderResult().cause() instanceof WholeRequests.Refused refused
              ? refused.answer()
              : Response.empty(400));
      return;
    }
    answering = Thread.ofVirtual().unstarted(() -> answer(context, message));
    answering.start();
  }

  /** Runs on the request's virtual thread. */
  private void answer(ChannelHandlerContext context, FullHttpRequest message) {
    try {
      switch (response(context, message)) {
        case Response.Whole whole -> write(context, message, whole);
        case Response.Streamed streamed -> write(context, message, streamed);
        case Response.Events(var source) -> stream(context, source);
        case Response.Socket(var talk) -> talk(context, message, talk);
        case Response.Upgraded(var protocol, var talk) -> upgrade(context, message, protocol, talk);
      }
    } catch (IOException | InterruptedException e) {
      context.close(); // the client is gone, or the server is closing
    } catch (Problem problem) {
      LOG.warn(
          "the answer to {} {} broke off: {}", message.method(), message.uri(), problem.words());
      context.close();
    } catch (RuntimeException e) {
      LOG.error("the answer to {} {} broke off", message.method(), message.uri(), e);
      context.close();
    } finally {
      message.release();
      if (context.channel().isActive()) context.executor().execute(() -> next(context));
    }
  }

  private Response response(ChannelHandlerContext context, FullHttpRequest message) {
    try {
      return handler.handle(request(context, message, message.content()));
    } catch (Problem problem) {
      if (problem instanceof Problem.Unavailable) {
        unanswered.met(message.method() + " " + message.uri(), problem);
      }
      return ProblemAnswer.to(problem);
    } catch (InterruptedException e) {
      return Response.empty(503);
    } catch (Exception e) {
      LOG.error("{} {} failed", message.method(), message.uri(), e);
      return Response.json(
          500,
          new ProblemAnswer(
              new ProblemAnswer.Told(
                  "bug",
                  "Something broke inside Berth; its log has the details.",
                  "Try again; if it happens again, report it with the log.")));
    }
  }

  /** As handlers see it: {@code message} with {@code content}. */
  static Request request(ChannelHandlerContext context, HttpRequest message, ByteBuf content) {
    var uri = new QueryStringDecoder(message.uri(), StandardCharsets.UTF_8, true, 64, true);
    var body = new byte[content.readableBytes()];
    content.getBytes(content.readerIndex(), body);
    Map<String, java.util.List<String>> query;
    try {
      query = uri.parameters();
    } catch (IllegalArgumentException e) {
      throw new Problem.Invalid(
          "The query has a broken percent escape.", "Encode a % sign as %25.", e);
    }
    return new Request(
        message.method().name(),
        uri.rawPath(),
        query,
        Map.of(),
        message.headers(),
        body,
        context.channel().remoteAddress() instanceof InetSocketAddress peer
            ? peer.getAddress().getHostAddress()
            : "");
  }

  private void write(ChannelHandlerContext context, FullHttpRequest message, Response.Whole whole)
      throws IOException, InterruptedException {
    boolean head = message.method().name().equals("HEAD");
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(whole.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(whole.body()));
    for (var header : whole.headers()) response.headers().add(header.name(), header.value());
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, whole.body().length);
    boolean keep = isKept(message);
    HttpUtil.setKeepAlive(response, keep);
    Written.await(context.writeAndFlush(response));
    if (!keep) context.close();
  }

  private void write(
      ChannelHandlerContext context, FullHttpRequest message, Response.Streamed streamed)
      throws IOException, InterruptedException {
    var status = HttpResponseStatus.valueOf(streamed.status());
    var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
    for (var header : streamed.headers()) response.headers().add(header.name(), header.value());
    if (streamed.length().isPresent()) {
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, streamed.length().getAsLong());
    } else {
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    boolean keep = isKept(message);
    HttpUtil.setKeepAlive(response, keep);
    Written.await(context.writeAndFlush(response));
    if (!message.method().name().equals("HEAD")) {
      var written = new AtomicLong();
      streamed
          .source()
          .writeTo((bytes, offset, length) -> {
            written.addAndGet(length);
            var copy = Unpooled.copiedBuffer(bytes, offset, length);
            Written.await(context.writeAndFlush(new DefaultHttpContent(copy)));
          });
      if (streamed.length().isPresent() && written.get() != streamed.length().getAsLong()) {
        throw new IOException("the body has another length than was said");
      }
    }
    Written.await(context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
    if (!keep) context.close();
  }

  private void stream(ChannelHandlerContext context, Response.EventSource source)
      throws IOException, InterruptedException {
    var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    context.executor().execute(() -> streaming = true);
    Written.await(context.writeAndFlush(head));
    try {
      source.run(
          new Response.EventSink() {
            @Override
            public void data(String data) throws IOException, InterruptedException {
              chunk(context, "data: " + data.replace("\n", "\ndata: ") + "\n\n");
            }

            @Override
            public void keepAlive() throws IOException, InterruptedException {
              chunk(context, ":\n\n");
            }
          });
      Written.await(context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
    } finally {
      context.close();
    }
  }

  private static void chunk(ChannelHandlerContext context, String text)
      throws IOException, InterruptedException {
    var bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    Written.await(context.writeAndFlush(new DefaultHttpContent(bytes)));
  }

  private void talk(
      ChannelHandlerContext context, FullHttpRequest message, Response.SocketHandler talk)
      throws IOException, InterruptedException {
    var handshaker =
        new WebSocketServerHandshakerFactory("", null, false, MESSAGE_BYTES_MAX)
            .newHandshaker(message);
    if (handshaker == null
        || !HttpHeaderValues.WEBSOCKET.contentEqualsIgnoreCase(upgradeOf(message))) {
      write(
          context,
          message,
          ProblemAnswer.to(
              new Problem.Invalid(
                  "This address is a WebSocket.", "Ask for it with Upgrade: websocket.")));
      return;
    }
    var frames = new Frames(context.channel(), Thread.currentThread());
    var done = context.newPromise();
    context
        .executor()
        .execute(() -> {
          var pipeline = context.pipeline();
          pipeline.remove("idle");
          HeadTime.removeFrom(pipeline);
          pipeline.addLast("frames", new WebSocketFrameAggregator(MESSAGE_BYTES_MAX));
          pipeline.addLast("socket", frames);
          handshaker.handshake(context.channel(), message, null, done);
        });
    Written.await(done);
    try {
      talk.serve(frames);
      frames.close(1000, "");
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (e instanceof RuntimeException) LOG.warn("a WebSocket's handler failed", e);
      frames.close(1011, "");
    }
  }

  private static CharSequence upgradeOf(FullHttpRequest message) {
    var upgrade = message.headers().get(HttpHeaderNames.UPGRADE);
    return upgrade == null ? "" : upgrade;
  }

  private void upgrade(
      ChannelHandlerContext context,
      FullHttpRequest message,
      String protocol,
      Response.StreamHandler talk)
      throws IOException, InterruptedException {
    if (!protocol.equalsIgnoreCase(upgradeOf(message).toString())) {
      write(context, message, Response.empty(426).with("upgrade", protocol));
      return;
    }
    var head =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    head.headers()
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.UPGRADE, protocol);
    var bytes = new RawBytes(context.channel(), Thread.currentThread());
    var done = context.newPromise();
    context
        .executor()
        .execute(() -> {
          var pipeline = context.pipeline();
          context.writeAndFlush(head, done);
          pipeline.addLast("raw", bytes);
          pipeline.remove("idle");
          HeadTime.removeFrom(pipeline);
          pipeline.remove("body");
          pipeline.remove("codec");
          pipeline.remove("exchange");
        });
    Written.await(done);
    try {
      talk.serve(bytes);
    } catch (IOException | InterruptedException e) {
      LOG.debug("an upgraded connection ended", e); // the client is gone, or all was said
    } finally {
      // After what was written: nothing of it may be lost.
      context.channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(CLOSE);
    }
  }

  private void next(ChannelHandlerContext context) {
    answering = null;
    idleSinceNanos = System.nanoTime();
    var message = waiting.poll();
    if (message != null) {
      begin(context, message);
    } else if (inputEnded) {
      context.close();
    }
  }

  /** Answers, says that nothing more comes, and lingers. */
  private void refuse(ChannelHandlerContext context, Response.Whole answer) {
    refused = true;
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(answer.body()));
    for (var header : answer.headers()) response.headers().add(header.name(), header.value());
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    HttpUtil.setKeepAlive(response, false);
    context.writeAndFlush(response).addListener(_ -> linger(context));
  }

  private static void linger(ChannelHandlerContext context) {
    if (!(context.channel() instanceof DuplexChannel channel)) {
      context.close();
      return;
    }
    channel.shutdownOutput();
    Linger.on(channel);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (answering != null) answering.interrupt();
    waiting.forEach(FullHttpRequest::release);
    waiting.clear();
    context.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    switch (event) {
      case IdleStateEvent _ -> endIdle(context);
      case ChannelInputShutdownEvent _ -> {
        inputEnded = true; // what was asked is still answered; nobody waits for a stream's rest
        if (streaming || answering == null) context.close();
      }
      default -> {}
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("a connection broke", cause);
    context.close();
  }
}
