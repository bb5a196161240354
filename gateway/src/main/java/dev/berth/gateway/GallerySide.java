package dev.berth.gateway;

import dev.berth.gateway.gallery.Gallery;
import dev.berth.gateway.gallery.GalleryConfig;
import dev.berth.gateway.gallery.Outlets;
import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.RouteTable;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;

/** The registry of extensions and the ways to it out of the instances, where it is served. */
record GallerySide(Optional<Gallery> gallery, Optional<Outlets> outlets) implements AutoCloseable {
  static GallerySide open(
      Optional<GalleryConfig> config, Addresses addresses, RouteTable routes, Clock clock) {
    var gallery =
        config.map(
            some -> Gallery.open(some, addresses, id -> routes.find(id).map(Route::owner), clock));
    return new GallerySide(gallery, gallery.map(Outlets::new));
  }

  Optional<InetSocketAddress> address() {
    return gallery.map(Gallery::address);
  }

  void apply(RouteEvent event) {
    outlets.ifPresent(it -> it.apply(event));
  }

  @Override
  public void close() {
    outlets.ifPresent(Outlets::close);
    gallery.ifPresent(Gallery::close);
  }
}
