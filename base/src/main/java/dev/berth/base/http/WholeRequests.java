package dev.berth.base.http;

import dev.berth.base.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes whole requests of heads and pieces. How much may come is decided at the head: who asks for
 * much says first who he is, and nothing more is read until that is known. A request that is
 * refused goes on with that as its decoder's failure, so that it is answered in its turn; what
 * comes behind it is thrown away. Belongs to the connection's event loop.
 */
final class WholeRequests extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(WholeRequests.class);

  /** Why a request is not read. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Response.Whole answer;

    Refused(Response.Whole answer) {
      super(null, null, false, false);
      this.answer = answer;
    }

    Response.Whole answer() {
      return answer;
    }
  }

  private sealed interface Stage {
    record Between() implements Stage {}

    /** Whether who asks is known is being looked up. */
    record Asking(HttpRequest head, Queue<Object> behind) implements Stage {}

    record Reading(HttpRequest head, Bodies.Body body, int most) implements Stage {}

    record Refusing() implements Stage {}
  }

  private final int bodyBytes;
  private final Strangers strangers;
  private final Bodies bodies;
  private Stage stage = new Stage.Between();

  WholeRequests(int bodyBytes, Strangers strangers, Bodies bodies) {
    this.bodyBytes = bodyBytes;
    this.strangers = strangers;
    this.bodies = bodies;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (stage) {
      case Stage.Asking asking -> asking.behind().add(message);
      case Stage.Refusing _ -> ReferenceCountUtil.release(message);
      case Stage.Between _, Stage.Reading _ -> read(context, message);
    }
  }

  private void read(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest head) {
      begin(context, head);
    } else if (message instanceof HttpContent piece && stage instanceof Stage.Reading reading) {
      add(context, reading, piece);
    } else {
      context.fireChannelRead(message); // after an upgrade
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest head) {
    long length = head.decoderResult().isFailure() ? 0 : HttpUtil.getContentLength(head, 0L);
    boolean open = HttpUtil.isTransferEncodingChunked(head);
    if (head.decoderResult().isFailure()) {
      refuse(context, head, head.decoderResult());
      ReferenceCountUtil.release(head);
    } else if (length > bodyBytes) {
      refuse(context, head, tooLarge(bodyBytes));
    } else if (open || length > strangers.bodyBytes()) {
      ask(context, head);
    } else {
      accept(context, head, bodyBytes);
    }
  }

  private void ask(ChannelHandlerContext context, HttpRequest head) {
    if (strangers.bodyBytes() >= bodyBytes) {
      accept(context, head, bodyBytes);
      return;
    }
    stage = new Stage.Asking(head, new ArrayDeque<>());
    context.channel().config().setAutoRead(false);
    Thread.ofVirtual()
        .start(() -> {
          var refused = refusal(context, head);
          context.executor().execute(() -> told(context, head, refused));
        });
  }

  /** Why {@code head} may bring no more than a stranger's; runs on a virtual thread. */
  private Optional<Response.Whole> refusal(ChannelHandlerContext context, HttpRequest head) {
    try {
      var known = strangers.known().test(Exchange.request(context, head, Unpooled.EMPTY_BUFFER));
      return known ? Optional.empty() : Optional.of(tooLarge(strangers.bodyBytes()));
    } catch (Problem problem) {
      return Optional.of(ProblemAnswer.to(problem));
    } catch (RuntimeException e) {
      LOG.error("Who asks for {} {} cannot be told", head.method(), head.uri(), e);
      return Optional.of(Response.empty(500));
    }
  }

  private void told(
      ChannelHandlerContext context, HttpRequest head, Optional<Response.Whole> refused) {
    if (!(stage instanceof Stage.Asking asking)) return; // it hung up
    if (refused.isEmpty()) accept(context, head, bodyBytes);
    else if (HttpUtil.isTransferEncodingChunked(head)) accept(context, head, strangers.bodyBytes());
    else refuse(context, head, refused.get());
    context.channel().config().setAutoRead(true);
    for (var message : asking.behind()) channelRead(context, message);
    context.fireChannelReadComplete();
  }

  private void accept(ChannelHandlerContext context, HttpRequest head, int most) {
    if (HttpUtil.is100ContinueExpected(head)) {
      context.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
    stage =
        new Stage.Reading(
            head,
            bodies.begin(most, () -> context.executor().execute(() -> givesWay(context))),
            most);
  }

  private void givesWay(ChannelHandlerContext context) {
    if (stage instanceof Stage.Reading reading && reading.body().isGone()) {
      refuse(context, reading.head(), noRoom());
    }
  }

  private void add(ChannelHandlerContext context, Stage.Reading reading, HttpContent piece) {
    var head = reading.head();
    try {
      if (piece.decoderResult().isFailure()) {
        reading.body().end();
        refuse(context, head, piece.decoderResult());
        return;
      }
      switch (reading.body().add(piece.content())) {
        case TAKEN -> {
          if (piece instanceof LastHttpContent) end(context, reading);
        }
        case TOO_LARGE -> refuse(context, head, tooLarge(reading.most()));
        case NO_ROOM -> refuse(context, head, noRoom());
      }
    } finally {
      piece.release();
    }
  }

  private void end(ChannelHandlerContext context, Stage.Reading reading) {
    var body = reading.body().whole();
    if (body.isEmpty()) {
      refuse(context, reading.head(), noRoom());
      return;
    }
    stage = new Stage.Between();
    context.fireChannelRead(whole(reading.head(), body.get()));
  }

  private static FullHttpRequest whole(HttpRequest head, ByteBuf body) {
    return new DefaultFullHttpRequest(
        head.protocolVersion(),
        head.method(),
        head.uri(),
        body,
        head.headers(),
        EmptyHttpHeaders.INSTANCE);
  }

  private void refuse(ChannelHandlerContext context, HttpRequest head, Response.Whole answer) {
    refuse(context, head, DecoderResult.failure(new Refused(answer)));
  }

  private void refuse(ChannelHandlerContext context, HttpRequest head, DecoderResult why) {
    stage = new Stage.Refusing();
    var refused = whole(head, Unpooled.EMPTY_BUFFER);
    refused.setDecoderResult(why);
    context.fireChannelRead(refused);
  }

  private Response.Whole tooLarge(int most) {
    var remedy = most < bodyBytes ? "Log in, or send less." : "Send less.";
    return Response.json(
        413,
        new ProblemAnswer(
            new ProblemAnswer.Told(
                "invalid",
                "The request's body is larger than the %d bytes that it may have.".formatted(most),
                remedy)));
  }

  private static Response.Whole noRoom() {
    return Response.json(
            503,
            new ProblemAnswer(
                new ProblemAnswer.Told(
                    "unavailable",
                    "The request's body came too slowly for a server that has much to do.",
                    "Try again.")))
        .with("retry-after", "1");
  }

  /** Gives back what is held; also where the connection ends. */
  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    switch (stage) {
      case Stage.Asking asking -> asking.behind().forEach(ReferenceCountUtil::release);
      case Stage.Reading reading -> reading.body().end();
      case Stage.Between _, Stage.Refusing _ -> {}
    }
    stage = new Stage.Refusing();
  }
}
