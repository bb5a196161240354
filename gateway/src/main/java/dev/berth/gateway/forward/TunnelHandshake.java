package dev.berth.gateway.forward;

import dev.berth.protocol.Endpoint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Asks a supervisor for a tunnel to a port of its instance, and leaves the pipeline when it is
 * there: what follows are the port's bytes.
 */
final class TunnelHandshake extends ByteToMessageDecoder {
  /** A supervisor's head has a handful of lines. */
  private static final int LONGEST_HEAD = 8 << 10;

  private final Promise<Optional<Failure>> result;

  /** Tells {@code result} the failure, or that there is none. */
  TunnelHandshake(Promise<Optional<Failure>> result) {
    this.result = result;
  }

  /** The request for a tunnel to {@code port}. */
  static ByteBuf request(Endpoint supervisor, String token, int port) {
    var text =
        """
        GET /_supervisor/v1/tunnel/%d HTTP/1.1\r
        Host: %s:%d\r
        Authorization: Bearer %s\r
        Connection: Upgrade\r
        Upgrade: berth-tunnel\r
        \r
        """
            .formatted(port, supervisor.host(), supervisor.port(), token);
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int end = endOfHead(in);
    if (end < 0) {
      if (in.readableBytes() > LONGEST_HEAD) result.trySuccess(UNREACHABLE);
      return;
    }
    var head = in.readCharSequence(end - in.readerIndex(), StandardCharsets.US_ASCII).toString();
    if (head.startsWith("HTTP/1.1 101 ")) {
      if (result.trySuccess(Optional.empty())) ctx.pipeline().remove(this);
    } else {
      result.trySuccess(
          Optional.of(
              head.startsWith("HTTP/1.1 502 ") ? Failure.NOTHING_LISTENS : Failure.UNREACHABLE));
      in.skipBytes(in.readableBytes());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    result.trySuccess(UNREACHABLE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    result.trySuccess(UNREACHABLE);
  }

  private static final Optional<Failure> UNREACHABLE = Optional.of(Failure.UNREACHABLE);

  /** The index behind the empty line; -1 while it has not come. */
  private static int endOfHead(ByteBuf in) {
    for (int at = in.readerIndex(); at + 3 < in.writerIndex(); at++) {
      if (in.getInt(at) == 0x0D0A0D0A) return at + 4;
    }
    return -1;
  }
}
