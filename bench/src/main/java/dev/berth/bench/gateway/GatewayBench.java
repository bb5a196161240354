package dev.berth.bench.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.base.json.Json;
import dev.berth.protocol.Endpoint;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.route.Pass;
import dev.berth.protocol.route.Route;
import dev.berth.protocol.route.RouteEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * Measures the gateway as it is (a private port, opened by the owner's cookie) beside nginx and
 * Caddy: small answers, answers of 1 MiB, WebSocket echo. Rounds of all three take turns; what is
 * printed are medians. Needs wrk, nginx and caddy; takes less than four minutes.
 */
final class GatewayBench {
  /** One proxy, running. */
  private record Proxy(String name, Process process, int http, int echo, Visitor visitor) {}

  /** What a request to it looks like. */
  private record Visitor(String host, String echoHost, String cookie, String echoCookie) {
    /** The others are sent a cookie as long as the gateway's, and do nothing with it. */
    static Visitor plain(int port, int echo) {
      var cookie = "__Host-berth-ws=" + "x".repeat(200);
      return new Visitor("127.0.0.1:" + port, "127.0.0.1:" + echo, cookie, cookie);
    }
  }

  private record Small(double perSecond, double cpuMicros, double p99Millis) {}

  private record Round(Small small, double gigabytes, double gigabytesPerCpu, double echoes) {}

  private static final int ROUNDS = 3;

  /**
   * As little memory as `berth up` gives it, and Unsafe, which Netty does without on 25 unless
   * told.
   */
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-Djdk.virtualThreadScheduler.parallelism=64",
          "-Xmx256m",
          "-XX:+UseCompactObjectHeaders",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dio.netty.noUnsafe=false",
          "-Dio.netty.leakDetection.level=disabled");

  private static final UserId OWNER = new UserId("00000000-0000-0000-0000-00000000000a");
  private static final WorkspaceId WORKSPACE = new WorkspaceId("octo-hello-abcdefghijk");
  private static final InstanceId INSTANCE = new InstanceId("11111111-1111-1111-1111-111111111111");

  private final Path folder;
  private final List<Process> running = new ArrayList<>();

  private GatewayBench(Path folder) {
    this.folder = folder;
  }

  static void main() throws Exception {
    var bench = new GatewayBench(Files.createTempDirectory("berth-bench-gateway"));
    try {
      bench.run();
    } finally {
      bench.running.forEach(GatewayBench::end);
    }
    System.exit(0); // the stub of control has threads that wait for ever
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  private void run() throws Exception {
    int backend = freePort();
    int echo = freePort();
    startBackend(backend);
    java("echo", EchoProcess.class, List.of(), Integer.toString(echo));
    awaitPort(echo);
    var proxies = List.of(nginx(backend, echo), caddy(backend, echo), gateway(backend, echo));
    for (var proxy : proxies) warmUp(proxy);
    Map<String, List<Round>> rounds = new LinkedHashMap<>();
    for (int i = 0; i < ROUNDS; i++) {
      for (var proxy : proxies) {
        rounds.computeIfAbsent(proxy.name(), _ -> new ArrayList<>()).add(round(proxy));
      }
    }
    print(rounds);
  }

  // What is measured.

  private static void warmUp(Proxy proxy) throws Exception {
    boolean compiles = proxy.name().equals("gateway");
    small(proxy, compiles ? 25 : 2);
    large(proxy, compiles ? 4 : 1);
    echo(proxy, compiles ? 4 : 1);
  }

  private static Round round(Proxy proxy) throws Exception {
    var small = small(proxy, 5);
    double cpu = cpuSeconds(proxy.process().toHandle());
    double gigabytes = large(proxy, 4);
    double used = cpuSeconds(proxy.process().toHandle()) - cpu;
    return new Round(small, gigabytes, gigabytes * 4 / used, echo(proxy, 4));
  }

  private static Small small(Proxy proxy, int seconds) throws Exception {
    double before = cpuSeconds(proxy.process().toHandle());
    var said = wrk(proxy, "small", 64, seconds);
    double used = cpuSeconds(proxy.process().toHandle()) - before;
    double requests = number(said, "(\\d+) requests in");
    return new Small(requests / seconds, used * 1e6 / requests, p99Millis(said));
  }

  private static double large(Proxy proxy, int seconds) throws Exception {
    return number(wrk(proxy, "large", 8, seconds), "(\\d+) requests in")
        * (1 << 20)
        / seconds
        / 1e9;
  }

  private static double echo(Proxy proxy, int seconds) throws Exception {
    var visitor = proxy.visitor();
    var head =
        """
        GET /ws HTTP/1.1\r
        Host: %s\r
        Origin: http://%s\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Cookie: %s\r
        \r
        """
            .formatted(visitor.echoHost(), visitor.echoHost(), visitor.echoCookie());
    return EchoLoad.run(proxy.echo(), head, 64, Duration.ofSeconds(seconds));
  }

  private static String wrk(Proxy proxy, String file, int connections, int seconds)
      throws Exception {
    var command =
        new ArrayList<>(
            List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--latency"));
    command.addAll(List.of("-H", "Host: " + proxy.visitor().host()));
    command.addAll(List.of("-H", "Cookie: " + proxy.visitor().cookie()));
    command.add("http://127.0.0.1:%d/%s".formatted(proxy.http(), file));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0 || said.contains("Non-2xx")) throw new IOException(said);
    return said;
  }

  private static double p99Millis(String said) {
    var found = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)").matcher(said);
    if (!found.find()) throw new IllegalStateException(said);
    double value = Double.parseDouble(found.group(1));
    return switch (found.group(2)) {
      case "us" -> value / 1000;
      case "ms" -> value;
      default -> value * 1000;
    };
  }

  private static double number(String said, String pattern) {
    var found = Pattern.compile(pattern).matcher(said);
    if (!found.find()) throw new IllegalStateException(said);
    return Double.parseDouble(found.group(1));
  }

  /** User and system time of a process and those below it (proc(5): fields 14 and 15, 100 Hz). */
  private static double cpuSeconds(ProcessHandle process) throws IOException {
    double sum = 0;
    var all = new ArrayList<>(List.of(process));
    process.descendants().forEach(all::add);
    for (var one : all) {
      var stat = Files.readString(Path.of("/proc/%d/stat".formatted(one.pid())));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      sum += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }
    return sum;
  }

  private static void print(Map<String, List<Round>> rounds) {
    var nginx = rounds.getOrDefault("nginx", List.of());
    System.out.println(
        "| proxy | requests/s | CPU us/request | of nginx | p99 ms | 1 MiB GB/s | of nginx"
            + " | GB per CPU s | echoes/s | of nginx |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    rounds.forEach((name, all) ->
        System.out.printf(
            "| %s | %.0f | %.1f | %.2f | %.1f | %.2f | %.2f | %.2f | %.0f | %.2f |%n",
            name,
            median(all, r -> r.small().perSecond()),
            median(all, r -> r.small().cpuMicros()),
            median(all, r -> r.small().cpuMicros()) / median(nginx, r -> r.small().cpuMicros()),
            median(all, r -> r.small().p99Millis()),
            median(all, Round::gigabytes),
            median(all, Round::gigabytes) / median(nginx, Round::gigabytes),
            median(all, Round::gigabytesPerCpu),
            median(all, Round::echoes),
            median(all, Round::echoes) / median(nginx, Round::echoes)));
    System.out.println("rounds: " + rounds);
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
    var sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  // What is started.

  private void startBackend(int port) throws Exception {
    var root = Files.createDirectories(folder.resolve("www"));
    Files.writeString(root.resolve("small"), "x".repeat(171) + "\n");
    var large = new byte[1 << 20];
    Arrays.fill(large, (byte) 'y');
    Files.write(root.resolve("large"), large);
    nginx(
        "backend",
        1,
        """
        server {
          listen 127.0.0.1:%d backlog=4096;
          root %s;
          default_type text/plain;
          keepalive_requests 100000000;
        }
        """
            .formatted(port, root));
    awaitPort(port);
  }

  private Proxy nginx(int backend, int echo) throws Exception {
    int port = freePort();
    var process =
        nginx(
            "proxy",
            2,
            """
            upstream app { server 127.0.0.1:%d; keepalive 128; keepalive_requests 100000000; }
            server {
              listen 127.0.0.1:%d backlog=4096;
              keepalive_requests 100000000;
              location / {
                proxy_pass http://app;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $host;
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Forwarded-Proto $scheme;
              }
              location /ws {
                proxy_pass http://127.0.0.1:%d;
                proxy_http_version 1.1;
                proxy_set_header Connection upgrade;
                proxy_set_header Upgrade $http_upgrade;
              }
            }
            """
                .formatted(backend, port, echo));
    awaitPort(port);
    return new Proxy("nginx", process, port, port, Visitor.plain(port, port));
  }

  private Process nginx(String name, int workers, String servers) throws IOException {
    var home = Files.createDirectories(folder.resolve("nginx-" + name));
    var file = home.resolve("nginx.conf");
    Files.writeString(
        file,
        """
        daemon off;
        worker_processes %d;
        user root;
        pid %s/pid;
        error_log %s/error.log;
        events { worker_connections 4096; }
        http {
          access_log off;
          sendfile on;
          tcp_nopush on;
          client_body_temp_path %s;
          proxy_temp_path %s;
          fastcgi_temp_path %s;
          uwsgi_temp_path %s;
          scgi_temp_path %s;
          %s
        }
        """
            .formatted(workers, home, home, home, home, home, home, home, servers));
    return start(name, List.of("nginx", "-p", home.toString(), "-c", file.toString()));
  }

  private Proxy caddy(int backend, int echo) throws Exception {
    int port = freePort();
    var file = folder.resolve("Caddyfile");
    Files.writeString(
        file,
        """
        {
          admin off
          auto_https off
        }
        http://127.0.0.1:%d {
          reverse_proxy /ws 127.0.0.1:%d
          reverse_proxy 127.0.0.1:%d {
            transport http {
              keepalive_idle_conns_per_host 128
            }
          }
        }
        """
            .formatted(port, echo, backend));
    var process =
        start(
            "caddy",
            List.of("caddy", "run", "--config", file.toString(), "--adapter", "caddyfile"));
    awaitPort(port);
    return new Proxy("caddy", process, port, port, Visitor.plain(port, port));
  }

  private Proxy gateway(int backend, int echo) throws Exception {
    var control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    control.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    control.createContext("/internal/v1/routes", exchange -> tellRoutes(exchange, backend));
    control.createContext("/internal/v1/codes", GatewayBench::tellPass);
    control.createContext("/internal/v1/activity", exchange -> answer(exchange, 204, ""));
    control.start();
    int port = freePort();
    var process =
        java(
            "gateway",
            GatewayProcess.class,
            JVM,
            Integer.toString(port),
            Integer.toString(control.getAddress().getPort()));
    awaitPort(port);
    var host = "%d-%s.ws.berth.localhost:%d".formatted(backend, WORKSPACE, port);
    var echoHost = "%d-%s.ws.berth.localhost:%d".formatted(echo, WORKSPACE, port);
    return new Proxy(
        "gateway",
        process,
        port,
        port,
        new Visitor(host, echoHost, cookie(port, host), cookie(port, echoHost)));
  }

  /** Goes in as a browser does that comes from the dashboard, and keeps the cookie. */
  private static String cookie(int port, String host) throws Exception {
    for (int i = 0; i < 100; i++) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        var request =
            "GET /_berth/enter?code=%s&to=/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                .formatted(host, host);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        var found = Pattern.compile("set-cookie: ([^;]+);").matcher(said);
        if (found.find()) return found.group(1);
      }
      Thread.sleep(100); // the gateway does not know the route yet
    }
    throw new IOException("the gateway gave no cookie");
  }

  private static void tellRoutes(HttpExchange exchange, int backend) throws IOException {
    var upstream =
        new Route.Upstream(INSTANCE, new Endpoint("127.0.0.1", backend), "token", Optional.empty());
    var route = new Route(WORKSPACE, OWNER, Optional.of(upstream), false, List.of());
    exchange.sendResponseHeaders(200, 0);
    var out = exchange.getResponseBody();
    var line = "data: " + Json.write(new RouteEvent.All(List.of(route), Set.of())) + "\n\n";
    out.write(line.getBytes(StandardCharsets.UTF_8));
    try {
      while (true) {
        out.write(": still here\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        Thread.sleep(Duration.ofSeconds(10));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Code(String code, String host) {}

  private static void tellPass(HttpExchange exchange) throws IOException {
    var asked = Json.read(exchange.getRequestBody().readAllBytes(), Code.class);
    var expires = Instant.now().plus(Duration.ofHours(1));
    answer(exchange, 200, Json.write(new Pass(OWNER, "session", asked.host(), expires)));
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Process java(String name, Class<?> main, List<String> flags, String... arguments)
      throws IOException {
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(flags);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return start(name, command);
  }

  private Process start(String name, List<String> command) throws IOException {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    running.add(process);
    return process;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitPort(int port) throws Exception {
    for (int i = 0; i < 200; i++) {
      try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    throw new IOException("nothing listens on " + port);
  }
}
