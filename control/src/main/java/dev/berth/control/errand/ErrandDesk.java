package dev.berth.control.errand;

import dev.berth.base.Problem;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.http.Response;
import dev.berth.base.json.Json;
import dev.berth.control.account.Accounts;
import dev.berth.control.account.GitOrigin;
import dev.berth.control.account.RepositoryPattern;
import dev.berth.control.account.Settings;
import dev.berth.control.account.User;
import dev.berth.control.account.Variable;
import dev.berth.control.workspace.SnapshotContext;
import dev.berth.control.workspace.Trials;
import dev.berth.control.workspace.Views;
import dev.berth.control.workspace.Workspace;
import dev.berth.control.workspace.Workspaces;
import dev.berth.protocol.Port;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.Me;
import dev.berth.protocol.inside.Errand;
import dev.berth.runtime.Saves;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers errands. Nothing in one names a workspace or a user: both are those of the instance. */
public final class ErrandDesk {
  private static final Logger LOG = LoggerFactory.getLogger(ErrandDesk.class);
  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(24); // gitpod-classic 2.11

  /** An HTTP status and JSON. */
  public record Answer(int status, byte[] json) {}

  private record VariableLine(String name, String value) {}

  private record VariableLines(List<VariableLine> variables) {}

  private record Timeout(long seconds) {}

  private record Who(UserId id, String name, Optional<String> email) {}

  private record LoginAnswer(Optional<String> user, Optional<String> token, String hint) {}

  private record Door(Optional<Me.SshAddress> ssh) {}

  /** Empty while it is being taken. */
  private record SnapshotAnswer(Optional<String> url) {}

  private record Done() {}

  private final Workspaces workspaces;
  private final Views views;
  private final Accounts accounts;
  private final Settings settings;
  private final PointDesk points;
  private final Pace pace;
  private final Trials trials;
  private final Duration usualTimeout;
  private final String dashboard;
  private final Optional<Me.SshAddress> ssh;

  /**
   * @param usualTimeout after which a workspace stops whose owner chose nothing; zero for never
   * @param ssh where clients reach workspaces by SSH; empty where that is off
   */
  public ErrandDesk(
      Workspaces workspaces,
      Views views,
      Accounts accounts,
      Settings settings,
      Saves saves,
      Trials trials,
      Duration usualTimeout,
      String dashboard,
      Optional<Me.SshAddress> ssh) {
    this(
        workspaces,
        views,
        accounts,
        settings,
        saves,
        trials,
        usualTimeout,
        dashboard,
        ssh,
        new Pace(System::nanoTime));
  }

  /** The same with a pace of another clock. */
  ErrandDesk(
      Workspaces workspaces,
      Views views,
      Accounts accounts,
      Settings settings,
      Saves saves,
      Trials trials,
      Duration usualTimeout,
      String dashboard,
      Optional<Me.SshAddress> ssh,
      Pace pace) {
    this.workspaces = workspaces;
    this.views = views;
    this.accounts = accounts;
    this.settings = settings;
    this.points = new PointDesk(saves);
    this.trials = trials;
    this.usualTimeout = usualTimeout;
    this.dashboard = dashboard;
    this.ssh = ssh;
    this.pace = pace;
  }

  /** Does {@code what}, JSON of an instance of {@code id}; a failure is an answer too. */
  public Answer serve(WorkspaceId id, String what) {
    try {
      var workspace =
          workspaces
              .find(id)
              .orElseThrow(() -> new Problem.Missing("The workspace is gone.", "Open it anew."));
      var errand = Json.read(what, Errand.class);
      if (writes(errand) && !pace.allows(id)) {
        throw new Problem.Unavailable(
            "This workspace asks for changes faster than they are made.",
            "Wait a second, and ask less often.");
      }
      return new Answer(200, Json.bytes(done(workspace, errand)));
    } catch (Problem problem) {
      return answer(ProblemAnswer.to(problem));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return answer(
          ProblemAnswer.to(new Problem.Unavailable("Berth is ending.", "Try again in a moment.")));
    } catch (RuntimeException e) {
      LOG.error("an errand of {} failed", id, e);
      return answer(
          ProblemAnswer.to(
              new Problem.Unavailable(
                  "Something broke inside Berth; its log has the details.", "Try again.")));
    }
  }

  private static Answer answer(Response.Whole told) {
    return new Answer(told.status(), told.body());
  }

