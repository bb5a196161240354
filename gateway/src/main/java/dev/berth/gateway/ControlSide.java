package dev.berth.gateway;

import dev.berth.gateway.access.InternalKey;
import dev.berth.gateway.activity.ActivityLog;
import dev.berth.gateway.control.ControlHosts;
import dev.berth.gateway.control.ControlLink;
import dev.berth.gateway.control.FoundLeader;
import dev.berth.gateway.control.GatewayName;
import dev.berth.gateway.control.Leader;
import dev.berth.gateway.control.RouteStream;
import dev.berth.gateway.net.Transport;
import dev.berth.protocol.route.RouteEvent;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What lies between the gateway and control, which may be away at any time: which one leads, the
 * way to it, what it is told of who is there, and what it tells of workspaces.
 */
final class ControlSide implements AutoCloseable {
  private final Leader leader;
  private final ControlLink link;
  private final ActivityLog activity;

  /** From {@link #listen} on: who hears it asks control, too. */
  private volatile Optional<RouteStream> stream = Optional.empty();

  private ControlSide(Leader leader, ControlLink link, ActivityLog activity) {
    this.leader = leader;
    this.link = link;
    this.activity = activity;
  }

  /**
   * Opens it.
   *
   * @param report how often control is told who is there
   */
  static ControlSide open(GatewayConfig config, Transport transport, Duration report, Clock clock) {
    var leader = leader(config.control(), config.key());
    var link = new ControlLink(transport, leader, config.key().authorization());
    return new ControlSide(leader, link, ActivityLog.open(link, transport.next(), report, clock));
  }

  private static Leader leader(ControlHosts hosts, InternalKey key) {
    return switch (hosts) {
      case ControlHosts.At(var address) -> new Leader.Always(address);
      case ControlHosts.Among(var some) -> FoundLeader.among(some, key.token());
    };
  }

  Leader leader() {
    return leader;
  }

  ControlLink link() {
    return link;
  }

  ActivityLog activity() {
    return activity;
  }

  /**
   * Begins to hear what control tells of workspaces, whichever leads.
   *
   * @param self who listens
   * @param moved is called whenever another leads
   */
  void listen(GatewayName self, EventLoop timer, Consumer<RouteEvent> events, Runnable moved) {
    var opened = new RouteStream(link, self, timer, events, leader::lost);
    leader.onMove(() -> {
      opened.moved();
      moved.run();
    });
    opened.connect();
    stream = Optional.of(opened);
  }

  /** The last report needs a leader, which an end of the stream lets be doubted. */
  @Override
  public void close() {
    activity.close();
    stream.ifPresent(RouteStream::close);
    leader.close();
  }
}
