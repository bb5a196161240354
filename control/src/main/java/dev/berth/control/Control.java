package dev.berth.control;

import dev.berth.base.http.Handler;
import dev.berth.base.http.Strangers;
import dev.berth.base.metrics.Metrics;
import dev.berth.control.account.Accounts;
import dev.berth.control.account.GitOrigin;
import dev.berth.control.account.Keys;
import dev.berth.control.account.Settings;
import dev.berth.control.account.SshKeys;
import dev.berth.control.account.Vault;
import dev.berth.control.check.Checkup;
import dev.berth.control.check.Gateways;
import dev.berth.control.errand.ErrandDesk;
import dev.berth.control.http.CheckRoutes;
import dev.berth.control.http.ControlRoutes;
import dev.berth.control.http.CountedRequests;
import dev.berth.control.http.GatewayRoutes;
import dev.berth.control.http.InspectionRoutes;
import dev.berth.control.http.PointRoutes;
import dev.berth.control.http.PrebuildRoutes;
import dev.berth.control.http.SessionRoutes;
import dev.berth.control.http.SettingsRoutes;
import dev.berth.control.http.SshKeyRoutes;
import dev.berth.control.http.WorkspaceRoutes;
import dev.berth.control.lead.Fence;
import dev.berth.control.reconcile.Counts;
import dev.berth.control.reconcile.Deadlines;
import dev.berth.control.reconcile.InstanceLogs;
import dev.berth.control.reconcile.Lookout;
import dev.berth.control.reconcile.Reconciler;
import dev.berth.control.reconcile.Settling;
import dev.berth.control.reconcile.Specs;
import dev.berth.control.reconcile.Wakeups;
import dev.berth.control.source.Logins;
import dev.berth.control.source.Sources;
import dev.berth.control.store.Database;
import dev.berth.control.store.SqlAccountStore;
import dev.berth.control.store.SqlSettingsStore;
import dev.berth.control.store.SqlSshKeyStore;
import dev.berth.control.store.SqlWorkspaceStore;
import dev.berth.control.workspace.Addresses;
import dev.berth.control.workspace.Changes;
import dev.berth.control.workspace.Forks;
import dev.berth.control.workspace.Inspections;
import dev.berth.control.workspace.LastSeen;
import dev.berth.control.workspace.Sizes;
import dev.berth.control.workspace.Trials;
import dev.berth.control.workspace.Unbegun;
import dev.berth.control.workspace.Views;
import dev.berth.control.workspace.Workspaces;
import dev.berth.protocol.InstallationKey;
import dev.berth.protocol.UserId;
import dev.berth.protocol.api.Me;
import dev.berth.runtime.Driver;
import dev.berth.runtime.Saves;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A running control plane. */
public final class Control implements AutoCloseable {
  /** What names the key that the gateway shows to control and seals its own cookies with. */
  public static final String GATEWAY_KEY = InstallationKey.GATEWAY;

  private final Handler routes;
  private final Strangers strangers;
  private final Reconciler reconciler;
  private final Inspections inspections;
  private final Checkup checkup;
  private final InstanceLogs logs;
  private final Trials trials;
  private final Accounts accounts;
  private final Wakeups wakeups;

  private Control(
      Handler routes,
      Strangers strangers,
      Reconciler reconciler,
      Inspections inspections,
      Checkup checkup,
      InstanceLogs logs,
      Trials trials,
      Accounts accounts,
      Wakeups wakeups) {
    this.routes = routes;
    this.strangers = strangers;
    this.reconciler = reconciler;
    this.inspections = inspections;
    this.checkup = checkup;
    this.logs = logs;
    this.trials = trials;
    this.accounts = accounts;
    this.wakeups = wakeups;
  }

