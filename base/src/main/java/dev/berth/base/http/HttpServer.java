package dev.berth.base.http;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP/1.1 server; closing it ends its connections. */
public final class HttpServer implements AutoCloseable {
  /**
   * What a client may take.
   *
   * @param bodyBytes the largest body; a larger one is answered 413. All that are being read or
   *     answered hold at most {@link Bodies#MOST} together
   * @param connections at once; one more takes the place of the one that is idle for longest, or is
   *     closed at once where all are being answered
   * @param perAddress of them, of one client's address, likewise
   */
  public record Limits(int bodyBytes, int connections, int perAddress, Stay stay) {
    /** 1 MiB of JSON is far more than any call of ours has; 4096 connections fit in 20000 files. */
    public static final Limits DEFAULT = new Limits(1 << 20, 4096, 120);

    /** One address may have all of them, as a gateway's. */
    public Limits(int bodyBytes, int connections, int idleSeconds) {
      this(bodyBytes, connections, connections, new Stay.UntilIdle(idleSeconds));
    }
  }

  /** How long a connection stays. */
  public sealed interface Stay {
    /** Until no request came for so long. */
    record UntilIdle(int seconds) implements Stay {}

    /** For one request, which is whole after so long, and whose answer is taken within as long. */
    record Once(int seconds) implements Stay {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final EventLoopGroup loop;
  private final ChannelGroup connections;
  private final Bodies bodies;
  private final Channel listener;

  private HttpServer(
      EventLoopGroup loop, ChannelGroup connections, Bodies bodies, Channel listener) {
    this.loop = loop;
    this.connections = connections;
    this.bodies = bodies;
    this.listener = listener;
  }

  /** Listens on {@code address}; {@link Problem.Unavailable} where it is taken. */
  public static HttpServer open(InetSocketAddress address, Limits limits, Handler handler) {
    return open(address, limits, Strangers.NONE, handler);
  }

  /** The same, for clients of whom some are strangers. */
  public static HttpServer open(
      InetSocketAddress address, Limits limits, Strangers strangers, Handler handler) {
    var listening =
        new ServerBootstrap()
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    try {
      return open(listening, address, limits, strangers, handler);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "Cannot listen on %s.".formatted(Reason.listening(List.of(address), e)),
          "End the program that listens there, or choose another port with --port.",
          e);
    }
  }

  /**
   * Listens on a socket of this machine in the place of what lies at {@code socket}. Who may
   * connect is said by the rights of the file and of its folder; the caller sets them.
   */
  public static HttpServer openLocal(Path socket, Limits limits, Handler handler)
      throws IOException {
    Files.deleteIfExists(socket); // a killed server leaves it behind, and then nobody can listen
    var listening =
        new ServerBootstrap()
            .channel(NioServerDomainSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 128);
    return open(listening, UnixDomainSocketAddress.of(socket), limits, Strangers.NONE, handler);
  }

  private static HttpServer open(
      ServerBootstrap listening,
      SocketAddress address,
      Limits limits,
      Strangers strangers,
      Handler handler)
      throws IOException {
    var loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());
    var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    var crowd = new Crowd(limits);
    var unanswered =
        new Unanswered(
            Clock.systemUTC(),
            (line, cause) ->
                cause.ifPresentOrElse(problem -> LOG.warn(line, problem), () -> LOG.warn(line)));
    var bodies = new Bodies(address.toString(), Bodies.MOST);
    var bound =
        listening
            .group(loop)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(32 << 10, 256 << 10))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    var exchange = new Exchange(handler, limits.stay(), unanswered);
                    if (!crowd.admits(channel, exchange)) {
                      channel.close();
                      return;
                    }
                    connections.add(channel);
                    channel
                        .pipeline()
                        .addLast("idle", idle(limits.stay()))
                        .addLast(
                            "codec",
                            new HttpServerCodec(new HttpDecoderConfig().setMaxHeaderSize(64 << 10)))
                        .addLast("body", new WholeRequests(limits.bodyBytes(), strangers, bodies))
                        .addLast("exchange", exchange);
                    HeadTime.addTo(channel.pipeline(), "codec");
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new IOException(bound.cause().getMessage(), bound.cause());
    }
    return new HttpServer(loop, connections, bodies, bound.channel());
  }

  private static IdleStateHandler idle(Stay stay) {
    return switch (stay) {
      case Stay.UntilIdle(int seconds) -> new IdleStateHandler(0, 0, seconds);
      case Stay.Once(int seconds) -> new IdleStateHandler(0, 0, seconds);
    };
  }

  /** Where it listens; a local one has no such address. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** What bodies of requests hold that are being read or answered. */
  long bodyBytes() {
    return bodies.heldBytes();
  }

  /** Ends all connections that are open now, and with them what is being answered. */
  public void hangUp() {
    connections.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
