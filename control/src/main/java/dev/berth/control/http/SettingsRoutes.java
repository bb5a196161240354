package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.control.account.Accounts.Caller;
import dev.berth.control.account.GitLogin;
import dev.berth.control.account.GitOrigin;
import dev.berth.control.account.Profile;
import dev.berth.control.account.RepositoryPattern;
import dev.berth.control.account.Settings;
import dev.berth.control.account.Settings.Kept;
import dev.berth.control.account.Variable;
import dev.berth.protocol.api.GitLoginChange;
import dev.berth.protocol.api.GitLoginList;
import dev.berth.protocol.api.GitLoginView;
import dev.berth.protocol.api.ProfileView;
import dev.berth.protocol.api.VariableChange;
import dev.berth.protocol.api.VariableList;
import dev.berth.protocol.api.VariableView;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What users keep for their workspaces. */
public final class SettingsRoutes {
  private final Settings settings;
  private final Clock clock;

  public SettingsRoutes(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  void addTo(Router router, Doors doors) {
    router
        .on("GET", "/api/v1/variables", doors.owner((_, caller) -> variables(caller)))
        .on("PUT", "/api/v1/variables", doors.owner(this::putVariable))
        .on("DELETE", "/api/v1/variables/{id}", doors.owner(this::forget))
        .on("GET", "/api/v1/git-logins", doors.owner((_, caller) -> logins(caller)))
        .on("PUT", "/api/v1/git-logins", doors.owner(this::putLogin))
        .on("DELETE", "/api/v1/git-logins/{id}", doors.owner(this::forget))
        .on("GET", "/api/v1/profile", doors.owner((_, caller) -> profile(caller)))
        .on("PUT", "/api/v1/profile", doors.owner(this::putProfile));
  }

  private static String given(@Nullable String text, String name) {
    if (text != null) return text;
    throw new Problem.Invalid("The request has no \"%s\".".formatted(name), "Add it.");
  }

  private Response variables(Caller caller) {
    var kept = settings.variables(caller.user().id());
    return Response.json(200, new VariableList(kept.stream().map(SettingsRoutes::view).toList()));
  }

  private static VariableView view(Kept<Variable> kept) {
    var variable = kept.what();
    return new VariableView(
        kept.id(), variable.name(), variable.value(), variable.pattern().toString());
  }

  private Response putVariable(Request request, Caller caller) {
    var change = request.json(VariableChange.class);
    var variable =
        new Variable(
            given(change.name(), "name"),
            given(change.value(), "value"),
            RepositoryPattern.parse(given(change.pattern(), "pattern")));
    return Response.json(200, view(settings.keep(caller.user().id(), variable)));
  }

  private Response forget(Request request, Caller caller) {
    settings.forget(caller.user().id(), request.variable("id"));
    return Response.empty(204);
  }

  private Response logins(Caller caller) {
    var kept = settings.logins(caller.user().id());
    return Response.json(
        200, new GitLoginList(kept.stream().map(SettingsRoutes::loginView).toList()));
  }

  private static GitLoginView loginView(Kept<GitLogin> kept) {
    var login = kept.what();
    return new GitLoginView(kept.id(), login.origin().text(), login.user(), login.since());
  }

  private Response putLogin(Request request, Caller caller) {
    var change = request.json(GitLoginChange.class);
    var login =
        new GitLogin(
            GitOrigin.parse(given(change.host(), "host")),
            given(change.user(), "user"),
            given(change.token(), "token"),
            clock.instant());
    return Response.json(200, loginView(settings.keep(caller.user().id(), login)));
  }

  private Response profile(Caller caller) {
    var profile = settings.profile(caller.user().id());
    return Response.json(
        200,
        new ProfileView(
            profile.gitName(), profile.gitEmail(), profile.dotfiles(), profile.samePreferences()));
  }

  private Response putProfile(Request request, Caller caller) {
    var said = request.json(ProfileView.class);
    Optional<String> dotfiles = said.dotfiles().map(String::strip).filter(url -> !url.isEmpty());
    settings.keep(
        caller.user().id(),
        new Profile(
            given(said.gitName(), "gitName").strip(),
            given(said.gitEmail(), "gitEmail").strip(),
            dotfiles,
            said.samePreferences()));
    return profile(caller);
  }
}
