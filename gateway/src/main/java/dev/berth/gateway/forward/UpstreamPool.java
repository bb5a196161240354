package dev.berth.gateway.forward;

import dev.berth.gateway.net.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The upstream connections of one event loop. All calls come on that loop. */
public final class UpstreamPool {
  /** One way to one place: what an idle connection can be used again for. */
  record Key(Target target, boolean tunnel) {}

  /** Idle connections kept for one place: a browser opens 6, a load test 64. */
  private static final int IDLE_PER_PLACE = 64;

  /** Kept idle for 30 s; many servers let go after 60 s or more, Node.js after 5 s. */
  private static final long IDLE_NANOS = 30_000_000_000L;

  /**
   * A request that must not be sent twice takes only a connection that was used within the last
   * second, so that it does not meet the server's own hanging up.
   */
  private static final long SURE_NANOS = 1_000_000_000L;

  /** A browser with some tabs needs 100; past 1,024 one instance would eat the gateway's files. */
  private static final int IN_USE_PER_GROUP = 1024;

  /** How long a way that worked is taken first. */
  private static final long REMEMBERED_NANOS = 30_000_000_000L;

  private static final int REMEMBERED = 10_000;

  /** The supervisor connects on its own machine; after this it hangs. */
  private static final int TUNNEL_SECONDS = 5;

  private final Transport transport;
  private final EventLoop loop;
  private final Map<String, AtomicInteger> inUse;
  private final Map<Key, ArrayDeque<UpstreamConnection>> idle = new HashMap<>();

  /** Places that were reached through a tunnel, and until when that is tried first. */
  private final Map<Target, Long> tunnels =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Target, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  private @Nullable SslContext trusting;

  /**
   * An empty pool.
   *
   * @param inUse how many connections each group has, over all loops
   */
  public UpstreamPool(
      Transport transport, EventLoop loop, ConcurrentHashMap<String, AtomicInteger> inUse) {
    this.transport = transport;
    this.loop = loop;
    this.inUse = inUse;
  }

  /** Gives {@code exchange} a connection, at once where one is idle, or the failure. */
  void take(Exchange exchange, boolean fresh, boolean repeatable) {
    var target = exchange.target();
    boolean tunnel = prefersTunnel(target);
    var key = new Key(target, tunnel);
    var free = fresh ? null : idle(key, repeatable);
    if (free != null) {
      exchange.connected(free);
    } else if (!claim(target.group())) {
      exchange.unconnected(Failure.BUSY);
    } else if (tunnel) {
      throughTunnel(exchange, key);
    } else {
      directly(exchange, key);
    }
  }

  private boolean prefersTunnel(Target target) {
    if (tunnels.isEmpty() || target.way() instanceof Target.Way.Direct) return false;
    var until = tunnels.get(target);
    return until != null && until - System.nanoTime() > 0;
  }

  private @Nullable UpstreamConnection idle(Key key, boolean repeatable) {
    var stack = idle.get(key);
    if (stack == null) return null;
    for (var found = stack.pollLast(); found != null; found = stack.pollLast()) {
      long age = System.nanoTime() - found.idleSince;
      if (found.channel.isActive() && age < (repeatable ? IDLE_NANOS : SURE_NANOS)) return found;
      found.channel.close();
    }
    return null;
  }

  /** Takes back a connection whose exchange is done. */
  void give(UpstreamConnection connection) {
    var stack = idle.computeIfAbsent(connection.key, _ -> new ArrayDeque<>());
    if (!connection.channel.isActive() || stack.size() >= IDLE_PER_PLACE) {
      connection.channel.close();
      return;
    }
    connection.idle(System.nanoTime());
    stack.addLast(connection);
  }

  /** Lets go of what was idle for too long. */
  public void sweep() {
    long now = System.nanoTime();
    for (var stacks = idle.values().iterator(); stacks.hasNext(); ) {
      var stack = stacks.next();
      while (!stack.isEmpty() && isOld(stack.peekFirst(), now)) {
        stack.removeFirst().channel.close();
      }
      if (stack.isEmpty()) stacks.remove();
    }
  }

  private static boolean isOld(@Nullable UpstreamConnection connection, long now) {
    return connection != null
        && (now - connection.idleSince > IDLE_NANOS || !connection.channel.isActive());
  }

  /** Closes all that is idle. */
  public void close() {
    for (var stack : new ArrayList<>(idle.values())) {
      stack.forEach(connection -> connection.channel.close());
    }
    idle.clear();
  }

  private boolean claim(String group) {
    var count = inUse.computeIfAbsent(group, _ -> new AtomicInteger());
    if (count.incrementAndGet() <= IN_USE_PER_GROUP) return true;
    release(group);
    return false;
  }

  private void release(String group) {
    inUse.computeIfPresent(group, (_, count) -> count.decrementAndGet() <= 0 ? null : count);
  }

  private void directly(Exchange exchange, Key key) {
    var target = key.target();
    connect(target.host(), target.port())
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess()) {
                    ready(exchange, key, done.channel());
                  } else if (target.way() instanceof Target.Way.DirectOrTunnel) {
                    throughTunnel(exchange, new Key(target, true));
                  } else {
                    release(target.group());
                    exchange.unconnected(Failure.UNREACHABLE);
                  }
                });
  }

  private void throughTunnel(Exchange exchange, Key key) {
    var target = key.target();
    if (!(target.way() instanceof Target.Way.DirectOrTunnel(var supervisor, var token))) {
      throw new IllegalStateException("no tunnel leads to " + target);
    }
    connect(supervisor.host(), supervisor.port())
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (!done.isSuccess()) {
                    unreached(exchange, target, Failure.UNREACHABLE);
                    return;
                  }
                  var channel = done.channel();
                  var result = loop.<Optional<Failure>>newPromise();
                  channel.pipeline().addLast(new TunnelHandshake(result));
                  loop.schedule(
                      () -> result.trySuccess(Optional.of(Failure.UNREACHABLE)),
                      TUNNEL_SECONDS,
                      TimeUnit.SECONDS);
                  channel.writeAndFlush(TunnelHandshake.request(supervisor, token, target.port()));
                  result.addListener(_ -> tunnelled(exchange, key, channel, result.getNow()));
                });
  }

  private void tunnelled(Exchange exchange, Key key, Channel channel, Optional<Failure> failure) {
    if (failure.isPresent()) {
      channel.close();
      unreached(exchange, key.target(), failure.get());
    } else {
      tunnels.put(key.target(), System.nanoTime() + REMEMBERED_NANOS);
      ready(exchange, key, channel);
    }
  }

  private void unreached(Exchange exchange, Target target, Failure failure) {
    tunnels.remove(target);
    release(target.group());
    exchange.unconnected(failure);
  }

  private void ready(Exchange exchange, Key key, Channel channel) {
    var target = key.target();
    if (target.tls()) {
      channel
          .pipeline()
          .addLast(trusting().newHandler(channel.alloc(), target.host(), target.port()));
    }
    var connection = new UpstreamConnection(channel, key, () -> release(target.group()));
    connection.install();
    exchange.connected(connection);
  }

  private ChannelFuture connect(String host, int port) {
    return transport
        .client(loop)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {}
            })
        .connect(Transport.address(host, port));
  }

  private SslContext trusting() {
    if (trusting == null) {
      try {
        trusting =
            SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
      } catch (SSLException e) {
        throw new IllegalStateException("the JDK speaks TLS", e);
      }
    }
    return trusting;
  }
}
