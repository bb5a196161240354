package dev.berth.protocol.inside;

import dev.berth.protocol.Port;

/**
 * Where programs of an instance find the registry of extensions, which they ask for by the name of
 * their own workspace's host: the driver makes that name and its port lead to {@link #ADDRESS} and
 * {@link #PORT}. The supervisor listens there, and the gateway, which asks it for {@link #PATH},
 * carries who comes; an address of the host is not needed for it.
 */
public final class Outlet {
  /** A loopback address of its own, so that no program of the user's is in the way. */
  public static final String ADDRESS = "127.66.86.88";

  public static final int PORT = Port.OUTLET;

  /** An upgrade to raw bytes: each connection carries one who came, as soon as one comes. */
  public static final String PATH = "/_supervisor/v1/outlet";

  public static final String PROTOCOL = "berth-outlet";

  /** Below it, at the workspace's host, is what the registry of extensions has. */
  public static final String PREFIX = "/_berth/open-vsx";

  private Outlet() {}
}
