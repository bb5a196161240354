package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.text.Reason;
import dev.berth.cli.settings.ClusterSettings;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Trust;
import dev.berth.control.check.Hop;
import dev.berth.control.check.Surroundings;
import dev.berth.control.store.Database;
import dev.berth.installer.checks.AsControl;
import dev.berth.installer.checks.Inside;
import dev.berth.installer.checks.Reach;
import dev.berth.protocol.check.CheckRun;
import dev.berth.protocol.check.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** What a control can prove of the installation around it, as its configuration names it. */
final class SurroundingHops {
  /** What is read at each question; some hundred results are less. */
  private static final long LONGEST_RECORD = 1 << 20;

  private final Configuration configuration;
  private final Database database;
  private final WorkspaceHost host;
  private final Optional<Integer> ssh;
  private final String from;
  private final Clock clock = Clock.systemUTC();

  private SurroundingHops(
      Configuration configuration,
      Database database,
      WorkspaceHost host,
      Optional<Integer> ssh,
      boolean inPod) {
    this.configuration = configuration;
    this.database = database;
    this.host = host;
    this.ssh = ssh;
    this.from = inPod ? "a pod" : "this machine";
  }

  /**
   * Of this process's control.
   *
   * @param self its name among others
   * @param ssh the port by which clients reach workspaces; empty where that is off
   */
  static Surroundings of(
      String self,
      Configuration configuration,
      Database database,
      WorkspaceHost host,
      Optional<Integer> ssh) {
    boolean inPod = System.getenv("KUBERNETES_SERVICE_HOST") != null;
    var hops = new SurroundingHops(configuration, database, host, ssh, inPod);
    return new Surroundings(
        self, hops.all(), () -> configuration.roles().checks().flatMap(SurroundingHops::recorded));
  }

  private List<Hop> all() {
    var hops = new ArrayList<Hop>();
    hops.add(new Hop("B701", "database from " + from, this::database));
    configuration
        .distant()
        .ifPresent(distant ->
            hops.add(
                new Hop(
                    "B702",
                    "object store from " + from,
                    () ->
                        List.of(
                            AsControl.store(
                                () -> distant.bucket().prove(distant.folder()), from)))));
    configuration.cluster().ifPresent(cluster -> clusters(cluster).forEach(hops::add));
    host.machine().ifPresent(node -> hops.add(new Hop("B202", "this machine", node::check)));
    configuration
        .tls()
        .ifPresent(tls ->
            hops.add(new Hop("B403", "certificate", () -> List.of(certificate(tls.chain())))));
    hops.add(new Hop(codes() + "01", "way in from " + from, this::wayIn));
    return hops;
  }

  private List<Result> database() {
    var server = configuration.database();
    if (server.isEmpty()) return List.of(embedded());
    var named = server.get();
    return AsControl.database(
        new Inside.Database(named.url(), named.user(), named.password()), from);
  }

  private Result embedded() {
    var hop = "database";
    long began = System.nanoTime();
    var damage = database.damage();
    double millis = (System.nanoTime() - began) / 1e6;
    return damage
        .map(what ->
            Result.bad(
                "B701",
                hop,
                "SQLite calls its file damaged: %s.".formatted(what),
                "Accounts and workspaces are kept there.",
                "Stop Berth and restore control.db from a backup; see that the disk is well."))
        .orElseGet(() ->
            Result.good("B701", hop, "SQLite, whole; read through in %.0f ms".formatted(millis)));
  }

  private List<Hop> clusters(ClusterSettings cluster) {
    if (cluster.members().isEmpty()) {
      return List.of(
          cluster(
              new AsControl.Workspaces(
                  "", cluster.access(), cluster.placement(), cluster.network().closed())));
    }
    return cluster.members().stream()
        .map(member ->
            cluster(
                new AsControl.Workspaces(
                    member.name(),
                    member.access(),
                    cluster.placement(),
                    cluster.network().closed())))
        .toList();
  }

  private static Hop cluster(AsControl.Workspaces workspaces) {
    var name =
        workspaces.name().isEmpty() ? "Kubernetes API server" : "cluster " + workspaces.name();
    return new Hop("B101", name, () -> AsControl.cluster(workspaces));
  }

  private Result certificate(Path chain) {
    var domain = configuration.dashboard().getHost();
    return AsControl.certificate(chain, List.of(domain, "*.ws." + domain), clock.instant());
  }

  private String codes() {
    return from.equals("a pod") ? "B8" : "B5";
  }

  private List<Result> wayIn() {
    var dashboard = configuration.dashboard();
    var domain = dashboard.getHost();
    if (domain.equals("localhost") || domain.endsWith(".localhost")) {
      return List.of(
          Result.skipped(
              codes() + "01",
              "way in from " + from,
              "browsers on this machine lead %s to itself; no DNS has it".formatted(domain)));
    }
    boolean tls = "https".equals(dashboard.getScheme());
    int web = dashboard.getPort() < 0 ? (tls ? 443 : 80) : dashboard.getPort();
    var inside = from.equals("a pod") ? Optional.of(Trust.context()) : Optional.<SSLContext>empty();
    return new Reach(codes(), from, domain, tls, web, ssh, Optional.empty(), true, serial(), inside)
        .check();
  }

  /** Where TLS ends at the gateway. */
  private Optional<String> serial() {
    if (configuration.tls().isEmpty()) return Optional.empty();
    try {
      return Optional.of(AsControl.serial(configuration.tls().get().chain()));
    } catch (IOException | CertificateException e) {
      return Optional.empty(); // the check of the certificate says why
    }
  }

  private static Optional<CheckRun> recorded(Path file) {
    try {
      if (Files.size(file) > LONGEST_RECORD) return Optional.empty();
      return Optional.of(Json.read(Files.readAllBytes(file), CheckRun.class));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // none was made yet
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The file %s, which control.checks names, cannot be read: %s."
              .formatted(file, Reason.of(e)),
          "Let control read it, or remove it.",
          e);
    } catch (Problem.Invalid e) {
      return Optional.empty(); // of a version that says it otherwise
    }
  }
}
