package dev.berth.gateway.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to its target, and the answer on its way back; after an upgrade, bytes
 * both ways. Nothing is collected: each side is read as fast as the other takes it in.
 *
 * <p>Everything runs on the asker's event loop.
 */
public final class Exchange {
  /** Those that may be sent again when a kept connection turns out to be dead (RFC 9110, 9.2.2). */
  private static final Set<HttpMethod> REPEATABLE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private enum Stage {
    ASKING,
    ANSWERING,
    RAW,
    OVER
  }

  private final Asker asker;
  private final UpstreamPool pool;
  private final Target target;
  private final HttpRequest request;
  private final boolean upgrade;
  private final boolean hasBody;

  /** Pieces of the request that came before there was a connection: one read's worth, then none. */
  private @Nullable ArrayDeque<HttpContent> early;

  private @Nullable UpstreamConnection upstream;
  private Stage stage = Stage.ASKING;
  private boolean requestEnded;
  private boolean answerKeepsOpen;
  private boolean swallowing;
  private boolean repeated;
  private boolean beginning;

  /**
   * An exchange that is not begun.
   *
   * @param request as the target shall see it, hop-by-hop headers removed
   * @param upgrade whether it asks for another protocol; with the headers for that
   */
  public Exchange(
      Asker asker, UpstreamPool pool, Target target, HttpRequest request, boolean upgrade) {
    this.asker = asker;
    this.pool = pool;
    this.target = target;
    this.request = request;
    this.upgrade = upgrade;
    this.hasBody =
        HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
  }

  /** Begins: takes a connection and sends the head. */
  public void begin() {
    beginning = true;
    pool.take(this, upgrade, isRepeatable());
    beginning = false;
  }

  /** Whether the request has a body. */
  public boolean hasBody() {
    return hasBody;
  }

  Target target() {
    return target;
  }

  private boolean isRepeatable() {
    return !hasBody && REPEATABLE.contains(request.method());
  }

  // What the pool says.

  void connected(UpstreamConnection connection) {
    if (stage == Stage.OVER) {
      if (connection.used) pool.give(connection);
      else connection.channel.close();
      return;
    }
    upstream = connection;
    connection.use(this, request.method());
    var channel = connection.channel;
    channel.write(hasBody ? request : whole(), channel.voidPromise());
    if (early != null) {
      for (var piece : early) channel.write(piece, channel.voidPromise());
      early = null;
    }
    if (!beginning) channel.flush(); // else the asker's pause does it, with what comes until then
    if (!requestEnded) asker.wanted(channel.isWritable());
  }

  /** A request without a body in one piece, which is one buffer on its way out. */
  private HttpRequest whole() {
    return new DefaultFullHttpRequest(
        request.protocolVersion(),
        request.method(),
        request.uri(),
        Unpooled.EMPTY_BUFFER,
        request.headers(),
        EmptyHttpHeaders.INSTANCE);
  }

  void unconnected(Failure failure) {
    if (stage != Stage.OVER) fail(failure);
  }

  // What the asker says.

  /** The request goes on; the last piece ends it. */
  public void requestGoesOn(HttpContent piece) {
    if (piece instanceof LastHttpContent) requestEnded = true;
    if (stage == Stage.OVER || stage == Stage.RAW || !hasBody) {
      piece.release();
    } else if (upstream == null) {
      if (early == null) early = new ArrayDeque<>(4);
      early.add(piece);
      if (!requestEnded) asker.wanted(false);
    } else {
      var channel = upstream.channel;
      channel.write(piece, channel.voidPromise());
      if (!requestEnded && !channel.isWritable()) {
        channel.flush();
        asker.wanted(channel.isWritable());
      }
    }
  }

  /** Bytes of the asker after an upgrade. */
  public void askerBytes(ByteBuf bytes) {
    if (stage != Stage.RAW || upstream == null) {
      bytes.release();
      return;
    }
    var channel = upstream.channel;
    channel.write(bytes, channel.voidPromise());
    if (!channel.isWritable()) {
      channel.flush();
      asker.wanted(channel.isWritable());
    }
  }

  /** After an upgrade, the asker will say no more, and may still listen. */
  public void askerInputEnded() {
    if (upstream != null) endOutput(upstream.channel);
  }

  /** The asker has nothing more right now. */
  public void askerPauses() {
    if (upstream != null && stage != Stage.OVER) upstream.channel.flush();
  }

  /** Whether the asker takes in what it is given. */
  public void askerKeepsUp(boolean does) {
    if (upstream != null && stage != Stage.OVER) upstream.channel.config().setAutoRead(does);
  }

