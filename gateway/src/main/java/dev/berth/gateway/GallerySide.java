package dev.berth.gateway;

import dev.berth.gateway.gallery.Gallery;
import dev.berth.gateway.gallery.GalleryConfig;
import dev.berth.gateway.gallery.Outlets;
import dev.berth.gateway.route.Addresses;
import dev.berth.protocol.route.RouteEvent;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;

/** The registry of extensions and the ways to it out of the instances, where it is served. */
record GallerySide(Optional<Gallery> gallery, Optional<Outlets> outlets) implements AutoCloseable {
  static GallerySide open(Optional<GalleryConfig> config, Addresses addresses, Clock clock) {
    var gallery = config.map(some -> Gallery.open(some, addresses, clock));
    return new GallerySide(gallery, gallery.map(it -> new Outlets(it.address())));
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
