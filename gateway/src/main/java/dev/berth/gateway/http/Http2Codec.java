package dev.berth.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DecoratingHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.charset.StandardCharsets;

/**
 * HTTP/2 as the gateway speaks it. A head that is longer than it reads breaks the connection here,
 * and the browser would show an error of its own; so it is asked to come by HTTP/1.1 (RFC 9113, 7),
 * where {@link Framing} has an answer for it.
 */
final class Http2Codec extends Http2FrameCodecBuilder {
  private Http2Codec() {
    server(true);
  }

  /** For one connection. */
  static Http2FrameCodec make() {
    return new Http2Codec()
        .initialSettings(
            Http2Settings.defaultSettings()
                .maxConcurrentStreams(256)
                .initialWindowSize(256 << 10)
                .maxHeaderListSize(64 << 10))
        .decoderEnforceMaxRstFramesPerWindow(200, 30) // rapid reset (CVE-2023-44487)
        .decoderEnforceMaxConsecutiveEmptyDataFrames(2)
        .build();
  }

  @Override
  protected Http2FrameCodec build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return super.build(decoder, new Encoder(encoder), settings);
  }

  private static final class Encoder extends DecoratingHttp2ConnectionEncoder {
    private final Writer writer;

    Encoder(Http2ConnectionEncoder encoder) {
      super(encoder);
      this.writer = new Writer(encoder.frameWriter());
    }

    @Override
    public Http2FrameWriter frameWriter() {
      return writer;
    }

    /** Netty answers 431 by itself, and then ends the stream; no other answer comes by here so. */
    @Override
    public ChannelFuture writeHeaders(
        ChannelHandlerContext context,
        int stream,
        Http2Headers headers,
        int padding,
        boolean end,
        ChannelPromise promise) {
      if (headers.status() == null || !headers.status().toString().equals("431")) {
        return super.writeHeaders(context, stream, headers, padding, end, promise);
      }
      writer.tooLong = stream;
      return promise.setSuccess();
    }
  }

  private static final class Writer extends DecoratingHttp2FrameWriter {
    /** As netty says it of a head that is too long even to be taken apart. */
    private static final String TOO_LONG = "Header size exceeded";

    private int tooLong;

    Writer(Http2FrameWriter writer) {
      super(writer);
    }

    @Override
    public ChannelFuture writeRstStream(
        ChannelHandlerContext context, int stream, long error, ChannelPromise promise) {
      boolean comes = stream == tooLong;
      return super.writeRstStream(
          context, stream, comes ? Http2Error.HTTP_1_1_REQUIRED.code() : error, promise);
    }

    @Override
    public ChannelFuture writeGoAway(
        ChannelHandlerContext context, int last, long error, ByteBuf why, ChannelPromise promise) {
      boolean comes = why.toString(StandardCharsets.UTF_8).startsWith(TOO_LONG);
      return super.writeGoAway(
          context, last, comes ? Http2Error.HTTP_1_1_REQUIRED.code() : error, why, promise);
    }
  }
}
