package dev.berth.objects.http;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that a service's must be signed by. */
public final class Authorities {
  private Authorities() {}

  /** Trusts those in the PEM file {@code file}, and no others. */
  public static TrustManager[] trusting(Path file) {
    try (var in = Files.newInputStream(file)) {
      var known = KeyStore.getInstance(KeyStore.getDefaultType());
      known.load(null, null);
      int number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        known.setCertificateEntry("authority-" + number++, certificate);
      }
      if (number == 0) throw new CertificateException("there is none in it");
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(known);
      return trust.getTrustManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new Problem.Invalid(
          "The certificates in %s cannot be read: %s.".formatted(file, Reason.of(e)),
          "Give a file with certificates in PEM.",
          e);
    }
  }
}
