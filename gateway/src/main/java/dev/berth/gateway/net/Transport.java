package dev.berth.gateway.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The event loops, and sockets on them. All of the gateway's work runs on these threads. */
public final class Transport implements AutoCloseable {
  /**
   * What may wait for a slow reader, per connection: 256 KiB keep a gigabit busy for 2 ms, the time
   * until the loop comes round.
   */
  private static final WriteBufferWaterMark WAITING = new WriteBufferWaterMark(64 << 10, 256 << 10);

  /** Of Linux, on each of its machines: asm-generic/errno.h. */
  private static final int EACCES = 13;

  private static final int EADDRINUSE = 98;
  private static final int EADDRNOTAVAIL = 99;

  private final MultiThreadIoEventLoopGroup group;
  private final Class<? extends ServerSocketChannel> serverType;
  private final Class<? extends SocketChannel> clientType;

  private Transport(
      MultiThreadIoEventLoopGroup group,
      Class<? extends ServerSocketChannel> serverType,
      Class<? extends SocketChannel> clientType) {
    this.group = group;
    this.serverType = serverType;
    this.clientType = clientType;
  }

  /** Starts {@code threads} event loops. */
  public static Transport open(int threads) {
    var names = new DefaultThreadFactory("gateway", true);
    return Epoll.isAvailable()
        ? new Transport(
            new MultiThreadIoEventLoopGroup(threads, names, EpollIoHandler.newFactory()),
            EpollServerSocketChannel.class,
            EpollSocketChannel.class)
        : new Transport(
            new MultiThreadIoEventLoopGroup(threads, names, NioIoHandler.newFactory()),
            NioServerSocketChannel.class,
            NioSocketChannel.class);
  }

  /**
   * Why a socket failed, as Java has it: those of epoll tell the system's number, not its words.
   */
  public static Throwable asJava(Throwable failure) {
    if (!(failure instanceof Errors.NativeIoException numbered)) return failure;
    return switch (-numbered.expectedErr()) {
      case EACCES -> new SocketException("Permission denied");
      case EADDRINUSE -> new BindException("Address already in use");
      case EADDRNOTAVAIL -> new BindException("Cannot assign requested address");
      default -> failure;
    };
  }

  /** Each of the loops, always in the same order. */
  public List<EventLoop> loops() {
    var loops = new ArrayList<EventLoop>();
    for (var executor : group) loops.add((EventLoop) executor);
    return loops;
  }

  /** For a listening socket; its connections are spread over the loops. */
  public ServerBootstrap server() {
    return new ServerBootstrap()
        .group(group)
        .channel(serverType)
        .option(ChannelOption.SO_BACKLOG, 4096)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, received());
  }

  /** For a connection from {@code loop}. */
  public Bootstrap client(EventLoop loop) {
    return new Bootstrap()
        .group(loop)
        .channel(clientType)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5000)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING)
        .option(ChannelOption.RECVBUF_ALLOCATOR, received());
  }

  /** Any loop. */
  public EventLoop next() {
    return group.next();
  }

  /** The address of {@code host}, which is looked up only when it is no IP address. */
  public static InetSocketAddress address(String host, int port) {
    byte[] ip = NetUtil.createByteArrayFromIpAddressString(host);
    if (ip == null) return InetSocketAddress.createUnresolved(host, port);
    try {
      return new InetSocketAddress(InetAddress.getByAddress(host, ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IP address has 4 or 16 bytes", e);
    }
  }

  private static AdaptiveRecvByteBufAllocator received() {
    return new AdaptiveRecvByteBufAllocator(512, 4096, 256 << 10);
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
