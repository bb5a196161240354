package dev.berth.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Reads HTTP/1 requests one at a time: after each it holds until {@link #next}. So pipelined ones
 * wait their turn in the buffer, and bytes behind a request for an upgrade are never taken for
 * HTTP. Refuses what two readers could frame differently (RFC 9112, 11.2).
 */
final class RequestDecoder extends HttpRequestDecoder {
  private static final HttpDecoderConfig LIMITS =
      new HttpDecoderConfig()
          .setMaxInitialLineLength(16 << 10)
          .setMaxHeaderSize(64 << 10)
          .setMaxChunkSize(256 << 10)
          .setInitialBufferSize(512)
          .setAllowDuplicateContentLengths(false)
          .setValidateHeaders(true);

  private final Listener listener;
  private boolean held;
  private boolean decoding;
  private boolean inHead = true;
  private boolean lineEnded;
  private boolean inputEnded;

  /** Who is told what the bytes do not say. */
  interface Listener {
    /** The first bytes of a head came. */
    void headBegins();

    /** Bytes of the next request wait; more should not be read now. */
    void heldBack(boolean more);
  }

  RequestDecoder(Listener listener) {
    super(LIMITS);
    this.listener = listener;
  }

  /** The last request was answered: read the next one. */
  void next(ChannelHandlerContext ctx) throws Exception {
    held = false;
    listener.heldBack(false);
    if (decoding) return; // its loop goes on by itself
    if (actualReadableBytes() > 0) {
      channelRead(ctx, Unpooled.EMPTY_BUFFER);
      ctx.fireChannelReadComplete();
    }
    if (inputEnded && !held) super.userEventTriggered(ctx, ChannelInputShutdownEvent.INSTANCE);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    decoding = true;
    try {
      super.channelRead(ctx, message);
    } finally {
      decoding = false;
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent && held) {
      inputEnded = true;
      ctx.fireUserEventTriggered(event); // without ending what waits in the buffer
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (held) {
      listener.heldBack(true);
      return;
    }
    if (inHead) {
      listener.headBegins();
      if (folds(in)) {
        in.skipBytes(in.readableBytes());
        var refused = createInvalidMessage();
        refused.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("folded")));
        out.add(refused);
        note(refused);
        return;
      }
    }
    int before = in.readerIndex();
    super.decode(ctx, in, out);
    for (var message : out) note(message);
    if (!inHead || held) lineEnded = false;
    else if (in.readerIndex() > before) lineEnded = in.getByte(in.readerIndex() - 1) == '\n';
  }

  private void note(Object message) {
    if (message instanceof HttpMessage) inHead = false;
    if (message instanceof LastHttpContent) {
      held = true;
      inHead = true;
      lineEnded = false;
    }
  }

  /** Whether a line of the head begins with a space: a folded header (RFC 9112, 5.2). */
  private boolean folds(ByteBuf in) {
    int end = in.writerIndex();
    if (lineEnded && isBlank(in.getByte(in.readerIndex()))) return true;
    for (int at = in.readerIndex(); at < end; at++) {
      at = in.indexOf(at, end, (byte) '\n');
      if (at < 0 || at + 1 >= end) return false;
      byte next = in.getByte(at + 1);
      if (isBlank(next)) return true;
      if (next == '\n' || (next == '\r' && at + 2 < end && in.getByte(at + 2) == '\n'))
        return false;
    }
    return false;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
