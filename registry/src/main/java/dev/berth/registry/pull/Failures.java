package dev.berth.registry.pull;

import dev.berth.base.Problem;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import javax.net.ssl.SSLException;

/** What an answer or a broken connection means to who wants the image. */
final class Failures {
  private Failures() {}

  static Problem answered(Asked image, int status, boolean withLogin) {
    return switch (status) {
      case 401 -> withLogin ? loginRefused(image, status) : loginWanted(image);
      case 403 ->
          withLogin
              ? loginRefused(image, status)
              : new Problem.Refused(
                  "Cannot pull %s: %s forbids it (403).".formatted(image, image.registry()),
                  "Add a login for %s that may read it, or use an image that may be pulled."
                      .formatted(image.registry()));
      case 404 -> missing(image);
      case 429 ->
          new Problem.Unavailable(
              "Cannot pull %s: %s answers that we ask too often (429)."
                  .formatted(image, image.registry()),
              "Wait some minutes, or add a login for %s, which usually may ask more often."
                  .formatted(image.registry()));
      default -> status >= 500 ? inTrouble(image, status) : noRegistry(image, status);
    };
  }

  private static Problem inTrouble(Asked image, int status) {
    return new Problem.Unavailable(
        "Cannot pull %s: %s is in trouble (it answered %d)."
            .formatted(image, image.registry(), status),
        "Try again later.");
  }

  private static Problem noRegistry(Asked image, int status) {
    return new Problem.Unavailable(
        "Cannot pull %s: %s answered %d, which no registry should."
            .formatted(image, image.registry(), status),
        "Check that %s is a container registry.".formatted(image.registry()));
  }

  private static Problem loginWanted(Asked image) {
    return new Problem.Refused(
        "Cannot pull %s: %s wants a login for it, or there is no such image (401)."
            .formatted(image, image.registry()),
        "Check the name; if the image is private, add a login for %s to the configuration."
            .formatted(image.registry()));
  }

  static Problem loginRefused(Asked image, int status) {
    return new Problem.Refused(
        "Cannot pull %s: %s does not accept the configured login for it (%d)."
            .formatted(image, image.registry(), status),
        "Check user and password for %s in the configuration, and that this user may read %s."
            .formatted(image.registry(), image.path()));
  }

  private static Problem missing(Asked image) {
    var what =
        image.digest().isPresent()
            ? "no content with this digest"
            : "no tag " + image.tag().orElse("latest");
    return new Problem.Missing(
        "Cannot pull %s: %s has %s of %s, or no such image at all (404)."
            .formatted(image, image.registry(), what, image.path()),
        "Check name and tag for a mistype, and that the image was pushed to %s."
            .formatted(image.registry()));
  }

  static Problem broke(Asked image, IOException e) {
    var place = e instanceof Unreachable unreachable ? unreachable.host() : image.registry();
    var cause = e instanceof Unreachable && e.getCause() instanceof IOException io ? io : e;
    return switch (cause) {
      case UnknownHostException _ ->
          unavailable(
              image,
              "the name %s cannot be resolved".formatted(place),
              "Check the image's name for a mistype and this machine's network and DNS.",
              e);
      case SSLException tls -> untrusted(image, place, tls);
      case HttpTimeoutException _ ->
          unavailable(
              image,
              "%s did not answer in time".formatted(place),
              "Check this machine's network, or try again later.",
              e);
      case ConnectException _ ->
          unavailable(
              image,
              "no connection to %s can be made".formatted(place),
              "Check that it runs and that no firewall is between.",
              e);
      case IOException _ ->
          unavailable(
              image,
              "the connection to %s broke again and again".formatted(place),
              "Check this machine's network, or try again later.",
              e);
    };
  }

  private static Problem untrusted(Asked image, String place, SSLException tls) {
    var message = String.valueOf(tls.getMessage());
    if (message.contains("Unsupported or unrecognized SSL message")) {
      return unavailable(
          image,
          "%s speaks no TLS".formatted(place),
          "If it is yours and its network is safe, add %s to the insecure registries in the configuration."
              .formatted(place),
          tls);
    }
    return unavailable(
        image,
        "the TLS certificate of %s is not trusted".formatted(place),
        "Let it use a certificate for its name from a known authority, or add its authority to the"
            + " trust store of the JDK that runs Berth.",
        tls);
  }

  private static Problem unavailable(Asked image, String why, String remedy, Throwable cause) {
    return new Problem.Unavailable("Cannot pull %s: %s.".formatted(image, why), remedy, cause);
  }
}
