package dev.berth.installer.checks;

import dev.berth.protocol.check.Result;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The way to the gateway's doors from wherever this runs: names, web and SSH. The same from the
 * operator's machine and from a pod, where it is the hairpin.
 *
 * @param codes the first letter and digit of the results' codes, as B5
 * @param from where it runs, in words
 * @param httpPort where who comes without TLS is led to it; empty where that is not looked at
 * @param served whether there is a gateway yet
 * @param shown the serial number of the gateway's certificate, where it is known
 * @param workspaces what a workspace trusts, where that is to be looked at
 */
public record Reach(
    String codes,
    String from,
    String domain,
    boolean tls,
    int webPort,
    Optional<Integer> sshPort,
    Optional<Integer> httpPort,
    boolean served,
    Optional<String> shown,
    Optional<SSLContext> workspaces) {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int ANSWER_MILLIS = 10_000;
  private static final int LONGEST_LINE = 1_000;

  /** A refusal is some hundred bytes. */
  private static final int LONGEST_ANSWER = 16 << 10;

  /** What Berth's refusals are made of; whatever else answers a request has others. */
  private static final List<String> REFUSAL =
      List.of("\"error\"", "\"kind\"", "\"what\"", "\"remedy\"");

  private static final String REQUEST =
      "GET /api/v1/me HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";

  /** A request of HTTP, whose lines end so. */
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "GET /api/v1/me HTTP/1.1",
          "Host: %s",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: YmVydGgtY2hlY2stMTIzNA==",
          "",
          "");

  /** The results, in order. */
  public List<Result> check() {
    var results = new ArrayList<Result>();
    var names = List.of(domain, "berth-check." + domain, "berth-check.ws." + domain);
    var found = new TreeSet<String>();
    for (var name : names) results.add(resolve(name, found));
    if (found.isEmpty() || !served) {
      var why = served ? "the name leads nowhere" : "the gateway comes with apply";
      for (var hop : List.of("web door", "WebSocket", "SSH door")) {
        results.add(Result.skipped(codes + code(hop), hop + " from " + from, why));
      }
      httpPort.ifPresent(
          _ -> results.add(Result.skipped(codes + "05", "the way to TLS from " + from, why)));
      return results;
    }
    results.add(web());
    results.add(webSocket());
    results.add(
        sshPort
            .map(this::ssh)
            .orElseGet(() -> Result.skipped(codes + "04", "SSH door from " + from, "SSH is off")));
    httpPort.map(this::redirect).ifPresent(results::add);
    return results;
  }

  private static String code(String hop) {
    return switch (hop) {
      case "web door" -> "02";
      case "WebSocket" -> "03";
      default -> "04";
    };
  }

  private Result resolve(String name, TreeSet<String> found) {
    var hop = "%s from %s".formatted(name, from);
    try {
      var addresses =
          Arrays.stream(InetAddress.getAllByName(name))
              .map(InetAddress::getHostAddress)
              .sorted()
              .toList();
      boolean other = !found.isEmpty() && addresses.stream().noneMatch(found::contains);
      found.addAll(addresses);
      if (other) {
        return Result.doubtful(
            codes + "01",
            hop,
            "It leads to %s, and %s elsewhere.".formatted(addresses, domain),
            "All names lead to the same gateway.",
            "Let DNS lead all of them to the same address.");
      }
      return Result.good(codes + "01", hop, String.join(", ", addresses));
    } catch (UnknownHostException e) {
      if (!served) {
        return Result.skipped(
            codes + "01",
            hop,
            "DNS does not know it yet; the address it is to lead to comes with apply");
      }
      return Result.bad(
          codes + "01",
          hop,
          "DNS knows no %s.".formatted(name),
          name.equals(domain)
              ? "Browsers find the dashboard by it."
              : "Workspaces have names of their own below the domain, so a wildcard is needed.",
          "Let %s lead to the load balancer; berth install apply says its address, and external-dns makes it by itself where it runs."
              .formatted(name.replace("berth-check", "*")));
    }
  }

  private Result web() {
    var hop = "web door from " + from;
    try (var socket = open(webPort)) {
      if (socket instanceof SSLSocket secured) {
        var theirs = (X509Certificate) secured.getSession().getPeerCertificates()[0];
        var serial = theirs.getSerialNumber().toString(16);
        if (shown.isPresent() && !shown.get().equals(serial)) {
          return Result.bad(
              codes + "02",
              hop,
              "%s:%d shows another certificate than the gateway (%s)."
                  .formatted(domain, webPort, theirs.getSubjectX500Principal()),
              "Something before the gateway ends TLS, so it is no TCP load balancer; SSH and long connections do not come through it.",
              "Let the load balancer pass on TCP (L4); or, if it is to end TLS, set install.certificate.elsewhere.");
        }
      }
      var said = ask(socket, REQUEST);
      if (!said.isHttp()) return noHttp(codes + "02", hop, said.status());
      if (!said.isBerths()) return notBerth(codes + "02", hop, said);
      var mistrust = tls ? mistrust() : Optional.<String>empty();
      if (mistrust.isPresent()) return mistrusted(hop, mistrust.get());
      return Result.good(
          codes + "02",
          hop,
          "%s:%d is Berth%s"
              .formatted(
                  domain,
                  webPort,
                  (shown.isPresent() ? ", with the gateway's own certificate" : "")
                      + (tls && workspaces.isPresent() ? ", which workspaces trust" : "")));
    } catch (IOException | GeneralSecurityException e) {
      return unreachable(codes + "02", hop, webPort, e);
    }
  }

  /** Why a program in a workspace goes no further. */
  private Optional<String> mistrust() throws IOException {
    if (workspaces.isEmpty()) return Optional.empty();
    try (var secured = secured(connect(webPort), workspaces.get(), true)) {
      secured.startHandshake();
      return Optional.empty();
    } catch (SSLException e) {
      return Optional.of(Optional.ofNullable(e.getMessage()).orElse(e.toString()));
    }
  }

  private Result mistrusted(String hop, String why) {
    return Result.doubtful(
        codes + "02",
        hop,
        "%s:%d is Berth, and workspaces do not trust its certificate: %s."
            .formatted(domain, webPort, why),
        "Programs in workspaces that call the installation's own address refuse it, unless their image trusts who signed it.",
        "Name the authority that signed it in trust.authorities, and apply.");
  }

  private Result noHttp(String code, String hop, String said) {
    return Result.bad(
        code,
        hop,
        "%s:%d does not answer as a web server: \"%s\".".formatted(domain, webPort, said),
        "Another program has that port.",
        "See what DNS and load balancer lead it to.");
  }

  private Result notBerth(String code, String hop, Said said) {
    return Result.doubtful(
        code,
        hop,
        "%s:%d answers \"%s\", and not as Berth does.".formatted(domain, webPort, said.status()),
        "Something else has that name or stands before the gateway; or no gateway is ready.",
        "See berth install status, and what DNS and load balancer lead %s to.".formatted(domain));
  }

  /**
   * Without a login there is none to be had: what matters is who refuses it, and that nothing
   * before the gateway takes requests apart.
   */
  private Result webSocket() {
    var hop = "WebSocket from " + from;
    try (var socket = open(webPort)) {
      var said = ask(socket, UPGRADE);
      if (!said.isHttp()) return noHttp(codes + "03", hop, said.status());
      int code = said.code();
      boolean proxy = code == 502 || code == 503 || code == 504 || code == 426 || code == 501;
      if (!said.isBerths() && !proxy) return notBerth(codes + "03", hop, said);
      if (!proxy && shown.isPresent()) {
        return Result.good(codes + "03", hop, "an upgrade reaches the gateway as it was sent");
      }
      if (!proxy) {
        return Result.doubtful(
            codes + "03",
            hop,
            "Berth answers, but what stands before it may take upgrades out of requests.",
            "Terminals and editors are WebSockets; only where TLS ends at the gateway is it known that nothing does.",
            "Open a workspace's terminal; a proxy that ends TLS must pass on Connection and Upgrade.");
      }
      return Result.bad(
          codes + "03",
          hop,
          "An upgrade to a WebSocket is answered %s.".formatted(said.status()),
          "Terminals and editors are WebSockets; something before the gateway refuses them, or no gateway is ready.",
          "Let the load balancer pass on TCP (L4); see berth install status.");
    } catch (NumberFormatException e) {
      return noHttp(codes + "03", hop, "no status");
    } catch (IOException | GeneralSecurityException e) {
      return unreachable(codes + "03", hop, webPort, e);
    }
  }

  private Result ssh(int port) {
    var hop = "SSH door from " + from;
    try (var socket = connect(port)) {
      var line = line(socket.getInputStream());
      if (line.startsWith("SSH-2.0-")) {
        return Result.good(codes + "04", hop, "%s:%d is %s".formatted(domain, port, line));
      }
      return Result.bad(
          codes + "04",
          hop,
          "%s:%d speaks no SSH: \"%s\".".formatted(domain, port, line),
          "Desktop editors come in by SSH.",
          "Let the load balancer pass on TCP at that port to the service berth-gateway.");
    } catch (IOException e) {
      return unreachable(codes + "04", hop, port, e);
    }
  }

  private Result redirect(int port) {
    var hop = "the way to TLS from " + from;
    try (var socket = connect(port)) {
      var host = port == 80 ? domain : domain + ":" + port;
      var said = ask(socket, REQUEST, host);
      var to = "https://" + (webPort == 443 ? domain : domain + ":" + webPort) + "/api/v1/me";
      if (said.status().startsWith("HTTP/1.1 308 ") && said.rest().contains("location: " + to)) {
        return Result.good(codes + "05", hop, "%s:%d leads to %s".formatted(domain, port, to));
      }
      return Result.doubtful(
          codes + "05",
          hop,
          "%s:%d answers \"%s\", and does not lead to %s as the gateway does."
              .formatted(domain, port, said.status(), to),
          "Who types the name without https:// ends there.",
          "Let the load balancer pass on TCP at port %d to the service berth-gateway; or set install.service.httpPort: 0."
              .formatted(port));
    } catch (IOException e) {
      return unreachable(codes + "05", hop, port, e);
    }
  }

  private Result unreachable(String code, String hop, int port, Exception e) {
    var said = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    return Result.bad(
        code,
        hop,
        "%s:%d is not reached: %s.".formatted(domain, port, said),
        from.equals("a pod")
            ? "Programs in workspaces use the installation's own address, too; a load balancer or NAT that does not let a pod reach it (hairpin) keeps them from it."
            : "People come in there.",
        from.equals("a pod")
            ? "Let the cluster's DNS answer %s with the address of the service berth-gateway (a rewrite in CoreDNS), or use a load balancer that does hairpins."
                .formatted(domain)
            : "See that the service berth-gateway has an address, that DNS leads there, and that a firewall lets TCP %d through."
                .formatted(port));
  }

  private Socket connect(int port) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(domain, port), (int) CONNECT.toMillis());
      socket.setSoTimeout(ANSWER_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private Socket open(int port) throws IOException, GeneralSecurityException {
    var plain = connect(port);
    if (!tls) return plain;
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Looking()}, new SecureRandom());
      var secured = secured(plain, context, false);
      secured.startHandshake();
      return secured;
    } catch (IOException | GeneralSecurityException e) {
      plain.close();
      throw e;
    }
  }

  private SSLSocket secured(Socket plain, SSLContext context, boolean named) throws IOException {
    var secured =
        (SSLSocket) context.getSocketFactory().createSocket(plain, domain, plain.getPort(), true);
    var parameters = secured.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(domain)));
    if (named) parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the name must fit, too
    secured.setSSLParameters(parameters);
    return secured;
  }

  /** The first line of an answer, and the rest as far as it was sent. */
  private record Said(String status, String rest) {
    boolean isHttp() {
      return status.startsWith("HTTP/1.1 ");
    }

    int code() {
      return Integer.parseInt(status.substring(9, Math.min(12, status.length())));
    }

    boolean isBerths() {
      return REFUSAL.stream().allMatch(rest::contains);
    }
  }

  private Said ask(Socket socket, String request) throws IOException {
    int usual = tls ? 443 : 80;
    return ask(socket, request, webPort == usual ? domain : domain + ":" + webPort);
  }

  private static Said ask(Socket socket, String request, String host) throws IOException {
    socket.getOutputStream().write(request.formatted(host).getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    var in = socket.getInputStream();
    return new Said(line(in), rest(in));
  }

  /** Until it is known to be Berth's, the other side ends, or says no more. */
  private static String rest(InputStream in) throws IOException {
    var rest = new StringBuilder();
    try {
      for (int next = in.read();
          next >= 0 && rest.length() < LONGEST_ANSWER && !isWhole(rest);
          next = in.read()) {
        rest.append((char) next);
      }
    } catch (SocketTimeoutException e) {
      return rest.toString(); // it keeps the connection
    }
    return rest.toString();
  }

  private static boolean isWhole(CharSequence rest) {
    int length = rest.length();
    return length > 1 && rest.charAt(length - 1) == '}' && rest.charAt(length - 2) == '}';
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read();
        next >= 0 && next != '\n' && line.length() < LONGEST_LINE;
        next = in.read()) {
      if (next >= ' ' && next < 127) line.append((char) next);
    }
    return line.toString();
  }

  /** Looks at a certificate and trusts it with nothing: nothing secret is sent. */
  private static final class Looking extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String kind, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String kind, javax.net.ssl.SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
