package dev.berth.gateway;

import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.RouteTable;
import dev.berth.gateway.statics.StaticFiles;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.time.Clock;

/** What the gateway itself has for editors: their static files, and the registry of extensions. */
record EditorSide(StaticFiles statics, GallerySide gallery) implements AutoCloseable {
  static EditorSide open(
      GatewayConfig config, Addresses addresses, RouteTable routes, Clock clock) {
    return new EditorSide(
        StaticFiles.open(config.editors()),
        GallerySide.open(config.gallery(), addresses, routes, clock));
  }

  void apply(RouteEvent event) {
    gallery.apply(event);
    if (bringsEditor(event)) statics.look();
  }

  /** Whether an instance has an editor now, whose tree may be a new one. */
  private static boolean bringsEditor(RouteEvent event) {
    return switch (event) {
      case RouteEvent.Changed(var route) ->
          route.running().flatMap(Route.Upstream::editor).isPresent();
      case RouteEvent.All _ -> true;
      case RouteEvent.Gone _, RouteEvent.SessionEnded _, RouteEvent.SshKeys _ -> false;
    };
  }

  @Override
  public void close() {
    gallery.close();
    statics.close();
  }
}
