package dev.berth.installer.manifests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.base.json.Json;
import dev.berth.base.trust.Authorities;
import dev.berth.installer.certificate.Authority;
import dev.berth.installer.config.Certificate;
import dev.berth.installer.config.Install;
import dev.berth.protocol.InstallationKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;

/**
 * Completes an installation's secrets: what is there stays as it is, and what is missing is made,
 * once. What the operator's settings say goes before both.
 */
public final class SecretSource {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** An installation that is looked after is applied more often than this. */
  private static final Duration RENEWED_BEFORE = Duration.ofDays(60);

  private static final Map<String, Integer> SSH_BITS =
      Map.of("ed25519", 256, "ecdsa", 256, "rsa", 3072);

  private final Install install;
  private final PodSettings settings;
  private final Instant now;

  private SecretSource(Install install, PodSettings settings, Instant now) {
    this.install = install;
    this.settings = settings;
    this.now = now;
  }

  /**
   * All that the installation needs.
   *
   * @param said the operator's settings
   * @param kept what is in the cluster
   */
  public static Secrets complete(Install install, ObjectNode said, Secrets kept, Instant now) {
    return new SecretSource(install, PodSettings.of(install, said), now).complete(kept);
  }

  /**
   * What is taken of the cluster, since the operator's settings do not say it now: what logs in to
   * a database or an object store that is elsewhere and that they still name.
   */
  public static SortedMap<String, byte[]> again(Install install, ObjectNode said, Secrets kept) {
    return new SecretSource(install, PodSettings.of(install, said), Instant.EPOCH)
        .again(kept.of(Secrets.ENVIRONMENT));
  }

  private SortedMap<String, byte[]> again(Map<String, byte[]> kept) {
    var again = new TreeMap<String, byte[]>();
    for (var path : PodSettings.SECRET) {
      var part = path.substring(0, path.lastIndexOf('.'));
      var bytes = kept.get(Settings.variable(path));
      if (bytes != null && isElsewhere(part) && !isSaid(part)) {
        again.put(Settings.variable(path), bytes);
      }
    }
    return again;
  }

  private boolean isElsewhere(String part) {
    boolean here =
        part.equals("database") ? install.database().isPresent() : install.objects().isPresent();
    return !here && !settings.tree().at("/" + part.replace('.', '/')).isMissingNode();
  }

  /** One of what logs in to it is enough: another way to log in may take the place of one. */
  private boolean isSaid(String part) {
    return PodSettings.SECRET.stream()
        .filter(path -> path.startsWith(part + "."))
        .anyMatch(path -> settings.environment().containsKey(Settings.variable(path)));
  }

  private Secrets complete(Secrets kept) {
    var all = new TreeMap<String, SortedMap<String, byte[]>>();
    var keys = keys(kept.of(Secrets.KEYS));
    all.put(Secrets.KEYS, keys);
    all.put(Secrets.GATEWAY, gateway(keys));
    var environment = environment(kept.of(Secrets.ENVIRONMENT));
    all.put(Secrets.ENVIRONMENT, environment);
    if (!settings.files().isEmpty()) all.put(Secrets.FILES, settings.files());
    if (install.objects().isPresent()) all.put(Secrets.STORE, store(environment));
    if (install.certificate() instanceof Certificate.SelfSigned) certificate(kept, all);
    if (PodSettings.hasTrust(install, settings.authorities())) all.put(Secrets.TRUST, trust(all));
    return new Secrets(all);
  }

  private static SortedMap<String, byte[]> keys(Map<String, byte[]> kept) {
    var keys = new TreeMap<>(kept);
    keys.computeIfAbsent("key", _ -> random(32));
    for (var kind : SSH_BITS.keySet()) {
      var name = "ssh_host_%s_key".formatted(kind);
      if (!keys.containsKey(name)) keys.putAll(ssh(kind, name));
    }
    return keys;
  }

  /** Made of the installation's key each time, so it is the same for ever. */
  private SortedMap<String, byte[]> gateway(Map<String, byte[]> keys) {
    var key =
        InstallationKey.read(keys.getOrDefault("key", new byte[0]))
            .orElseThrow(() ->
                new Problem.Invalid(
                    "The key in the secret %s/%s is neither %d bytes nor base64 of so many."
                        .formatted(install.namespace(), Secrets.KEYS, InstallationKey.BYTES),
                    "Put the right one back from your copy: with another one all that was saved is lost."));
    return new TreeMap<>(
        Map.of(Secrets.GATEWAY_ENTRY, InstallationKey.derive(key, InstallationKey.GATEWAY)));
  }

