package dev.berth.bench.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Visitors who each send a WebSocket message of 120 bytes, wait for its echo, and send the next.
 */
final class EchoLoad {
  private static final int PAYLOAD = 120;

  private EchoLoad() {}

  /** How many messages a second came back. */
  static double run(int port, String head, int visitors, Duration time) throws Exception {
    var echoes = new AtomicLong();
    var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      var channels = new ArrayList<Channel>();
      for (int i = 0; i < visitors; i++) {
        channels.add(
            new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(
                    new ChannelInitializer<Channel>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Visitor(echoes));
                      }
                    })
                .connect("127.0.0.1", port)
                .sync()
                .channel());
      }
      var request = Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII);
      for (var channel : channels) channel.writeAndFlush(request.retainedDuplicate());
      Thread.sleep(500); // all are connected and under way
      long before = echoes.get();
      long began = System.nanoTime();
      Thread.sleep(time);
      return (echoes.get() - before) / ((System.nanoTime() - began) / 1e9);
    } finally {
      group.shutdownGracefully().sync();
    }
  }

  private static final class Visitor extends SimpleChannelInboundHandler<ByteBuf> {
    private final AtomicLong echoes;
    private boolean upgraded;
    private int missing;
    private String head = "";

    Visitor(AtomicLong echoes) {
      this.echoes = echoes;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      if (!upgraded) {
        head += bytes.toString(StandardCharsets.US_ASCII);
        if (!head.contains("\r\n\r\n")) return;
        if (!head.startsWith("HTTP/1.1 101")) throw new IllegalStateException(head);
        upgraded = true;
        send(ctx);
        return;
      }
      missing -= bytes.readableBytes();
      if (missing > 0) return;
      echoes.lazySet(echoes.get() + 1); // one event loop counts
      send(ctx);
    }

    private void send(ChannelHandlerContext ctx) {
      var frame = ctx.alloc().ioBuffer(6 + PAYLOAD);
      frame.writeByte(0x82).writeByte(0x80 | PAYLOAD).writeInt(0x01020304).writeZero(PAYLOAD);
      missing = 2 + PAYLOAD;
      ctx.writeAndFlush(frame);
    }
  }
}
