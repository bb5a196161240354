package dev.berth.gateway.control;

import dev.berth.base.http.PlainHttp;
import dev.berth.base.json.Json;
import dev.berth.protocol.route.LeaderProof;
import dev.berth.protocol.route.LeaderView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one that leads among several, who are asked whether they do: now and then, and at once where
 * somebody doubts it. Their names are looked up anew each time.
 */
public final class FoundLeader implements Leader {
  private static final Logger LOG = LoggerFactory.getLogger(FoundLeader.class);

  /** A machine that is gone without a word is noticed within these and one question's time. */
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** While none leads, somebody waits. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private static final Duration LONGEST = Duration.ofMillis(1500);

  /** An answer is some hundred bytes. */
  private static final int ANSWER_BYTES_MAX = 16 << 10;

  /** Each is told of once. */
  private static final int STRANGERS_TOLD = 100;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Set<InetSocketAddress> strangers = ConcurrentHashMap.newKeySet();
  private final List<ControlHosts.Host> hosts;
  private final String token;
  private final HttpClient client = PlainHttp.client().connectTimeout(LONGEST).build();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Thread thread = Thread.ofVirtual().name("leader").unstarted(this::keepLooking);
  private volatile Optional<InetSocketAddress> address = Optional.empty();
  private boolean doubted;

  private FoundLeader(List<ControlHosts.Host> hosts, String token) {
    this.hosts = List.copyOf(hosts);
    this.token = token;
  }

  /** Begins to look; {@code token} is what controls prove themselves by. */
  public static FoundLeader among(List<ControlHosts.Host> hosts, String token) {
    var leader = new FoundLeader(hosts, token);
    leader.thread.start();
    return leader;
  }

  @Override
  public Optional<InetSocketAddress> address() {
    return address;
  }

  @Override
  public synchronized void doubt() {
    doubted = true;
    notifyAll();
  }

  @Override
  public synchronized void lost(InetSocketAddress one) {
    if (!address.equals(Optional.of(one))) return;
    LOG.info("the connection to control at {} broke; it is asked anew whether it leads", one);
    address = Optional.empty();
    doubt();
  }

  @Override
  public void onMove(Runnable moved) {
    listeners.add(moved);
  }

  private void keepLooking() {
    try {
      while (true) {
        lookOnce();
        pause(address.isPresent() ? BETWEEN : BETWEEN_LOOKS);
      }
    } catch (InterruptedException _) {
      // It is closed.
    }
  }

  /** What goes wrong in a way nobody thought of must not be the last look. */
  private void lookOnce() throws InterruptedException {
    var before = address;
    try {
      boolean stays = before.isPresent() && leads(before.get());
      var now = stays ? before : look();
      if (!now.equals(before)) move(before, now);
    } catch (RuntimeException | Error e) {
      LOG.error("control cannot be looked for, which is tried again", e);
      address = Optional.empty();
    }
  }

  private void move(Optional<InetSocketAddress> before, Optional<InetSocketAddress> now) {
    if (now.isPresent()) LOG.info("control is at {}", now.get());
    else LOG.warn("no control leads: {} does not any more", before.orElseThrow());
    address = now;
    if (now.isPresent()) listeners.forEach(Runnable::run);
  }

  /** A doubt ends it early, and not so often that controls are flooded. */
  private synchronized void pause(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    long soonest = System.nanoTime() + BETWEEN_LOOKS.toNanos();
    while (true) {
      long left = (doubted ? soonest : end) - System.nanoTime();
      if (left <= 0) break;
      wait(left / 1_000_000 + 1);
    }
    doubted = false;
  }

  private Optional<InetSocketAddress> look() throws InterruptedException {
    var found = new CompletableFuture<Optional<InetSocketAddress>>();
    var all = addresses();
    var left = new AtomicInteger(all.size());
    if (all.isEmpty()) found.complete(Optional.empty());
    var threads = new ArrayList<Thread>();
    for (var one : all) {
      threads.add(
          Thread.ofVirtual()
              .name("leader-look")
              .start(() -> {
                try {
                  if (leads(one)) found.complete(Optional.of(one));
                } catch (InterruptedException _) {
                  // Another was found.
                } finally {
                  if (left.decrementAndGet() == 0) found.complete(Optional.empty());
                }
              }));
    }
    try {
      return found.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("it is completed with answers only", e);
    } finally {
      threads.forEach(Thread::interrupt);
    }
  }

  private List<InetSocketAddress> addresses() {
    var all = new ArrayList<InetSocketAddress>();
    for (var host : hosts) {
      try {
        for (var ip : InetAddress.getAllByName(host.name())) {
          // Without the name: who connects would ask for that again, and get another control.
          all.add(new InetSocketAddress(InetAddress.getByAddress(ip.getAddress()), host.port()));
        }
      } catch (UnknownHostException e) {
        LOG.debug("{} has no address now", host);
      }
    }
    return all;
  }

  private boolean leads(InetSocketAddress one) throws InterruptedException {
    var nonce = nonce();
    var asked = URI.create("http://%s/internal/v1/leader?nonce=%s".formatted(text(one), nonce));
    var request = HttpRequest.newBuilder(asked).build();
    var answer =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    try {
      var whole = answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      if (whole.statusCode() != 200) return false;
      var view = Json.read(whole.body(), LeaderView.class);
      boolean proven = LeaderProof.holds(view, token, nonce);
      if (!proven) stranger(one);
      return proven && view.leads();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      LOG.debug("the control at {} does not answer: {}", one, e.toString());
      return false;
    } finally {
      answer.cancel(true);
    }
  }

  /** Whoever has the address of a control that is gone, or another installation's. */
  private void stranger(InetSocketAddress one) {
    if (strangers.size() < STRANGERS_TOLD && strangers.add(one)) {
      LOG.warn("what answers at {} is no control of this installation: their keys differ", one);
    }
  }

  private static String nonce() {
    var bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String text(InetSocketAddress address) {
    var ip = address.getAddress().getHostAddress();
    return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + address.getPort();
  }

  @Override
  public void close() {
    thread.interrupt();
    client.shutdownNow();
  }
}
