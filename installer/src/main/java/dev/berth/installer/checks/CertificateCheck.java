package dev.berth.installer.checks;

import dev.berth.installer.certificate.Authority;
import dev.berth.protocol.check.Result;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a certificate in a secret does for an installation. */
final class CertificateCheck {
  private static final Duration SOON = Duration.ofDays(14);

  private CertificateCheck() {}

  static Result of(String secret, Map<String, byte[]> content, List<String> names, Instant now) {
    var hop = "certificate in the secret " + secret;
    var chain = content.get("tls.crt");
    var key = content.get("tls.key");
    if (chain == null || key == null) {
      return Result.bad(
          "B403",
          hop,
          "It has no tls.crt or no tls.key.",
          "The gateway shows that certificate.",
          "kubectl create secret tls NAME --cert=chain.pem --key=key.pem");
    }
    try {
      return of(hop, Authority.certificate(ascii(chain)), ascii(key), names, now);
    } catch (CertificateException e) {
      return Result.bad(
          "B403",
          hop,
          "Its tls.crt holds no certificate: %s.".formatted(e.getMessage()),
          "The gateway shows that certificate.",
          "Put a PEM text there, the installation's own first, then those that signed it.");
    }
  }

  /**
   * The same of a chain and its key.
   *
   * @param key empty where only the gateway has it
   */
  static Result of(
      String hop, X509Certificate certificate, String key, List<String> names, Instant now)
      throws CertificateException {
    var ends = certificate.getNotAfter().toInstant();
    var texts = names(certificate);
    var missing = names.stream().filter(name -> !covers(texts, name)).toList();
    if (!missing.isEmpty()) {
      return Result.bad(
          "B403",
          hop,
          "It is not for %s.".formatted(String.join(", ", missing)),
          "The dashboard is at the first of the names, workspaces and their ports at *.ws.",
          "Get one for all of %s.".formatted(String.join(", ", names)));
    }
    if (ends.isBefore(now)) {
      return Result.bad(
          "B403", hop, "It ended at %s.".formatted(ends), "Browsers refuse it.", "Renew it.");
    }
    if (key.contains("BEGIN RSA PRIVATE KEY") || key.contains("BEGIN EC PRIVATE KEY")) {
      return Result.bad(
          "B403",
          hop,
          "Its key is not PKCS #8.",
          "The gateway reads keys of that form only.",
          "openssl pkcs8 -topk8 -nocrypt -in key.pem -out key8.pem; with cert-manager: privateKey.encoding: PKCS8.");
    }
    if (ends.isBefore(now.plus(SOON))) {
      return Result.doubtful(
          "B403",
          hop,
          "It ends at %s.".formatted(ends),
          "Browsers refuse it from then on.",
          "Renew it, or see why what renews it has not: kubectl describe certificate berth-tls.");
    }
    return Result.good("B403", hop, "for all names, until %s".formatted(ends));
  }

  /** The names in DNS that it is for. */
  private static List<String> names(X509Certificate certificate) throws CertificateException {
    var all = certificate.getSubjectAlternativeNames();
    var texts = new ArrayList<String>();
    if (all == null) return texts;
    for (var one : all) if (Integer.valueOf(2).equals(one.get(0))) texts.add(one.get(1).toString());
    return texts;
  }

  /** As clients read it: a star stands for one word. */
  static boolean covers(List<String> texts, String name) {
    int dot = name.indexOf('.');
    return texts.contains(name) || texts.contains("*" + name.substring(dot));
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
