package dev.berth.gateway;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate of our own for berth.localhost, by the JDK's keytool. */
final class Certificate {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final KeyStore store;

  Certificate(Path folder) throws Exception {
    var file = folder.resolve("keys.p12");
    var names = "san=dns:berth.localhost,dns:*.ws.berth.localhost,dns:localhost,ip:127.0.0.1";
    var made =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/keytool",
                "-genkeypair",
                "-alias",
                "berth",
                "-keyalg",
                "EC",
                "-dname",
                "CN=berth.localhost",
                "-ext",
                names,
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (made.waitFor() != 0) throw new IllegalStateException("keytool failed, see " + folder);
    store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
  }

  GatewayConfig.Tls files(Path folder) throws Exception {
    var chain = folder.resolve("chain.pem");
    var key = folder.resolve("key.pem");
    Files.writeString(chain, pem("CERTIFICATE", store.getCertificate("berth").getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", store.getKey("berth", PASSWORD).getEncoded()));
    return new GatewayConfig.Tls(chain, key, Duration.ofMillis(50));
  }

  X509Certificate shown() throws Exception {
    return (X509Certificate) store.getCertificate("berth");
  }

  private static String pem(String what, byte[] der) {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what);
  }

  /** A server with this certificate, or a client that trusts it. */
  SSLContext context() throws Exception {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("berth", store.getCertificate("berth"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