  private Object done(Workspace workspace, Errand errand) throws InterruptedException {
    var owner = workspace.owner();
    var id = workspace.id();
    if (workspace.plan().headless() && !isForPrebuilds(errand)) {
      throw new Problem.Invalid(
          "A prebuild has no part in its owner's variables and settings, and nobody uses it: others begin with its files.",
          "Do it in a `command` task, which runs in workspaces only.");
    }
    return switch (errand) {
      case Errand.Look _ -> views.of(workspace);
      case Errand.Stop _ -> {
        workspaces.stop(owner, id, "It was stopped from inside.");
        yield new Done();
      }
      case Errand.ReadTimeout _ -> new Timeout(timeout(workspace).toSeconds());
      case Errand.SetTimeout(long seconds) -> setTimeout(workspace, seconds);
      case Errand.ChangePort change -> changePort(workspace, change);
      case Errand.ListVariables _ -> variables(workspace);
      case Errand.SetVariable(var name, var value, boolean everywhere) -> {
        keep(workspace, new Variable(given(name), given(value), pattern(workspace, everywhere)));
        yield new Done();
      }
      case Errand.UnsetVariable(var name, boolean everywhere) ->
          unset(workspace, given(name), everywhere);
      case Errand.KeepPreference(var name, var text) -> {
        keepPreference(owner, given(name), given(text));
        yield new Done();
      }
      case Errand.ChangeExtensions(var added, var removed) -> {
        // As for preferences.
        if (settings.profile(owner).samePreferences()) {
          settings.changeExtensions(owner, added, removed);
        }
        yield new Done();
      }
      case Errand.TakeSnapshot(var ticket) -> snapshot(workspace, given(ticket));
      case Errand.TrialPiece piece -> {
        given(piece.ticket());
        if (piece.bytes() == null) throw new Problem.Invalid("The piece is empty.", "Try again.");
        trials.take(workspace, piece);
        yield new Done();
      }
      case Errand.StartTrial asked -> {
        given(asked.commit());
        trials.start(workspace, asked);
        yield new Done();
      }
      case Errand.LookAtTrial asked -> trials.look(workspace, asked);
      case Errand.EndTrial(var ticket) -> {
        trials.end(workspace, given(ticket));
        yield new Done();
      }
      case Errand.SshDoor _ -> new Door(ssh);
      case Errand.WhoIs _ -> who(owner);
      case Errand.Login(var protocol, var host) -> login(workspace, protocol, host);
      case Errand.RejectedLogin(var protocol, var host) ->
          rejected(workspace, origin(protocol, host));
    };
  }

  /** Whether it changes the database or sets work on its way. */
  private static boolean writes(Errand errand) {
    return switch (errand) {
      case Errand.Stop _,
          Errand.SetTimeout _,
          Errand.ChangePort _,
          Errand.SetVariable _,
          Errand.UnsetVariable _,
          Errand.KeepPreference _,
          Errand.ChangeExtensions _,
          Errand.TakeSnapshot _,
          Errand.StartTrial _,
          Errand.EndTrial _ ->
          true;
      case Errand.Look _,
          Errand.ReadTimeout _,
          Errand.ListVariables _,
          Errand.SshDoor _,
          Errand.WhoIs _,
          Errand.Login _,
          Errand.RejectedLogin _,
          Errand.TrialPiece _,
          Errand.LookAtTrial _ ->
          false;
    };
  }

  /** What cloning and a task that ends need; what it learns may lie in files that others get. */
  private static boolean isForPrebuilds(Errand errand) {
    return switch (errand) {
      case Errand.Look _, Errand.Stop _, Errand.WhoIs _, Errand.Login _, Errand.RejectedLogin _ ->
          true;
      case Errand.ReadTimeout _,
          Errand.SetTimeout _,
          Errand.ChangePort _,
          Errand.ListVariables _,
          Errand.SetVariable _,
          Errand.UnsetVariable _,
          Errand.KeepPreference _,
          Errand.ChangeExtensions _,
          Errand.TakeSnapshot _,
          Errand.TrialPiece _,
          Errand.StartTrial _,
          Errand.LookAtTrial _,
          Errand.EndTrial _,
          Errand.SshDoor _ ->
          false;
    };
  }

  private static String given(String text) {
    if (text != null) return text;
    throw new Problem.Invalid("A part of the request is missing.", "Look at gp --help.");
  }

  /** What was asked before its owner changed his mind is kept no more. */
  private void keepPreference(UserId owner, String name, String text) {
    if (settings.profile(owner).samePreferences()) settings.keepPreference(owner, name, text);
  }

  // ---- the workspace

  private Object snapshot(Workspace workspace, String ticket) {
    if (!ticket.matches("[0-9a-z]{8,64}")) {
      throw new Problem.Invalid("That is no ticket.", "Ask by `gp snapshot`.");
    }
    return new SnapshotAnswer(
        points
            .take(workspace, ticket)
            .map(point -> new SnapshotContext(workspace.id(), point.id()).address(dashboard)));
  }

  private Duration timeout(Workspace workspace) {
    return workspace.state().choices().idle().orElse(usualTimeout);
  }

  private Object setTimeout(Workspace workspace, long seconds) {
    if (seconds < 1 || seconds > LONGEST_TIMEOUT.toSeconds()) {
      throw new Problem.Invalid(
          "A workspace cannot wait %d s to be used.".formatted(seconds),
          "Choose a time above 0 and up to 24 h.");
    }
    workspaces.idleFor(workspace.owner(), workspace.id(), Duration.ofSeconds(seconds));
    return new Timeout(seconds);
  }

  private Object changePort(Workspace workspace, Errand.ChangePort change) {
    workspaces.change(
        workspace.owner(),
        workspace.id(),
        new Port(change.port()).number(),
        change.visibility(),
        change.protocol());
    return new Done();
  }

  // ---- its owner

