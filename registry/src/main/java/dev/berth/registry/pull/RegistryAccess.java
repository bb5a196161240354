package dev.berth.registry.pull;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the installation's configuration says of registries. A registry is named as in a reference:
 * {@code ghcr.io}, {@code localhost:5000}, {@code docker.io}.
 *
 * @param logins who we are at a registry
 * @param insecure registries that are asked by plain HTTP; one on this machine's own addresses is
 *     asked where it is named here only, without its port for all ports
 * @param tokenHosts hosts, beside a registry's own and its domain's, that may see its login because
 *     they give out its tokens
 * @param mirrors where names are asked instead; on this machine's own addresses they may be
 */
public record RegistryAccess(
    Map<String, Login> logins,
    Set<String> insecure,
    Map<String, Set<String>> tokenHosts,
    Mirrors mirrors) {
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(?:localhost|[a-z0-9.-]+\\.localhost|127(?:\\.\\d{1,3}){3}|\\[::1])(?::\\d+)?");

  /** {@code co.uk}, {@code com.au}, {@code ne.jp}: what strangers share. */
  private static final Pattern PUBLIC_SUFFIX =
      Pattern.compile(
          "(?:[^.]+|[^.]{1,3}\\.[a-z]{2}|(?:github|gitlab|azurecr|web|netlify)\\.(?:io|app))");

  public RegistryAccess {
    logins = Map.copyOf(logins);
    insecure = Set.copyOf(insecure);
    tokenHosts = Map.copyOf(tokenHosts);
  }

  /** Public images only, over TLS. */
  public static RegistryAccess anonymous() {
    return new RegistryAccess(Map.of(), Set.of(), Map.of(), Mirrors.NONE);
  }

  /** The same, and some by plain HTTP. */
  public static RegistryAccess plain(Set<String> insecure) {
    return new RegistryAccess(Map.of(), insecure, Map.of(), Mirrors.NONE);
  }

  /** The same, with these mirrors. */
  public RegistryAccess with(Mirrors mirrors) {
    return new RegistryAccess(logins, insecure, tokenHosts, mirrors);
  }

  Optional<Login> login(String registry) {
    return Optional.ofNullable(logins.get(registry));
  }

  /** Whether the operator speaks of it: only such a one may be on this machine's own addresses. */
  boolean isNamed(String registry) {
    return insecure.contains(registry)
        || logins.containsKey(registry)
        || (isLoopback(registry) && insecure.contains(withoutPort(registry)));
  }

  /** Whether the registry, named with its port, is asked by plain HTTP. */
  public boolean plainHttp(String registry) {
    return isLoopback(registry) || insecure.contains(registry);
  }

  static boolean isLoopback(String authority) {
    return LOOPBACK.matcher(authority).matches();
  }

  /**
   * Whether {@code host}, which {@code registry} sends us to for a token, may see the registry's
   * login. A registry (or whoever answers for it) could name any host here and collect logins, so
   * it must be the registry itself, in the registry's own domain, or configured.
   */
  boolean maySeeLogin(String registry, String realmAuthority) {
    if (realmAuthority.equals(registry)) return true;
    if (tokenHosts.getOrDefault(registry, Set.of()).contains(realmAuthority)) return true;
    // On loopback every port is some other program's; a domain is told by a name only.
    var host = withoutPort(registry);
    var realm = withoutPort(realmAuthority);
    if (isLoopback(host) || isAddress(host) || isAddress(realm)) return false;
    if (!hasDefaultPort(realmAuthority)) return false;
    if (realm.equals(host)) return true;
    var domain = host.equals("docker.io") ? host : host.substring(host.indexOf('.') + 1);
    return !PUBLIC_SUFFIX.matcher(domain).matches()
        && (realm.equals(domain) || realm.endsWith("." + domain));
  }

  private static boolean hasDefaultPort(String authority) {
    return authority.endsWith(":443") || withoutPort(authority).equals(authority);
  }

  private static boolean isAddress(String host) {
    return host.startsWith("[") || host.matches("[0-9.]+");
  }

  private static String withoutPort(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
  }
}
