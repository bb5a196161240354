package dev.berth.gateway.http;

import dev.berth.base.json.Json;
import dev.berth.gateway.access.Doorkeeper;
import dev.berth.gateway.access.PassCookie;
import dev.berth.gateway.control.ControlLink;
import dev.berth.gateway.route.Addresses;
import dev.berth.gateway.route.WorkspaceHost;
import dev.berth.protocol.route.Pass;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns one-time codes into cookies. */
final class Codes {
  private static final Logger LOG = LoggerFactory.getLogger(Codes.class);

  /**
   * How long a cookie lasts where its session does not end before: a page that is left open over a
   * weekend still works on Monday. A navigation gets a new one without a question.
   */
  private static final Duration LIFE = Duration.ofDays(7);

  /** What a code is worth. */
  sealed interface Worth {
    /** The value of a Set-Cookie header. */
    record Cookie(String header) implements Worth {}

    /** It was used, is too old, is for another host, or is not the owner's. */
    record Nothing() implements Worth {}

    /** Control is away. */
    record Unknown() implements Worth {}
  }

  private record Redemption(String code, String host) {}

  private final ControlLink control;
  private final Doorkeeper doorkeeper;
  private final PassCookie cookie;
  private final Addresses addresses;
  private final Clock clock;

  Codes(
      ControlLink control,
      Doorkeeper doorkeeper,
      PassCookie cookie,
      Addresses addresses,
      Clock clock) {
    this.control = control;
    this.doorkeeper = doorkeeper;
    this.cookie = cookie;
    this.addresses = addresses;
    this.clock = clock;
  }

  /** What {@code code} is worth at {@code host}. */
  CompletableFuture<Worth> redeem(String code, WorkspaceHost.Inside host) {
    return control
        .post("/internal/v1/codes", Json.write(new Redemption(code, addresses.authority(host))))
        .thenApply(answer -> worth(answer, host))
        .exceptionally(failure -> away(failure));
  }

  private Worth worth(ControlLink.Answer answer, WorkspaceHost.Inside host) {
    if (answer.status() == 404) return new Worth.Nothing();
    if (answer.status() != 200) {
      return away(new IOException("control answered " + answer.status()));
    }
    var told = Json.read(answer.body(), Pass.class);
    var name = addresses.name(host);
    boolean here = told.host().equals(name) || addresses.parse(told.host()).equals(host);
    var pass = new Pass(told.user(), told.session(), name, clock.instant().plus(LIFE));
    boolean early = told.expires().isAfter(clock.instant());
    return here && early && doorkeeper.mayEnter(host, pass)
        ? new Worth.Cookie(cookie.header(pass, clock))
        : new Worth.Nothing();
  }

  private static Worth away(Throwable why) {
    LOG.warn("A code could not be redeemed: {}", why.toString());
    return new Worth.Unknown();
  }
}
