package dev.berth.installer.manifests;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an installation keeps to itself: the content of each secret by name and key. */
public record Secrets(SortedMap<String, SortedMap<String, byte[]>> content) {
  /** The installation's key and the SSH door's: without it all that was sealed is lost. */
  public static final String KEYS = "berth-keys";

  /** What the gateway, which the world reaches, needs of the installation's key. */
  public static final String GATEWAY = "berth-gateway-key";

  /** Its entry there. */
  static final String GATEWAY_ENTRY = "gateway.key";

  /** Settings that are secret, as variables. */
  public static final String ENVIRONMENT = "berth-environment";

  /** Files that settings name. */
  public static final String FILES = "berth-files";

  /**
   * Certificates of the authorities that Berth and its workspaces trust; nothing is secret in it.
   */
  public static final String TRUST = "berth-trust";

  /** What the object store in the cluster is told of its one user. */
  public static final String STORE = "berth-objects";

  /** The authority that signs the installation's certificate, where it is our own. */
  public static final String AUTHORITY = "berth-authority";

  public Secrets {
    var copy = new TreeMap<String, SortedMap<String, byte[]>>();
    content.forEach((name, keys) -> copy.put(name, new TreeMap<>(keys)));
    content = copy;
  }

  /** None yet. */
  public static Secrets none() {
    return new Secrets(new TreeMap<>());
  }

  /** Whether the installation's key is among them. */
  public boolean hasKey() {
    return of(KEYS).containsKey("key");
  }

  /** The keys of a secret; none where it is not there. */
  public Map<String, byte[]> of(String name) {
    return content.getOrDefault(name, new TreeMap<>());
  }

  /** The keys of a secret as a manifest has them. */
  Map<String, String> encoded(String name) {
    var encoded = new LinkedHashMap<String, String>();
    of(name).forEach((key, bytes) -> encoded.put(key, Base64.getEncoder().encodeToString(bytes)));
    return encoded;
  }

  /** Not the content: records are printed by accident. */
  @Override
  public String toString() {
    return "Secrets" + content.keySet();
  }
}
