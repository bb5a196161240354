package dev.berth.base.http;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/**
 * The moment between our last word and hanging up: what the other side still sends is read, as
 * hanging up with unread bytes would make its system throw away what it was told (RFC 9112, 9.6).
 */
final class Linger {
  private static final int SECONDS = 2;

  private Linger() {}

  /** Closes {@code channel} then, unless the other side hangs up before. */
  static void on(Channel channel) {
    channel.config().setAutoRead(true); // whoever read it may have been too slow for it
    var end = channel.eventLoop().schedule(() -> channel.close(), SECONDS, TimeUnit.SECONDS);
    channel.closeFuture().addListener(_ -> end.cancel(false));
  }
}