  /** The asker is gone: nothing is wanted any more. */
  public void askerGone() {
    var connection = upstream;
    over();
    if (connection == null) return;
    if (connection.channel.isActive()) {
      connection.channel.flush();
      connection.channel.close();
    }
  }

  // What the upstream says.

  void answerBegins(HttpResponse head) {
    if (head.decoderResult().isFailure()) {
      ReferenceCountUtil.release(head);
      broken(Failure.NO_HTTP);
      return;
    }
    int status = head.status().code();
    if (status == 101) {
      upgraded(head);
    } else if (status < 200) {
      swallowing = true;
      asker.hint(head);
    } else {
      stage = Stage.ANSWERING;
      answerKeepsOpen =
          HttpUtil.isKeepAlive(head)
              && head.protocolVersion().equals(HttpVersion.HTTP_1_1)
              && (isFramed(head) || hasNoBody(status));
      asker.head(head);
    }
  }

  private static boolean isFramed(HttpResponse head) {
    return HttpUtil.isTransferEncodingChunked(head)
        || head.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
  }

  private boolean hasNoBody(int status) {
    return status == 204 || status == 304 || request.method().equals(HttpMethod.HEAD);
  }

  private void upgraded(HttpResponse head) {
    if (!upgrade || upstream == null) {
      broken(Failure.NO_HTTP); // 101 to one who did not ask
      return;
    }
    stage = Stage.RAW;
    asker.upgraded(head);
    upstream.speakRaw();
  }

  void answerGoesOn(HttpContent piece) {
    boolean last = piece instanceof LastHttpContent;
    if (swallowing || stage != Stage.ANSWERING) {
      if (last) swallowing = false;
      piece.release();
      return;
    }
    if (piece.decoderResult().isFailure()) {
      piece.release();
      broken(Failure.NO_HTTP); // a chunk that is none: the rest cannot be told apart
      return;
    }
    if (!last) {
      asker.content(piece);
      if (!asker.keepsUp()) {
        asker.flush();
        if (!asker.keepsUp() && upstream != null) upstream.channel.config().setAutoRead(false);
      }
      return;
    }
    var connection = upstream;
    boolean reusable = requestEnded && answerKeepsOpen;
    over();
    if (connection != null) {
      if (reusable) {
        if (!connection.channel.config().isAutoRead())
          connection.channel.config().setAutoRead(true);
        pool.give(connection);
      } else {
        connection.idle(0);
        connection.channel.close();
      }
    }
    asker.content(piece);
    asker.flush();
  }

  void upstreamBytes(ByteBuf bytes) {
    if (stage != Stage.RAW) {
      bytes.release();
      return;
    }
    asker.bytes(bytes);
    if (!asker.keepsUp()) {
      asker.flush();
      if (!asker.keepsUp() && upstream != null) upstream.channel.config().setAutoRead(false);
    }
  }

  void upstreamInputEnded() {
    if (stage == Stage.RAW) asker.bytesEnded();
  }

  void upstreamPauses() {
    if (stage != Stage.OVER) asker.flush();
  }

  void upstreamWritable(boolean writable) {
    if (stage == Stage.RAW || (stage != Stage.OVER && !requestEnded)) asker.wanted(writable);
  }

  void upstreamGone() {
    switch (stage) {
      case OVER -> {}
      case ASKING -> {
        if (upstream != null && upstream.used && isRepeatable() && !repeated && requestEnded) {
          repeated = true; // it hung up on a kept connection before it saw this request
          upstream = null;
          pool.take(this, true, true);
        } else {
          fail(Failure.HUNG_UP);
        }
      }
      case ANSWERING, RAW -> {
        over();
        asker.cut();
      }
    }
  }

  private void broken(Failure failure) {
    var connection = upstream;
    boolean answering = stage == Stage.ANSWERING;
    over();
    if (connection != null) connection.channel.close();
    if (answering) asker.cut();
    else asker.failed(failure);
  }

  private void fail(Failure failure) {
    over();
    asker.failed(failure);
  }

  private void over() {
    stage = Stage.OVER;
    upstream = null;
    if (early != null) {
      early.forEach(ReferenceCountUtil::release);
      early = null;
    }
  }

  /** Says to the other end of {@code channel} that nothing more comes, after all that was said. */
  public static void endOutput(Channel channel) {
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  var tls = channel.pipeline().get(SslHandler.class);
                  if (tls != null) tls.closeOutbound();
                  else if (channel instanceof DuplexChannel duplex) duplex.shutdownOutput();
                });
  }
}
