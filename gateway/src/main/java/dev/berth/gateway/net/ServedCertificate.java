package dev.berth.gateway.net;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that clients are shown, as its files hold it: they are looked at again now and
 * then, so that one that was renewed counts for whoever comes after that. Files that cannot be used
 * change nothing.
 */
public final class ServedCertificate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedCertificate.class);

  /** What both files held at one time. */
  private record Held(byte[] chain, byte[] key) {
    boolean isSame(Held other) {
      return Arrays.equals(chain, other.chain) && Arrays.equals(key, other.key);
    }
  }

  private final Path chain;
  private final Path key;
  private final Duration between;
  private final Thread thread = Thread.ofVirtual().name("certificate").unstarted(this::lookAgain);

  /** What was looked at last; its thread only, but for the opening. */
  private Held last;

  private volatile SslContext context;

  private ServedCertificate(Path chain, Path key, Duration between, Held held) {
    this.chain = chain;
    this.key = key;
    this.between = between;
    this.last = held;
    this.context = context(held);
  }

  /**
   * Reads it; {@link Problem.Invalid} where it cannot be used.
   *
   * @param chain PEM: the certificate with what signed it
   * @param key PEM: its PKCS #8 key
   * @param between how long a renewed one waits at most
   */
  public static ServedCertificate open(Path chain, Path key, Duration between) {
    var certificate = read(chain, key, between);
    certificate.thread.start();
    return certificate;
  }

  /** Whether it could be opened; {@link Problem.Invalid} where not. */
  public static void check(Path chain, Path key) {
    ReferenceCountUtil.release(read(chain, key, Duration.ofDays(1)).context); // OpenSSL's memory
  }

  private static ServedCertificate read(Path chain, Path key, Duration between) {
    try {
      var held = new Held(Files.readAllBytes(chain), Files.readAllBytes(key));
      return new ServedCertificate(chain, key, between, held);
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(chain, key, e);
    }
  }

  private static Problem unusable(Path chain, Path key, Exception e) {
    return new Problem.Invalid(
        "The certificate %s or its key %s cannot be used: %s.".formatted(chain, key, Reason.of(e)),
        "Give PEM files: the certificate with its chain, and its key as PKCS #8.",
        e);
  }

  private static SslContext context(Held held) {
    if (!fit(held)) throw new IllegalArgumentException("the key is not the certificate's");
    try {
      return SslContextBuilder.forServer(
              new ByteArrayInputStream(held.chain), new ByteArrayInputStream(held.key))
          .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2,
                  ApplicationProtocolNames.HTTP_1_1))
          .build();
    } catch (SSLException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** OpenSSL finds that out at the first handshake only. */
  private static boolean fit(Held held) {
    try {
      var certificate =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(held.chain));
      var shown = certificate.getPublicKey();
      var pem = new String(held.key, StandardCharsets.US_ASCII);
      var base64 = pem.replaceAll("(?s).*-----BEGIN PRIVATE KEY-----|-----END.*", "");
      var key =
          KeyFactory.getInstance(shown.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
      var signature = Signature.getInstance(algorithm(shown.getAlgorithm()));
      signature.initSign(key);
      signature.update(held.chain);
      var signed = signature.sign();
      signature.initVerify(shown);
      signature.update(held.chain);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String algorithm(String kind) {
    return switch (kind) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> kind;
    };
  }

  /**
   * Of both files one may be new already and the other not yet: then they do not fit, and are
   * looked at again.
   */
  private void lookAgain() {
    try {
      while (true) {
        Thread.sleep(between);
        try {
          var now = new Held(Files.readAllBytes(chain), Files.readAllBytes(key));
          if (now.isSame(last)) continue;
          last = now;
          // The one before is not let go of: connections that it began go on with it.
          context = context(now);
          LOG.info("the certificate {} is a new one, which is shown from now on", chain);
        } catch (IOException | IllegalArgumentException e) {
          LOG.warn("{}", unusable(chain, key, e).words());
        }
      }
    } catch (InterruptedException _) {
      // The gateway is closed.
    }
  }

  /** What speaks TLS on one connection. */
  public SslHandler newHandler(ByteBufAllocator allocator) {
    return context.newHandler(allocator);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