  private static RepositoryPattern repository(Workspace workspace) {
    var source = workspace.plan().trusted();
    return RepositoryPattern.of(source.host(), source.owner(), source.repository());
  }

  private static RepositoryPattern pattern(Workspace workspace, boolean everywhere) {
    return everywhere ? RepositoryPattern.ALL : repository(workspace);
  }

  private Object variables(Workspace workspace) {
    return new VariableLines(
        settings.variables(workspace.owner(), repository(workspace)).entrySet().stream()
            .map(entry -> new VariableLine(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparing(VariableLine::name))
            .toList());
  }

  /** What is kept for all repositories runs in workspaces that have nothing to do with this one. */
  private void keep(Workspace workspace, Variable variable) {
    if (variable.pattern().equals(RepositoryPattern.ALL) && !mayReachAll(workspace, variable)) {
      throw new Problem.Refused(
          ("%s is not kept for all repositories from inside a workspace: by its name it may decide"
                  + " what programs do in the others. Names of secrets and accounts (_TOKEN, _KEY,"
                  + " _SECRET, _PASSWORD, _USERNAME, _ID, ...) are.")
              .formatted(variable.name()),
          "Keep it for this repository (gp env %s=..., without --scope user), or add it in the dashboard: %s/#/settings/variables"
              .formatted(variable.name(), dashboard));
    }
    settings.keep(workspace.owner(), variable);
  }

  /** By its name, or since its owner has one of that name for all already. */
  private boolean mayReachAll(Workspace workspace, Variable variable) {
    if (variable.isPlain()) return true;
    return !variable.steersPrograms()
        && settings.variables(workspace.owner()).stream()
            .anyMatch(kept -> kept.what().place().equals(variable.place()));
  }

  private Object unset(Workspace workspace, String name, boolean everywhere) {
    var pattern = pattern(workspace, everywhere);
    var owner = workspace.owner();
    if (settings.forget(owner, name, pattern)) return new Done();
    // As the dashboard keeps them, and an earlier version did from inside.
    boolean known = pattern.host().filter(host -> settings.knows(owner, host)).isPresent();
    if (known && settings.forget(owner, name, pattern.withoutHost())) return new Done();
    throw new Problem.Missing(
        "No variable %s is kept for %s.".formatted(name.replaceAll("\\p{C}", "?"), pattern),
        "One that is kept for other repositories too is deleted in the dashboard: %s/#/settings/variables"
            .formatted(dashboard));
  }

  private Object who(UserId owner) {
    var profile = settings.profile(owner);
    var name = accounts.find(owner).map(User::name).orElse("");
    return new Who(
        owner,
        profile.gitName().isBlank() ? name : profile.gitName(),
        Optional.of(profile.gitEmail()).filter(email -> !email.isBlank()));
  }

  // ---- logins

  private static GitOrigin origin(String protocol, String host) {
    return GitOrigin.parse(given(protocol) + "://" + given(host));
  }

  private String page() {
    return dashboard + "/#/settings/git";
  }

  /**
   * Only for the host of the repository that was opened, and of its owner's dotfiles where it has
   * them: a program in it could ask for any other, too.
   */
  private Object login(Workspace workspace, String protocol, String host) {
    var origin = origin(protocol, host);
    if (!origins(workspace).contains(origin)) return foreign(origin);
    if (workspace.plan().isStrangers()) {
      return new LoginAnswer(
          Optional.empty(),
          Optional.empty(),
          "Berth hands out no login to the prebuild of a pull request, since what runs there is a"
              + " stranger's. Open a workspace of it, or prebuild its branch.");
    }
    return settings
        .login(workspace.owner(), origin)
        .map(login -> new LoginAnswer(Optional.of(login.user()), Optional.of(login.token()), ""))
        .orElseGet(() ->
            new LoginAnswer(
                Optional.empty(),
                Optional.empty(),
                "Berth keeps no login for %s. Add one at %s".formatted(origin, page())));
  }

  private static LoginAnswer foreign(GitOrigin origin) {
    return new LoginAnswer(
        Optional.empty(),
        Optional.empty(),
        "Berth hands out logins for the workspace's own repository only, not for %s."
            .formatted(origin));
  }

  /** git tells of what its user typed, too; in a prebuild nobody types. */
  private Object rejected(Workspace workspace, GitOrigin origin) {
    if (workspace.plan().headless() && !origins(workspace).contains(origin)) return foreign(origin);
    var words =
        settings.login(workspace.owner(), origin).isPresent()
            ? "%s did not take the login. If it is the one that Berth keeps for it, renew it at %s"
            : "%s did not take the login. Berth keeps none for it; add one at %s";
    return new LoginAnswer(Optional.empty(), Optional.empty(), words.formatted(origin, page()));
  }

  private List<GitOrigin> origins(Workspace workspace) {
    return Stream.of(
            Optional.of(workspace.plan().trusted().cloneUrl()),
            workspace.plan().headless()
                ? Optional.<String>empty()
                : settings.profile(workspace.owner()).dotfiles())
        .flatMap(Optional::stream)
        .flatMap(url -> GitOrigin.ofUrl(url).stream())
        .toList();
  }
}
