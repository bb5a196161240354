package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.base.http.HttpServer;
import dev.berth.base.metrics.Metrics;
import dev.berth.cli.line.ExitCode;
import dev.berth.control.Control;
import dev.berth.control.http.Front;
import dev.berth.control.lead.Fence;
import dev.berth.control.lead.Leadership;
import dev.berth.control.lead.LeaseStore.Holder;
import dev.berth.control.lead.Standing;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlLeaseStore;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Control over a database that several processes reach: it looks and answers while it has the
 * lease, whatever process it is in. What leading takes is open from the start, so that it leads
 * within moments of getting it.
 */
final class LeasedControl implements AutoCloseable {
  /** Gateways find a new leader within seconds, and report every 10 s. */
  private static final Duration REPORTS = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(200);

  private final String self;
  private final ControlOf.Parts parts;
  private final Front front;
  private final HttpServer server;
  private final Leadership leadership;
  private final CompletableFuture<Control> first = new CompletableFuture<>();

  private LeasedControl(
      String self, ControlOf.Parts parts, Front front, HttpServer server, Leadership leadership) {
    this.self = self;
    this.parts = parts;
    this.front = front;
    this.server = server;
    this.leadership = leadership;
  }

  /**
   * Opens it, and begins to ask for the lease.
   *
   * @param self its name among replicas
   * @param listens where its API is served
   * @param advertised what others are told of that address, once it is known
   */
  static LeasedControl open(
      String self,
      ControlOf.Parts parts,
      InetSocketAddress listens,
      Function<InetSocketAddress, String> advertised) {
    var store = new SqlLeaseStore(parts.database());
    var asking = new CompletableFuture<Leadership>();
    var front =
        new Front(
            parts.keys().token(Control.GATEWAY_KEY),
            ControlOf.whoMayAsk(parts.keys()),
            () -> asking.isDone() ? asking.join().leader() : Optional.empty());
    var server = HttpServer.open(listens, HttpServer.Limits.DEFAULT, front.strangers(), front);
    var leadership =
        new Leadership(
            store,
            new Holder(self, advertised.apply(server.address())),
            Leadership.Times.DEFAULT,
            () -> Runtime.getRuntime().halt(ExitCode.LEASE_OVER));
    asking.complete(leadership);
    parts
        .metrics()
        .gauge(
            "berth_control_leads",
            "Whether this control leads.",
            List.of(),
            () -> Metrics.Value.of(leadership.standing() instanceof Standing.Leads ? 1 : 0));
    var terms =
        parts
            .metrics()
            .counter("berth_control_terms_total", "How often this control began to lead.");
    var leased = new LeasedControl(self, parts, front, server, leadership);
    leadership.run(fence -> {
      var leading = leased.lead(fence);
      terms.count();
      return leading;
    });
    return leased;
  }

  private AutoCloseable lead(Fence fence) {
    parts.host().driver().beginTurn(fence::holds);
    parts.host().saves().beginTurn(fence::holds);
    var control = control(fence);
    front.lead(fence, control.routes(), control.strangers());
    first.complete(control);
    return () -> {
      front.standBy();
      server.hangUp(); // event streams, which go on at the next leader
      control.close();
    };
  }

  private Control control(Fence fence) {
    try {
      return ControlOf.open("control " + self, parts, fence, REPORTS);
    } catch (RuntimeException | Error e) {
      first.completeExceptionally(e);
      throw e;
    }
  }

  /**
   * Waits while a lease that nobody renews is still another's, as of a process that was killed; a
   * {@link Problem.Conflict} where its holder lives.
   *
   * @param self who may have it
   */
  static void awaitVacancy(Database database, String self, Consumer<String> progress)
      throws InterruptedException {
    var store = new SqlLeaseStore(database);
    var before = store.held().filter(held -> !held.holder().name().equals(self));
    if (before.isEmpty()) return;
    progress.accept(
        "%s Waiting until its lease ends, some %d s at most, in case it was killed."
            .formatted(leads(before.get()), Leadership.Times.DEFAULT.length().toSeconds()));
    while (true) {
      Thread.sleep(POLL);
      var now = store.held().filter(held -> !held.holder().name().equals(self));
      if (now.isEmpty()) return;
      if (!now.get().until().equals(before.get().until())) throw conflict(now.get());
    }
  }

  private static String leads(SqlLeaseStore.Held held) {
    return "%s at %s leads in this database%s."
        .formatted(
            held.holder().name(),
            held.holder().address(),
            held.since().map(since -> " since " + since).orElse(""));
  }

  private static Problem.Conflict conflict(SqlLeaseStore.Held held) {
    return new Problem.Conflict(
        leads(held),
        "End it first: `berth down` or Ctrl-C there, or the controls of its cluster. On a cluster"
            + " `berth control` stands by.");
  }

  /** Waits until this one leads for the first time; refused where another was quicker. */
  Control awaitFirst() throws InterruptedException {
    while (true) {
      try {
        return first.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        refuse(leadership.standing());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException why) throw why;
        throw new IllegalStateException("control cannot be opened", e.getCause());
      }
    }
  }

  private void refuse(Standing standing) {
    switch (standing) {
      case Standing.Leads _, Standing.Begins _ -> {}
      case Standing.StandsBy(var leader) ->
          leader
              .flatMap(_ -> new SqlLeaseStore(parts.database()).held())
              .filter(held -> !held.holder().name().equals(self))
              .ifPresent(held -> {
                throw conflict(held);
              });
      case Standing.Lost(var why) ->
          throw new Problem.Unavailable(
              why, "See that the database is well, and start Berth again; its log says more.");
    }
  }

  /** Where its API is served. */
  InetSocketAddress address() {
    return server.address();
  }

  /** Where this control stands now. */
  Standing standing() {
    return leadership.standing();
  }

  /** Why this process is to be started anew, if so. */
  Optional<String> stuck() {
    return leadership.stuck();
  }

  /** Gives the lease back, so that another leads at once. */
  @Override
  public void close() {
    leadership.close();
    server.close();
  }
}
