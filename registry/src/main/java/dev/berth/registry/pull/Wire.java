package dev.berth.registry.pull;

import dev.berth.base.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLException;

/**
 * One HTTP exchange after the other: redirects, and who may see what on the way. Its callers block.
 */
final class Wire implements AutoCloseable {
  /** Docker Hub needs one, GitHub's registry two. */
  private static final int MOST_REDIRECTS = 5;

  /** Clouds' metadata services that do not lie in the link-local networks. */
  private static final Set<String> METADATA =
      Set.of("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2:0:0:0:0:0:254");

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final RegistryAccess access;
  private final Patience patience;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("registry-stalls").daemon().factory());

  /** Made at the first call: it reads all of the machine's certificates, a fifth of a second. */
  private Optional<HttpClient> http = Optional.empty();

  Wire(RegistryAccess access, Patience patience) {
    this.access = access;
    this.patience = patience;
  }

  private synchronized HttpClient http() {
    if (http.isEmpty()) {
      http =
          Optional.of(
              HttpClient.newBuilder()
                  .version(HttpClient.Version.HTTP_1_1) // three layers want three connections
                  .followRedirects(HttpClient.Redirect.NEVER)
                  .connectTimeout(patience.connect())
                  .build());
    }
    return http.get();
  }

  /**
   * The answer to {@code call} from {@code uri} or from where that leads, whatever its status.
   *
   * @param authorization for {@code uri}'s own origin only; never sent to where a redirect leads
   */
  Answer exchange(Call call, URI uri, Optional<String> authorization)
      throws IOException, InterruptedException {
    var target = uri;
    for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
      refuseDangerous(call.image(), target);
      var mayBeTold = origin(target).equals(origin(uri));
      var response = send(call, target, mayBeTold ? authorization : Optional.empty());
      if (!REDIRECTS.contains(response.status())) return response;
      response.close();
      target = next(call.image(), target, response);
    }
    throw misled(call.image(), "redirects more than %d times".formatted(MOST_REDIRECTS));
  }

  private Answer send(Call call, URI uri, Optional<String> authorization)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri)
            .method(call.method(), HttpRequest.BodyPublishers.noBody())
            .timeout(call.patience().answer())
            .header("Accept", call.accept())
            .header("User-Agent", "berth");
    authorization.ifPresent(header -> request.header("Authorization", header));
    if (call.from() > 0) request.header("Range", "bytes=" + call.from() + "-");
    try {
      var response = http().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      var body = new SteadyBody(response.body(), call.patience().stall(), clock);
      return new Answer(response.statusCode(), response.headers(), body);
    } catch (IOException e) {
      throw new Unreachable(authority(uri), e);
    }
  }

  private static URI next(Asked image, URI from, Answer response) {
    var location = response.header("location");
    if (location.isEmpty() || location.length() > 16 * 1024) { // signed URLs have some KiB
      throw misled(image, "redirects to nowhere");
    }
    try {
      return from.resolve(location);
    } catch (IllegalArgumentException _) {
      throw misled(image, "redirects to what is no URL");
    }
  }

  /** Whether a later attempt may go better. */
  static boolean mayPass(IOException e) {
    var cause = e instanceof Unreachable && e.getCause() instanceof IOException io ? io : e;
    return !(cause instanceof UnknownHostException || cause instanceof SSLException);
  }

  /**
   * An image's name comes from a repository, and so does, by redirects and realms, every address
   * that we connect to: none may lead to what answers this machine only.
   */
  private void refuseDangerous(Asked image, URI uri) throws Unreachable {
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw misled(image, "sends us to what is no web address");
    }
    var authority = authority(uri);
    if (scheme.equals("http") && !access.plainHttp(authority)) {
      throw new Problem.Refused(
          "Cannot pull %s: %s sends us to %s by plain HTTP."
              .formatted(image, image.registry(), authority),
          "Let it use https, or add %s to the insecure registries in the configuration."
              .formatted(authority));
    }
    for (var address : addresses(uri, authority)) {
      if (address.isLinkLocalAddress()
          || address.isMulticastAddress()
          || METADATA.contains(address.getHostAddress())) {
        throw new Problem.Refused(
            "Cannot pull %s: %s has an address that no registry has (%s)."
                .formatted(image, authority, address.getHostAddress()),
            "Use a registry that has an address of its own.");
      }
      boolean ownAddress = address.isLoopbackAddress() || address.isAnyLocalAddress();
      if (ownAddress && !image.elsewhere() && !access.isNamed(image.registry())) {
        throw new Problem.Refused(
            "Cannot pull %s: %s is on the server's own machine (%s), which only it may ask."
                .formatted(image, authority, address.getHostAddress()),
            "If a registry runs there, let the operator name %s in images.insecureRegistries."
                .formatted(image.registry()));
      }
    }
  }

  private static InetAddress[] addresses(URI uri, String authority) throws Unreachable {
    try {
      return InetAddress.getAllByName(uri.getHost());
    } catch (UnknownHostException e) {
      if (isProxied(uri)) return new InetAddress[0]; // the proxy's DNS knows it
      throw new Unreachable(authority, e);
    }
  }

  private static boolean isProxied(URI uri) {
    var selector = ProxySelector.getDefault();
    return selector != null
        && selector.select(uri).stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
  }

  /** Host and port as a reference writes them: the port only where it is not the scheme's own. */
  static String authority(URI uri) {
    var host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    int usual = "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
    return uri.getPort() < 0 || uri.getPort() == usual ? host : host + ":" + uri.getPort();
  }

  private static String origin(URI uri) {
    return uri.getScheme().toLowerCase(Locale.ROOT) + "://" + authority(uri);
  }

  private static Problem misled(Asked image, String how) {
    return new Problem.Unavailable(
        "Cannot pull %s: %s %s.".formatted(image, image.registry(), how),
        "Check that %s is a container registry.".formatted(image.registry()));
  }

  @Override
  public void close() {
    synchronized (this) {
      http.ifPresent(HttpClient::shutdownNow);
    }
    clock.shutdownNow();
  }
}