  /**
   * Wires it and begins to look; what is asked of it is answered by {@link #routes}.
   *
   * @param fence stands before all that is done to instances
   * @param metrics get what is counted
   * @param pages the dashboard's files
   */
  public static Control open(
      ControlConfig config,
      Database database,
      Driver driver,
      Saves saves,
      Sources sources,
      Keys keys,
      Fence fence,
      Metrics metrics,
      Handler pages) {
    var clock = Clock.systemUTC();
    var changes = new Changes();
    var wakeups = new Wakeups();
    var lastSeen = new LastSeen();
    var addresses = new Addresses(config.dashboard());
    var store = new SqlWorkspaceStore(database);
    var accounts = new Accounts(new SqlAccountStore(database), keys, clock, changes::sessionEnded);
    accounts.owner();
    var settings = new Settings(new SqlSettingsStore(database), new Vault(keys));
    var sshKeys = new SshKeys(new SqlSshKeyStore(database), clock, changes::sshKeysChanged);
    var sizes = new Sizes(config.sizes(), config.defaultSize());
    var specs =
        new Specs(
            sizes, addresses, keys, config.stop(), config.editor(), settings, config.authorities());
    var views = new Views(addresses, lastSeen, config.retention(), saves::notices);
    var workspaces =
        new Workspaces(
            store,
            sources,
            (owner, origin) -> login(settings, owner, origin),
            sizes,
            changes,
            wakeups::wake,
            config.retention(),
            clock);
    var logs = new InstanceLogs(driver, specs, lastSeen);
    var trials = Trials.open(workspaces, views, lastSeen, logs, sources);
    var desk =
        new ErrandDesk(
            workspaces,
            views,
            accounts,
            settings,
            saves,
            trials,
            config.stop().idle(),
            addresses.dashboard().toString(),
            config.ssh());
    var counts = new Counts(metrics);
    var reconciler =
        new Reconciler(
            store,
            driver,
            saves,
            specs,
            new Lookout(driver, specs, lastSeen, changes, desk::serve, clock),
            new Deadlines(
                config.stop(), config.retention(), Settling.begin(config.reportsWithin())),
            fence,
            counts,
            wakeups,
            changes,
            clock);
    var forks = new Forks(workspaces, saves);
    var inspections = new Inspections(workspaces, saves, settings, clock);
    var gateways = new Gateways();
    var checkup =
        Checkup.open(
            config.surroundings(), gateways, config.version(), Checkup.Times.DEFAULT, clock);
    var routes =
        ControlRoutes.of(
            accounts,
            addresses,
            keys.token(GATEWAY_KEY),
            new WorkspaceRoutes(
                workspaces, views, changes, logs, forks, addresses.dashboard().toString()),
            new PointRoutes(workspaces, views, saves, forks),
            new InspectionRoutes(inspections),
            new CheckRoutes(checkup),
            new PrebuildRoutes(workspaces, views, logs),
            new SessionRoutes(accounts, addresses, store, told(config)),
            new SettingsRoutes(settings, clock),
            new SshKeyRoutes(sshKeys),
            new GatewayRoutes(
                store, workspaces, accounts, sshKeys, lastSeen, specs, changes, gateways),
            pages);
    metrics.gauge(
        "berth_workspaces",
        "Workspaces by phase, prebuilds among them, as of the last half minute; none from a control"
            + " that does not lead.",
        List.of("phase"),
        () -> fence.holds() ? values(counts.phases()) : List.of());
    saves.hold(new Unbegun(store));
    reconciler.run();
    return new Control(
        new CountedRequests(routes, metrics),
        ControlRoutes.strangers(accounts, addresses, keys.token(GATEWAY_KEY)),
        reconciler,
        inspections,
        checkup,
        logs,
        trials,
        accounts,
        wakeups);
  }

  /** Of the installation, to whoever is logged in. */
  private static SessionRoutes.Installation told(ControlConfig config) {
    var sizes =
        config.sizes().entrySet().stream()
            .map(size ->
                new Me.SizeView(
                    size.getKey(), size.getValue().cpuMillis(), size.getValue().memoryBytes()))
            .toList();
    return new SessionRoutes.Installation(
        config.version(),
        sizes,
        config.retention().deleted(),
        config.ssh(),
        config.editor().state());
  }

  private static List<Metrics.Value> values(Map<String, Long> phases) {
    return new TreeMap<>(phases)
        .entrySet().stream()
            .map(
                phase -> new Metrics.Value(List.of(phase.getKey()), phase.getValue().doubleValue()))
            .toList();
  }

  private static Optional<Logins.Login> login(Settings settings, UserId owner, String origin) {
    return GitOrigin.ofUrl(origin)
        .flatMap(host -> settings.login(owner, host))
        .map(login -> new Logins.Login(login.user(), login.token()));
  }

  /** Answers what owners, pages and gateways ask; to be asked until this is closed. */
  public Handler routes() {
    return routes;
  }

  /** Who may send to {@link #routes} less than others. */
  public Strangers strangers() {
    return strangers;
  }

  /** Its accounts. */
  public Accounts accounts() {
    return accounts;
  }

  /** What lets a workspace be looked at now; for a driver that knows that something happened. */
  public Wakeups wakeups() {
    return wakeups;
  }

  @Override
  public void close() {
    checkup.close();
    inspections.close();
    trials.close();
    reconciler.close();
    logs.close();
  }
}
