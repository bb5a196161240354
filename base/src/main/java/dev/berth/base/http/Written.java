package dev.berth.base.http;

import io.netty.channel.ChannelFuture;
import java.io.IOException;

/** Waits for writes; never called on an event loop. */
final class Written {
  private Written() {}

  static void await(ChannelFuture write) throws IOException, InterruptedException {
    write.await();
    if (!write.isSuccess()) throw new IOException("the client is gone", write.cause());
  }
}
