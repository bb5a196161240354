package dev.berth.gateway.control;

import dev.berth.base.Problem;
import dev.berth.base.http.PlainHttp;
import dev.berth.base.json.Json;
import dev.berth.protocol.route.LeaderView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

  private final List<ControlHosts.Host> hosts;
  private final String authorization;
  private final HttpClient client = PlainHttp.client().connectTimeout(LONGEST).build();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Thread thread = Thread.ofVirtual().name("leader").unstarted(this::keepLooking);
  private volatile Optional<InetSocketAddress> address = Optional.empty();
  private boolean doubted;

  private FoundLeader(List<ControlHosts.Host> hosts, String authorization) {
    this.hosts = List.copyOf(hosts);
    this.authorization = authorization;
  }

  /** Begins to look; {@code authorization} is what controls want to see. */
  public static FoundLeader among(List<ControlHosts.Host> hosts, String authorization) {
    var leader = new FoundLeader(hosts, authorization);
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
  public void onMove(Runnable moved) {
    listeners.add(moved);
  }

  private void keepLooking() {
    try {
      while (true) {
        var before = address;
        boolean stays = before.isPresent() && leads(before.get());
        var now = stays ? before : look();
        if (!now.equals(before)) move(before, now);
        pause(now.isPresent() ? BETWEEN : BETWEEN_LOOKS);
      }
    } catch (InterruptedException _) {
      // It is closed.
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
    var request =
        HttpRequest.newBuilder(URI.create("http://" + text(one) + "/internal/v1/leader"))
            .header("authorization", authorization)
            .build();
    var answer =
        client.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    try {
      var whole = answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      if (whole.statusCode() == 404) {
        LOG.warn("the control at {} does not know this gateway: their keys differ", one);
      }
      return whole.statusCode() == 200 && Json.read(whole.body(), LeaderView.class).leads();
    } catch (ExecutionException | TimeoutException | Problem.Invalid e) {
      LOG.debug("the control at {} does not answer: {}", one, e.toString());
      return false;
    } finally {
      answer.cancel(true);
    }
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
