package dev.berth.gateway.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Bodies;
import dev.berth.base.text.Reason;
import dev.berth.gateway.access.Doorkeeper;
import dev.berth.gateway.access.PassCookie;
import dev.berth.gateway.activity.ActivityLog;
import dev.berth.gateway.control.ControlLink;
import dev.berth.gateway.control.Leader;
import dev.berth.gateway.forward.UpstreamPool;
import dev.berth.gateway.net.ServedCertificate;
import dev.berth.gateway.net.Transport;
import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.statics.StaticFiles;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The listening sockets, and what is put on a connection that comes in. */
public final class Entrance {
  /** What an entrance is made of; none of it is the entrance's own. */
  public record Parts(
      Transport transport,
      Addresses addresses,
      Doorkeeper doorkeeper,
      PassCookie cookie,
      ControlLink link,
      ActivityLog activity,
      Answered answered,
      StaticPages pages,
      StaticFiles statics,
      Supplier<String> hostKeys,
      Clock clock) {}

  /**
   * Where it listens and whom it believes.
   *
   * @param redirect where it leads to TLS whoever comes without
   */
  public record Door(
      List<InetSocketAddress> listen,
      List<InetSocketAddress> redirect,
      Leader control,
      Optional<InetSocketAddress> gallery,
      Optional<ServedCertificate> tls,
      List<Network> trustedProxies) {}

  private final Parts parts;
  private final Door door;
  private final Limits limits = Limits.ofConnections();
  private final Map<EventLoop, Lane> lanes = new HashMap<>();
  private final List<Channel> listening = new ArrayList<>();
  private final List<Channel> redirecting = new ArrayList<>();

  /** Connections that carry streams of HTTP/2. */
  private final ChannelGroup http2 = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  private Entrance(Parts parts, Door door) {
    this.parts = parts;
    this.door = door;
  }

  /** Listens; {@link Problem.Conflict} where an address is taken. */
  public static Entrance open(Parts parts, Door door) {
    var entrance = new Entrance(parts, door);
    entrance.makeLanes();
    try {
      for (var address : door.listen()) {
        entrance.listening.add(entrance.listen(address, entrance::arrive));
      }
      for (var address : door.redirect()) {
        entrance.redirecting.add(entrance.listen(address, entrance::redirect));
      }
    } catch (RuntimeException e) {
      entrance.stopListening();
      throw e;
    }
    return entrance;
  }

  private void makeLanes() {
    var editorPages = new EditorPages();
    var reception =
        new Reception(
            parts.addresses(),
            parts.doorkeeper(),
            parts.pages(),
            parts.statics(),
            editorPages,
            parts.hostKeys(),
            door.control(),
            door.gallery());
    var codes =
        new Codes(
            parts.link(), parts.doorkeeper(), parts.cookie(), parts.addresses(), parts.clock());
    var desk =
        new Lane.Desk(
            reception,
            parts.doorkeeper(),
            codes,
            parts.statics(),
            editorPages,
            new HeldRequests(),
            new Bodies("the gateway", Bodies.MOST),
            Limits.ofAnswersOfControl(),
            parts.activity(),
            parts.answered());
    var inUse = new ConcurrentHashMap<String, AtomicInteger>();
    for (var loop : parts.transport().loops()) {
      var lane = new Lane(loop, desk, new UpstreamPool(parts.transport(), loop, inUse));
      lanes.put(loop, lane);
      loop.scheduleWithFixedDelay(lane::tick, 1, 1, TimeUnit.SECONDS);
    }
  }

