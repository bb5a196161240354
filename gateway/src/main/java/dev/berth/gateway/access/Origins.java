package dev.berth.gateway.access;

import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.WorkspaceHost;
import java.util.Optional;

/**
 * Whether a request that a browser was made to send may do what it asks. All workspaces are one
 * site to a browser, so SameSite cookies do not keep one workspace's page from another's host.
 */
public final class Origins {
  private final Addresses addresses;

  public Origins(Addresses addresses) {
    this.addresses = addresses;
  }

  /** What a request would do. */
  public enum Kind {
    /** GET, HEAD or OPTIONS. */
    READS,
    /** Any other method. */
    CHANGES,
    /** A WebSocket or another upgrade, which browsers let every page open. */
    UPGRADES
  }

  /**
   * What a browser says of who made it send a request; what a page cannot forge.
   *
   * @param origin of the page, also {@code null}: it hides itself, or its policy does
   * @param site how near the page's host is to the asked one (Sec-Fetch-Site); browsers send it
   *     since 2023, and over TLS or to localhost only
   * @param inWindow whether a person goes there in a window of its own, which is everybody's right
   */
  public record Sent(
      Kind kind,
      Optional<String> origin,
      Optional<String> referer,
      Optional<String> site,
      boolean inWindow) {
    private boolean isFromSameSite() {
      return site.isPresent() && site.get().equals("same-site");
    }

    private boolean isFromSameOrigin() {
      return site.isPresent() && site.get().equals("same-origin");
    }
  }

  /**
   * Whether whoever sent this may have sent it to {@code host}.
   *
   * @param editors whether {@code host} leads to the editor or to the supervisor: who talks to
   *     these has a shell, so only their own page may
   */
  public boolean fits(WorkspaceHost.Inside host, boolean editors, Sent sent, Access.By by) {
    return switch (by) {
      case PUBLIC -> true;
      case TOKEN -> sent.kind() == Kind.READS || tokenFits(host, editors, sent.origin());
      case COOKIE ->
          switch (sent.kind()) {
            case READS -> mayRead(host, sent);
            case CHANGES -> mayChange(host, editors, sent);
            case UPGRADES -> mayUpgrade(host, editors, sent.origin());
          };
    };
  }

  /** No browser adds the token by itself, so a page that sends it was given it. */
  private boolean tokenFits(WorkspaceHost.Inside host, boolean editors, Optional<String> origin) {
    if (origin.isEmpty()) return true;
    var from = addresses.origin(origin.get());
    if (editors) return from.equals(host);
    return !(from instanceof WorkspaceHost.Inside) || isSibling(host, from);
  }

  private boolean mayUpgrade(WorkspaceHost.Inside host, boolean editors, Optional<String> origin) {
    if (origin.isEmpty()) return false;
    var from = addresses.origin(origin.get());
    return editors ? from.equals(host) : isSibling(host, from);
  }

  /**
   * A page that hides where it is ({@code null}: a form with the policy no-referrer, as any page
   * may set) is believed only where the browser says itself that it is of the same origin.
   */
  private boolean mayChange(WorkspaceHost.Inside host, boolean editors, Sent sent) {
    if (sent.origin().isEmpty()) return !editors && !sent.isFromSameSite();
    var origin = sent.origin().get();
    if (editors) return addresses.origin(origin).equals(host);
    if (origin.equals("null")) return sent.isFromSameOrigin();
    return switch (addresses.origin(origin)) {
      case WorkspaceHost.Inside other -> other.workspace().equals(host.workspace());
      case WorkspaceHost.Dashboard _ -> true;
      case WorkspaceHost.Gallery _, WorkspaceHost.Loopback _, WorkspaceHost.Foreign _ ->
          !sent.isFromSameSite(); // of another site no cookie comes along: the app's own business
    };
  }

  /** An app may answer so that any page can read it, and a script tells what it holds. */
  private boolean mayRead(WorkspaceHost.Inside host, Sent sent) {
    if (sent.origin().isPresent()) {
      var from = addresses.origin(sent.origin().get());
      if (from instanceof WorkspaceHost.Inside) return isSibling(host, from);
      if (from instanceof WorkspaceHost.Dashboard) return true;
    }
    if (!sent.isFromSameSite() || sent.inWindow()) return true;
    if (sent.referer().isEmpty()) return false;
    var from = addresses.origin(origin(sent.referer().get()));
    return from instanceof WorkspaceHost.Dashboard || isSibling(host, from);
  }

  private static boolean isSibling(WorkspaceHost.Inside host, WorkspaceHost from) {
    return from instanceof WorkspaceHost.Inside other && other.workspace().equals(host.workspace());
  }

  /** The part of a URL before its path. */
  private static String origin(String url) {
    int path = url.indexOf('/', url.indexOf("//") + 2);
    return path < 0 ? url : url.substring(0, path);
  }
}
