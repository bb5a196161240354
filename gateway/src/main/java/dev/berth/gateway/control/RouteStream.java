package dev.berth.gateway.control;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.protocol.route.RouteEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Control's stream of route events, taken up again whenever it breaks. While it is broken nothing
 * is told, and what was told stays.
 */
public final class RouteStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RouteStream.class);

  /** Control sends a comment every 15 s; after three missed ones nobody is there. */
  private static final int SILENCE_SECONDS = 45;

  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long LONGEST_WAIT_MILLIS = 3000;

  /** The whole table is one line: 20,000 workspaces at 1.5 KB, twice. */
  private static final int LONGEST_LINE = 64 << 20;

  private final ControlLink link;
  private final String path;
  private final Consumer<RouteEvent> events;
  private final Consumer<InetSocketAddress> broke;
  private final EventLoop timer;
  private long wait = FIRST_WAIT_MILLIS;
  private boolean closed;
  private @Nullable Channel open;
  private @Nullable ScheduledFuture<?> retry;

  /**
   * A stream that is not read yet.
   *
   * @param self who listens
   * @param events is called for one event at a time
   * @param broke is called whenever it breaks, with where it came from
   */
  public RouteStream(
      ControlLink link,
      GatewayName self,
      EventLoop timer,
      Consumer<RouteEvent> events,
      Consumer<InetSocketAddress> broke) {
    this.link = link;
    this.path = "/internal/v1/routes?" + self.query();
    this.broke = broke;
    this.timer = timer;
    this.events = events;
  }

  /** Begins to read. */
  public synchronized void connect() {
    if (closed) return;
    var broken = new CompletableFuture<Void>();
    var from =
        link.send(
            new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.GET, path, Unpooled.EMPTY_BUFFER),
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new HttpClientCodec())
                    .addLast(new ReadTimeoutHandler(SILENCE_SECONDS))
                    .addLast(new Lines(broken));
              }
            },
            broken);
    broken.whenComplete((_, why) -> {
      from.ifPresent(broke);
      again(why);
    });
  }

  private synchronized void again(Throwable why) {
    open = null;
    if (closed) return;
    LOG.atLevel(wait == FIRST_WAIT_MILLIS ? Level.INFO : Level.DEBUG)
        .log("The route stream of control broke and is taken up again: {}", why.toString());
    retry = timer.schedule(this::connect, wait, TimeUnit.MILLISECONDS);
    wait = Math.min(LONGEST_WAIT_MILLIS, wait * 2);
  }

  /** A control leads: what is open is of one that does not any more, where it is another. */
  public synchronized void moved() {
    wait = FIRST_WAIT_MILLIS;
    if (open != null) {
      if (!link.isTo(open.remoteAddress())) open.close();
    } else if (retry != null && retry.cancel(false)) {
      retry = null;
      timer.execute(this::connect);
    }
  }

  private synchronized void opened(Channel channel) {
    if (closed) {
      channel.close();
    } else {
      open = channel;
    }
  }

  private synchronized void heard() {
    wait = FIRST_WAIT_MILLIS;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (retry != null) retry.cancel(false);
    if (open != null) open.close();
  }

  /** Puts the lines of a server-sent event stream together: {@code data:} and an empty line. */
  private final class Lines extends SimpleChannelInboundHandler<HttpObject> {
    private final CompletableFuture<Void> broken;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private final StringBuilder data = new StringBuilder();

    Lines(CompletableFuture<Void> broken) {
      this.broken = broken;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      opened(ctx.channel());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) throws IOException {
      if (message instanceof HttpResponse head && head.status().code() != 200) {
        throw new IOException("control answered " + head.status());
      }
      if (message instanceof HttpContent content) take(content.content());
    }

    private void take(ByteBuf bytes) throws IOException {
      while (bytes.isReadable()) {
        int end = bytes.indexOf(bytes.readerIndex(), bytes.writerIndex(), (byte) '\n');
        int length = (end < 0 ? bytes.writerIndex() : end) - bytes.readerIndex();
        if (line.size() + length > LONGEST_LINE) throw new IOException("the table is too long");
        bytes.readBytes(line, length);
        if (end < 0) return;
        bytes.skipBytes(1);
        var text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
      }
    }

    private void line(String text) throws IOException {
      if (text.startsWith("data:")) {
        if (data.length() + text.length() > LONGEST_LINE) throw new IOException("too long");
        data.append(text.startsWith("data: ") ? text.substring(6) : text.substring(5));
      } else if (text.isEmpty() && !data.isEmpty()) {
        var json = data.toString();
        data.setLength(0);
        try {
          events.accept(Json.read(json, RouteEvent.class));
        } catch (Problem.Invalid e) {
          throw new IOException("control said what cannot be read: " + e.what(), e);
        }
        heard();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      broken.completeExceptionally(new IOException("control hung up"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      broken.completeExceptionally(cause);
      ctx.close();
    }
  }
}