  private Channel listen(InetSocketAddress address, Consumer<Channel> arrive) {
    ChannelFuture bound =
        parts
            .transport()
            .server()
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    arrive.accept(channel);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new Problem.Conflict(
          "Cannot listen on %s."
              .formatted(Reason.listening(List.of(address), Transport.asJava(bound.cause()))),
          "Stop what listens there, or choose another port with --port.",
          bound.cause());
    }
    return bound.channel();
  }

  /** Where it listens, with the ports that the system chose where 0 was asked for. */
  public List<InetSocketAddress> addresses() {
    return addresses(listening);
  }

  /** Where it leads browsers to TLS. */
  public List<InetSocketAddress> redirects() {
    return addresses(redirecting);
  }

  private static List<InetSocketAddress> addresses(List<Channel> channels) {
    return channels.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  private void redirect(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      channel.close(); // it hung up already
    } else if (!limits.claim(remote.getAddress(), remote.getAddress().isLoopbackAddress())) {
      channel.close();
    } else {
      channel.closeFuture().addListener(_ -> limits.letGo(remote.getAddress()));
      new RedirectConnection(channel, parts.addresses()).install();
    }
  }

  private void arrive(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      channel.close(); // it hung up already
      return;
    }
    var caller =
        new Caller(
            remote,
            door.tls().isPresent(),
            door.trustedProxies(),
            parts.addresses(),
            parts.cookie());
    var address = remote.getAddress();
    if (!limits.claim(address, caller.isTrusted() || address.isLoopbackAddress())) {
      channel.close();
      return;
    }
    channel.closeFuture().addListener(_ -> limits.letGo(address));
    if (door.tls().isPresent()) {
      channel.pipeline().addLast(door.tls().get().newHandler(channel.alloc()));
      channel.pipeline().addLast(new Negotiated(caller));
    } else {
      new ClientConnection(channel, lane(channel), caller).install();
    }
  }

  private Lane lane(Channel channel) {
    var lane = lanes.get(channel.eventLoop());
    if (lane == null) throw new IllegalStateException("a connection on a loop of nobody");
    return lane;
  }

  /** Puts HTTP/1 or HTTP/2 on a connection, as TLS agreed. */
  private final class Negotiated extends ApplicationProtocolNegotiationHandler {
    private final Caller caller;

    Negotiated(Caller caller) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.caller = caller;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      var channel = ctx.channel();
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        http2(channel);
      } else {
        new ClientConnection(channel, lane(channel), caller).install();
      }
    }

    private void http2(Channel channel) {
      var codec = Http2Codec.make();
      channel
          .pipeline()
          .addLast(codec)
          .addLast(new Http2MultiplexHandler(new Streams()))
          .addLast(new IdleStateHandler(0, 0, 300))
          .addLast(new IdleHttp2(codec));
      http2.add(channel);
    }

    private final class Streams extends ChannelInitializer<Channel> {
      @Override
      protected void initChannel(Channel stream) {
        stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true, true));
        new ClientConnection(stream, lane(stream), caller).install();
      }
    }
  }

  /** Hangs up on an HTTP/2 connection on which nothing is asked for five minutes. */
  private static final class IdleHttp2 extends ChannelInboundHandlerAdapter {
    private final Http2FrameCodec codec;

    IdleHttp2(Http2FrameCodec codec) {
      this.codec = codec;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (!(event instanceof IdleStateEvent)) ctx.fireUserEventTriggered(event);
      else if (codec.connection().numActiveStreams() == 0) ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // What is wrong in the protocol the codec answers, after this, and then closes.
      if (!(cause instanceof Http2Exception)) ctx.close();
    }
  }

  /** Routes or sessions changed: open connections are looked at again. */
  public void recheck() {
    lanes.values().forEach(Lane::recheck);
  }

  /**
   * Takes nobody more. Who waits for nothing is hung up on, and asked over HTTP/2 to come again
   * elsewhere; what is being answered, and what goes both ways, goes on.
   */
  public void drain() {
    stopListening();
    lanes.values().forEach(Lane::drain);
    http2.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
  }

  /** Whether nothing goes on any more. */
  public boolean isEmpty() {
    // Each is asked before any is waited for: to ask is to hang up on who waits for nothing.
    var asked = lanes.values().stream().map(Lane::isEmptied).toList();
    return asked.stream().allMatch(CompletableFuture::join);
  }

  private void stopListening() {
    listening.forEach(channel -> channel.close().awaitUninterruptibly());
    redirecting.forEach(channel -> channel.close().awaitUninterruptibly());
  }

  /** Takes nobody more, waits for answers that are being given, then hangs up. */
  public void close(Duration patience) throws InterruptedException {
    stopListening();
    lanes.values().forEach(Lane::drain);
    long until = System.nanoTime() + patience.toNanos();
    while (!isDrained() && System.nanoTime() - until < 0) Thread.sleep(20);
    CompletableFuture.allOf(
            lanes.values().stream().map(Lane::close).toArray(CompletableFuture[]::new))
        .join();
  }

  private boolean isDrained() {
    return lanes.values().stream().allMatch(lane -> lane.isDrained().join());
  }
}