  private static Map<String, byte[]> ssh(String kind, String name) {
    try {
      var type = kind.equals("ecdsa") ? "ecdsa-sha2-nistp256" : "ssh-" + kind;
      var pair = KeyUtils.generateKeyPair(type, SSH_BITS.getOrDefault(kind, 0));
      var key = new ByteArrayOutputStream();
      var known = new ByteArrayOutputStream();
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "berth", null, key);
      OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(pair.getPublic(), "berth", known);
      known.write('\n');
      return Map.of(name, key.toByteArray(), name + ".pub", known.toByteArray());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK makes keys", e);
    }
  }

  private SortedMap<String, byte[]> environment(Map<String, byte[]> kept) {
    var made = new TreeMap<String, byte[]>();
    if (install.database().isPresent()) {
      made.put(Settings.variable("database.password"), word());
    }
    if (install.objects().isPresent()) {
      made.put(Settings.variable("objects.s3.accessKey"), word());
      made.put(Settings.variable("objects.s3.secretKey"), word());
    }
    made.replaceAll((name, fresh) -> kept.getOrDefault(name, fresh));
    made.putAll(again(kept));
    made.putAll(settings.environment());
    return made;
  }

  private static SortedMap<String, byte[]> store(Map<String, byte[]> environment) {
    var access = text(environment, Settings.variable("objects.s3.accessKey"));
    var secret = text(environment, Settings.variable("objects.s3.secretKey"));
    var user =
        Map.of(
            "name",
            "berth",
            "credentials",
            List.of(new TreeMap<>(Map.of("accessKey", access, "secretKey", secret))),
            "actions",
            List.of("Admin", "Read", "Write", "List", "Tagging"));
    var json = Json.write(Map.of("identities", List.of(new TreeMap<>(user))));
    return new TreeMap<>(Map.of("s3.json", json.getBytes(StandardCharsets.UTF_8)));
  }

  /** The root stays for ever; the certificate is made anew before it ends, or with other names. */
  private void certificate(Secrets kept, SortedMap<String, SortedMap<String, byte[]>> all) {
    var root = kept.of(Secrets.AUTHORITY);
    var own = kept.of(Certificate.SECRET);
    try {
      var authority =
          root.containsKey("tls.key") && isFor(text(root, "tls.crt"))
              ? Authority.of(new Authority.Pair(text(root, "tls.crt"), text(root, "tls.key")))
              : Authority.make(install.site().domain(), now);
      all.put(Secrets.AUTHORITY, pair(authority.root()));
      boolean good = own.containsKey("tls.key") && isGood(text(own, "tls.crt"), authority);
      all.put(
          Certificate.SECRET,
          good ? new TreeMap<>(own) : pair(authority.sign(install.site().names(), now)));
    } catch (GeneralSecurityException e) {
      throw new Problem.Invalid(
          "The secret %s/%s holds no certificate authority that can be used: %s."
              .formatted(install.namespace(), Secrets.AUTHORITY, e.getMessage()),
          "Delete it for a new one, which browsers must then be told to trust.",
          e);
    }
  }

  /** The operator's authorities, and ours. */
  private SortedMap<String, byte[]> trust(SortedMap<String, SortedMap<String, byte[]>> all) {
    var own = all.getOrDefault(Secrets.AUTHORITY, new TreeMap<>());
    var trusted =
        own.containsKey("tls.crt")
            ? settings.authorities().and(Authorities.in(text(own, "tls.crt"), Secrets.AUTHORITY))
            : settings.authorities();
    return new TreeMap<>(
        Map.of(PodSettings.AUTHORITIES, trusted.pem().getBytes(StandardCharsets.US_ASCII)));
  }

  /** Whether the root is of this domain: it signs for no other. */
  private boolean isFor(String root) throws GeneralSecurityException {
    var name = Authority.certificate(root).getSubjectX500Principal().getName();
    return name.contains("CN=Berth at " + install.site().domain() + ",");
  }

  private boolean isGood(String chain, Authority authority) throws GeneralSecurityException {
    var certificate = Authority.certificate(chain);
    boolean lasts = certificate.getNotAfter().toInstant().isAfter(now.plus(RENEWED_BEFORE));
    var names = certificate.getSubjectAlternativeNames();
    if (!lasts || names == null || !chain.endsWith(authority.root().chain())) return false;
    return names.stream()
        .map(name -> String.valueOf(name.get(1)))
        .toList()
        .containsAll(install.site().names());
  }

  private static SortedMap<String, byte[]> pair(Authority.Pair pair) {
    return new TreeMap<>(
        Map.of(
            "tls.crt",
            pair.chain().getBytes(StandardCharsets.US_ASCII),
            "tls.key",
            pair.key().getBytes(StandardCharsets.US_ASCII)));
  }

  private static String text(Map<String, byte[]> from, String key) {
    return new String(from.getOrDefault(key, new byte[0]), StandardCharsets.UTF_8);
  }

  /** 32 letters that need no quoting anywhere. */
  private static byte[] word() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(random(24))
        .replace('-', 'a')
        .replace('_', 'b')
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] random(int bytes) {
    var fresh = new byte[bytes];
    RANDOM.nextBytes(fresh);
    return fresh;
  }
}
