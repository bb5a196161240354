package dev.berth.gateway.access;

import dev.berth.base.Problem;
import dev.berth.protocol.UserId;
import dev.berth.protocol.route.Pass;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cookie of one workspace host: a {@link Pass}, signed, so that it is checked without asking
 * control. Host-only; a page of another host can plant one of the same name, which is why a request
 * may bring several and each is checked.
 */
public final class PassCookie {
  /** What all our cookies on workspace hosts begin with, so that none is forwarded. */
  static final String OURS = "berth";

  private static final Pattern SESSION = Pattern.compile("[!-~]{1,200}");
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** Checked in one header, so that a visitor with a thousand of them does not keep us busy. */
  private static final int MOST = 8;

  private final InternalKey.Signer signer;
  private final boolean secure;
  private final String name;

  /**
   * Cookies signed by {@code key}.
   *
   * @param secure whether browsers will keep a cookie marked Secure; else it has neither the mark
   *     nor the prefix that demands it
   */
  public PassCookie(InternalKey key, boolean secure) {
    this.signer = key.signer("berth gateway workspace cookie 1");
    this.secure = secure;
    this.name = secure ? "__Host-berth-ws" : "berth-ws";
  }

  /** The value of a Set-Cookie header for {@code pass}. */
  public String header(Pass pass, Clock clock) {
    long seconds = Math.max(0, Duration.between(clock.instant(), pass.expires()).toSeconds());
    return "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s"
        .formatted(name, value(pass), seconds, secure ? "; Secure" : "");
  }

  /** The cookie's value alone. */
  String value(Pass pass) {
    if (!SESSION.matcher(pass.session()).matches()) {
      throw new Problem.Invalid(
          "The session's name cannot be put into a cookie.", "Use up to 200 printable letters.");
    }
    var text =
        "%s %d %s %s"
            .formatted(pass.user(), pass.expires().getEpochSecond(), pass.session(), pass.host());
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8))
        + "."
        + BASE64.encodeToString(signer.sign(text));
  }

  /** The first pass among {@code cookies} (a Cookie header's value) that we signed for host. */
  public Optional<Pass> read(String cookies, String host) {
    int found = 0;
    for (var cookie : cookies.split(";", -1)) {
      int equals = cookie.indexOf('=');
      if (equals < 0 || !cookie.substring(0, equals).strip().equals(name)) continue;
      if (++found > MOST) break;
      var pass = verify(cookie.substring(equals + 1).strip());
      if (pass.isPresent() && pass.get().host().equals(host)) return pass;
    }
    return Optional.empty();
  }

  private Optional<Pass> verify(String value) {
    int dot = value.indexOf('.');
    if (dot < 0 || value.length() > 1024) return Optional.empty();
    try {
      var text =
          new String(
              Base64.getUrlDecoder().decode(value.substring(0, dot)), StandardCharsets.UTF_8);
      var signature = Base64.getUrlDecoder().decode(value.substring(dot + 1));
      if (!MessageDigest.isEqual(signature, signer.sign(text))) return Optional.empty();
      var parts = text.split(" ", -1);
      var expires = Instant.ofEpochSecond(Long.parseLong(parts[1]));
      return Optional.of(new Pass(new UserId(parts[0]), parts[2], parts[3], expires));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not base64: not ours
    }
  }

  /** {@code cookies} without ours; empty where none is left. What is no cookie goes too. */
  public static Optional<String> without(String cookies) {
    if (!cookies.contains(OURS)) return Optional.of(cookies);
    var kept = new StringBuilder(cookies.length());
    for (var cookie : cookies.split(";", -1)) {
      var one = cookie.strip();
      if (one.isEmpty() || isOurs(one)) continue;
      if (!kept.isEmpty()) kept.append("; ");
      kept.append(one);
    }
    return kept.isEmpty() ? Optional.empty() : Optional.of(kept.toString());
  }

  /** Whether {@code cookie} ("name=value") has a name that is kept for Berth. */
  public static boolean isOurs(String cookie) {
    return cookie.startsWith(OURS)
        || cookie.startsWith("__Host-" + OURS)
        || cookie.startsWith("__Secure-" + OURS);
  }
}
