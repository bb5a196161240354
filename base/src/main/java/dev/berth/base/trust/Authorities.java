package dev.berth.base.trust;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/** Certificates by which others' certificates are trusted, as PEM files hold them. */
public record Authorities(List<X509Certificate> certificates) {
  /** None. */
  public static final Authorities NONE = new Authorities(List.of());

  /** Some fifty of them. A variable takes them into pods, and Linux takes 128 KiB in one. */
  private static final int MOST_BYTES = 96 << 10;

  /** A line in it is a key's, of whatever form (RFC 7468). */
  private static final Pattern KEY = Pattern.compile("-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----");

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN CERTIFICATE-----([^-]*+)-----END CERTIFICATE-----");

  public Authorities {
    certificates = List.copyOf(new LinkedHashSet<>(certificates));
  }

  /** Those in a file, one at least; a {@link Problem.Invalid} says what is wrong with it. */
  public static Authorities read(Path file) {
    try (var stream = Files.newInputStream(file)) {
      var bytes = stream.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new Problem.Invalid(
            "The file %s is larger than %d KiB.".formatted(file, MOST_BYTES >> 10),
            "Name a file with the few authorities of your own; those that everybody knows are trusted without.");
      }
      return in(new String(bytes, StandardCharsets.ISO_8859_1), file.toString());
    } catch (IOException e) {
      throw new Problem.Invalid(
          "The file %s cannot be read: %s.".formatted(file, Reason.of(e)),
          "Name a file with certificates in PEM.",
          e);
    }
  }

  /** Those in {@code pem}, one at least, which messages call {@code place}. */
  public static Authorities in(String pem, String place) {
    if (KEY.matcher(pem).find()) {
      throw new Problem.Invalid(
          "There is a private key in %s.".formatted(place),
          "It is handed to workspaces: leave only the certificates in it, and if others saw it, make a new key.");
    }
    var certificates = new ArrayList<X509Certificate>();
    for (var found = BLOCK.matcher(pem); found.find(); ) {
      certificates.add(certificate(found.group(1), certificates.size() + 1, place));
    }
    if (certificates.isEmpty()) {
      throw new Problem.Invalid(
          "There is no certificate in %s.".formatted(place),
          "Give it in PEM: lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----."
              + " Of a file in DER: openssl x509 -inform der -in FILE.");
    }
    return new Authorities(certificates);
  }

  /** Those in {@code pem} that can be read, where others are of no matter. */
  public static Authorities readable(String pem) {
    var certificates = new ArrayList<X509Certificate>();
    for (var found = BLOCK.matcher(pem); found.find(); ) {
      try {
        certificates.add(certificate(found.group(1), certificates.size() + 1, "it"));
      } catch (Problem.Invalid unreadable) {
        // programs that read such a file pass over it, too
      }
    }
    return new Authorities(certificates);
  }

  private static X509Certificate certificate(String base64, int number, String place) {
    try {
      var der = Base64.getMimeDecoder().decode(base64);
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException | IllegalArgumentException e) {
      throw new Problem.Invalid(
          "Certificate %d in %s cannot be read: %s.".formatted(number, place, e.getMessage()),
          "Look at it with openssl x509, and copy it anew.",
          e);
    }
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return certificates.isEmpty();
  }

  /** These and those. */
  public Authorities and(Authorities others) {
    var all = new ArrayList<>(certificates);
    all.addAll(others.certificates);
    return new Authorities(all);
  }

  /** These but those. */
  public Authorities without(Authorities others) {
    var left = new ArrayList<>(certificates);
    left.removeAll(others.certificates);
    return new Authorities(left);
  }

  /** Each by itself, as a file holds it. */
  public List<String> pems() {
    return certificates.stream().map(Authorities::pem).toList();
  }

  /** All of them, as one file holds them; empty where there are none. */
  public String pem() {
    return String.join("", pems());
  }

  private static String pem(X509Certificate certificate) {
    try {
      var lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
      return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
          .formatted(lines.encodeToString(certificate.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }

  /** What is to be said of those by which nothing, or not all, will be trusted. */
  public List<String> doubts(Instant now, String place) {
    var doubts = new ArrayList<String>();
    for (var certificate : certificates) {
      var name = certificate.getSubjectX500Principal().getName();
      var ends = certificate.getNotAfter().toInstant();
      if (ends.isBefore(now)) {
        doubts.add(
            "The authority \"%s\" in %s ended at %s: what it signed is not trusted. Put the new one into the file, or take it out."
                .formatted(name, place, ends));
      }
      var begins = certificate.getNotBefore().toInstant();
      if (begins.isAfter(now)) {
        doubts.add(
            "The authority \"%s\" in %s begins at %s only: what it signed is not trusted before. Look at this machine's clock."
                .formatted(name, place, begins));
      }
      if (certificate.getBasicConstraints() < 0) {
        doubts.add(
            "\"%s\" in %s is a server's certificate and no authority: nothing that it signs is trusted, and many programs do not trust it itself. Put the authority that signed it into the file."
                .formatted(name, place));
      }
    }
    return doubts;
  }
}
