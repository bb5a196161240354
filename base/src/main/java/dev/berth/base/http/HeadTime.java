package dev.berth.base.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hangs up on who begins a request and does not come to the end of its head: a byte now and then
 * would pass for one that is not idle. Belongs to the connection's event loop.
 */
final class HeadTime extends ChannelInboundHandlerAdapter {
  /** A head comes in one packet or two. */
  private static final int SECONDS = 5;

  private static final String BYTES = "first byte";
  private static final String HEADS = "head";

  private @Nullable ScheduledFuture<?> end;

  /** Between a head and the last byte of its body. */
  private boolean inBody;

  /**
   * Requests without a whole answer; what comes meanwhile waits for it, however long that takes.
   */
  private int unanswered;

  /** Adds it at both sides of what reads heads, which is {@code codec}. */
  static void addTo(ChannelPipeline pipeline, String codec) {
    var time = new HeadTime();
    pipeline.addBefore(codec, BYTES, time);
    pipeline.addAfter(codec, HEADS, time.new Heads());
  }

  /** For a connection that is no longer HTTP. */
  static void removeFrom(ChannelPipeline pipeline) {
    pipeline.remove(BYTES);
    pipeline.remove(HEADS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    if (end == null && !inBody && unanswered == 0) {
      end = context.executor().schedule(() -> context.close(), SECONDS, TimeUnit.SECONDS);
    }
    context.fireChannelRead(bytes);
  }

  private void stop() {
    if (end != null) end.cancel(false);
    end = null;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stop(); // also where the connection ends
  }

  private final class Heads extends ChannelDuplexHandler {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        stop();
        inBody = true;
        unanswered++;
      }
      if (message instanceof LastHttpContent) inBody = false;
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      boolean before = message instanceof HttpResponse early && isInformation(early);
      if (message instanceof LastHttpContent && !before && unanswered > 0) unanswered--;
      context.write(message, promise);
    }

    /** "Continue", after which the answer comes. */
    private static boolean isInformation(HttpResponse response) {
      return response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
  }
}
