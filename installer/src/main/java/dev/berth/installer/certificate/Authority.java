package dev.berth.installer.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of an installation's own, which signs for its names only. Who trusts its
 * root trusts whoever has its key: so it is bound to the installation's domain.
 */
public final class Authority {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Nobody should have to trust another one while the installation lives. */
  private static final Duration ROOT_LIFE = Duration.ofDays(3650);

  /** Apple's clients take none for longer than 825 days, whoever signed it. */
  private static final Duration LIFE = Duration.ofDays(397);

  /** What clocks may differ by. */
  private static final Duration BEFORE = Duration.ofHours(1);

  private final X509Certificate root;
  private final PrivateKey key;

  private Authority(X509Certificate root, PrivateKey key) {
    this.root = root;
    this.key = key;
  }

  /** A certificate and its key, both PEM; the key is PKCS #8. */
  public record Pair(String chain, String key) {}

  /** A new one for a domain and what is below it. */
  public static Authority make(String domain, Instant now) {
    try {
      var keys = keys();
      var name = new X500Principal("CN=Berth at %s, O=Berth".formatted(domain));
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              serial(),
              Date.from(now.minus(BEFORE)),
              Date.from(now.plus(ROOT_LIFE)),
              name,
              keys.getPublic());
      var extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      builder.addExtension(
          Extension.nameConstraints,
          true,
          new org.bouncycastle.asn1.x509.NameConstraints(
              new org.bouncycastle.asn1.x509.GeneralSubtree[] {
                new org.bouncycastle.asn1.x509.GeneralSubtree(
                    new GeneralName(GeneralName.dNSName, domain))
              },
              null));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          extensions.createSubjectKeyIdentifier(keys.getPublic()));
      return new Authority(signed(builder, keys.getPrivate()), keys.getPrivate());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK makes certificates", e);
    }
  }

  /** One that was made before, from its two PEM texts. */
  public static Authority of(Pair pair) throws GeneralSecurityException {
    var bytes = Base64.getMimeDecoder().decode(pair.key().replaceAll("-----[A-Z ]+-----", ""));
    return new Authority(
        certificate(pair.chain()),
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes)));
  }

  /** The first certificate of a PEM text. */
  public static X509Certificate certificate(String pem) throws CertificateException {
    var bytes = pem.getBytes(StandardCharsets.US_ASCII);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(bytes));
  }

  /** The root and its key. */
  public Pair root() {
    return new Pair(pem("CERTIFICATE", encoded(root)), pem("PRIVATE KEY", key.getEncoded()));
  }

  /** A certificate for these names with what signed it, and a new key. */
  public Pair sign(List<String> names, Instant now) {
    try {
      var keys = keys();
      var builder =
          new JcaX509v3CertificateBuilder(
              root,
              serial(),
              Date.from(now.minus(BEFORE)),
              Date.from(now.plus(LIFE)),
              new X500Principal("CN=" + names.getFirst()),
              keys.getPublic());
      var extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(root.getPublicKey()));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              names.stream()
                  .map(name -> new GeneralName(GeneralName.dNSName, name))
                  .toArray(GeneralName[]::new)));
      var certificate = signed(builder, key);
      return new Pair(
          pem("CERTIFICATE", encoded(certificate)) + pem("CERTIFICATE", encoded(root)),
          pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK makes certificates", e);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }

  private static BigInteger serial() {
    return new BigInteger(120, RANDOM).setBit(0);
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateException e) {
      throw new IllegalStateException("it was read or made", e);
    }
  }

  private static String pem(String kind, byte[] bytes) {
    var text = new StringWriter();
    text.append("-----BEGIN ").append(kind).append("-----\n");
    text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes));
    return text.append("\n-----END ").append(kind).append("-----\n").toString();
  }
}
