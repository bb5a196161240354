package dev.berth.control.account;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.control.account.SettingsStore.Kind;
import dev.berth.control.account.SettingsStore.Row;
import dev.berth.protocol.UserId;
import dev.berth.protocol.api.CheckView;
import dev.berth.protocol.api.DrillView;
import dev.berth.protocol.editor.ExtensionName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is kept of users for their workspaces: variables, logins at git hosts, who they are, and
 * what last proved that their files can be had again.
 */
public final class Settings {
  private static final int VARIABLES_MAX = 4048; // gitpod-classic 3.4
  private static final int LOGINS_MAX = 200;
  private static final int PREFERENCES_MAX = 20; // an editor has two

  /** Hand-written files are some KiB. */
  private static final int PREFERENCE_CHARACTERS_MAX = 64 << 10;

  /** Each is installed at each first start; a heavy user has some dozens. */
  private static final int EXTENSIONS_MAX = 100;

  private static final Pattern HERE =
      Pattern.compile("(?:.+\\.)?localhost|127(?:\\.\\d{1,3}){3}|\\[::1]");

  private static final Set<String> EVERYBODYS = Set.of("github.com", "gitlab.com", "bitbucket.org");

  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  private final SettingsStore store;
  private final Vault vault;

  public Settings(SettingsStore store, Vault vault) {
    this.store = store;
    this.vault = vault;
  }

  /** Something kept, with the id that names it. */
  public record Kept<T>(String id, T what) {}

  // ---- variables

  /** All of a user's, by name and pattern. */
  public List<Kept<Variable>> variables(UserId user) {
    return all(user, Kind.VARIABLE, Variable.class);
  }

  /** Those for one repository: of several of a name the one with the narrowest pattern. */
  public Map<String, String> variables(UserId user, RepositoryPattern repository) {
    Supplier<Boolean> known = () -> repository.host().filter(at -> knows(user, at)).isPresent();
    var wideFirst =
        variables(user).stream()
            .map(Kept::what)
            .filter(variable -> variable.pattern().covers(repository))
            .filter(variable -> !variable.pattern().leavesHostOpen() || known.get())
            .sorted(Comparator.comparingInt((Variable v) -> v.pattern().width()).reversed())
            .toList();
    var chosen = new LinkedHashMap<String, String>();
    for (var variable : wideFirst) chosen.put(variable.name(), variable.value());
    return chosen;
  }

  /**
   * Whether a pattern that says no host means repositories of this one, too: where the user keeps a
   * login; for who keeps none where everybody is; and on this machine, where only its operator lets
   * repositories be opened.
   */
  public boolean knows(UserId user, String host) {
    if (HERE.matcher(host).matches()) return true;
    var logins = logins(user);
    if (logins.isEmpty()) return EVERYBODYS.contains(host);
    return logins.stream()
        .map(kept -> kept.what().origin().text())
        .map(origin -> origin.replaceFirst("^https?://", "").replaceFirst(":\\d+$", ""))
        .anyMatch(host::equals);
  }

  /** Keeps a variable in the place of one of the same name and pattern. */
  public Kept<Variable> keep(UserId user, Variable variable) {
    var id = id(user, Kind.VARIABLE, variable.place());
    bound(user, Kind.VARIABLE, id, VARIABLES_MAX, "variables");
    put(user, Kind.VARIABLE, variable.place(), variable);
    return new Kept<>(id, variable);
  }

  /** Forgets a variable; whether there was one. */
  public boolean forget(UserId user, String name, RepositoryPattern pattern) {
    return store.remove(user, id(user, Kind.VARIABLE, name + " " + pattern));
  }

  /** Forgets whatever has this id; {@link Problem.Missing} where the user has none such. */
  public void forget(UserId user, String id) {
    if (!store.remove(user, id)) {
      throw new Problem.Missing("There is no such setting.", "Reload the page.");
    }
  }

  // ---- logins

  /** All of a user's, by host. */
  public List<Kept<GitLogin>> logins(UserId user) {
    return all(user, Kind.GIT_LOGIN, GitLogin.class);
  }

  /** The one for a host. */
  public Optional<GitLogin> login(UserId user, GitOrigin origin) {
    return store
        .find(id(user, Kind.GIT_LOGIN, origin.text()))
        .map(row -> opened(row, GitLogin.class));
  }

  /** Keeps a login in the place of the one for the same host. */
  public Kept<GitLogin> keep(UserId user, GitLogin login) {
    var id = id(user, Kind.GIT_LOGIN, login.origin().text());
    bound(user, Kind.GIT_LOGIN, id, LOGINS_MAX, "logins");
    put(user, Kind.GIT_LOGIN, login.origin().text(), login);
    return new Kept<>(id, login);
  }

  // ---- the user himself

  /** What he said of himself. */
  public Profile profile(UserId user) {
    return store
        .find(id(user, Kind.PROFILE, ""))
        .map(row -> opened(row, Profile.class))
        .orElse(Profile.NONE);
  }

  /** Keeps it. */
  public void keep(UserId user, Profile profile) {
    put(user, Kind.PROFILE, "", profile);
  }

  // ---- his editor's settings

  private record Preference(String name, String text) {}

  /** The editor's settings that his workspaces share, by the name of their file. */
  public Map<String, String> preferences(UserId user) {
    var all = new LinkedHashMap<String, String>();
    for (var kept : all(user, Kind.PREFERENCE, Preference.class)) {
      all.put(kept.what().name(), kept.what().text());
    }
    return all;
  }

  /** Keeps one in the place of that of the same name. */
  public void keepPreference(UserId user, String name, String text) {
    if (!FILE_NAME.matcher(name).matches() || text.length() > PREFERENCE_CHARACTERS_MAX) {
      throw new Problem.Invalid(
          "That is no file of an editor's settings.",
          "Keep it at most %d characters long.".formatted(PREFERENCE_CHARACTERS_MAX));
    }
    bound(user, Kind.PREFERENCE, id(user, Kind.PREFERENCE, name), PREFERENCES_MAX, "such files");
    put(user, Kind.PREFERENCE, name, new Preference(name, text));
  }

  private record Extensions(List<String> names) {}

  /** The extensions that his workspaces share, {@code publisher.name}. */
  public List<String> extensions(UserId user) {
    return all(user, Kind.EXTENSIONS, Extensions.class).stream()
        .flatMap(kept -> kept.what().names().stream())
        .toList();
  }

  /** Adds some to them and takes others away; changes of two workspaces do not undo each other. */
  public synchronized void changeExtensions(UserId user, List<String> added, List<String> removed) {
    if (!Stream.concat(added.stream(), removed.stream()).allMatch(ExtensionName::is)) {
      throw new Problem.Invalid(
          "That is no extension's name.", "Write it like publisher.name, in small letters.");
    }
    var names = new TreeSet<>(extensions(user));
    names.addAll(added);
    names.removeAll(removed);
    if (names.size() > EXTENSIONS_MAX) {
      throw new Problem.Conflict(
          "More than %d extensions are not kept for all workspaces.".formatted(EXTENSIONS_MAX),
          "Remove some that you no longer need.");
    }
    put(user, Kind.EXTENSIONS, "", new Extensions(List.copyOf(names)));
  }

  // ---- what proved that his files can be had again

  private static final String CHECK = "check";
  private static final String DRILL = "drill";

  private record Check(CheckView view) {}

  private record Drill(DrillView view) {}

  /** What came of his last check. */
  public Optional<CheckView> lastCheck(UserId user) {
    return find(user, Kind.PROOF, CHECK, Check.class).map(Check::view);
  }

  /** Keeps it in the place of the one before. */
  public void keep(UserId user, CheckView check) {
    put(user, Kind.PROOF, CHECK, new Check(check));
  }

  /** What came of his last drill. */
  public Optional<DrillView> lastDrill(UserId user) {
    return find(user, Kind.PROOF, DRILL, Drill.class).map(Drill::view);
  }

  /** Keeps it in the place of the one before. */
  public void keep(UserId user, DrillView drill) {
    put(user, Kind.PROOF, DRILL, new Drill(drill));
  }

  // ---- rows

  private <T> Optional<T> find(UserId user, Kind kind, String place, Class<T> type) {
    return store.find(id(user, kind, place)).map(row -> opened(row, type));
  }

  private void bound(UserId user, Kind kind, String id, int most, String words) {
    if (store.find(id).isPresent() || store.of(user, kind).size() < most) return;
    throw new Problem.Conflict(
        "You have %d %s already.".formatted(most, words), "Delete some that you no longer need.");
  }

  private void put(UserId user, Kind kind, String place, Object what) {
    var id = id(user, kind, place);
    store.put(new Row(id, user, kind, place, vault.seal(Json.write(what), id)));
  }

  private <T> List<Kept<T>> all(UserId user, Kind kind, Class<T> type) {
    var all = new ArrayList<Kept<T>>();
    for (var row : store.of(user, kind)) all.add(new Kept<>(row.id(), opened(row, type)));
    return all;
  }

  private <T> T opened(Row row, Class<T> type) {
    return Json.read(vault.open(row.content(), row.id()), type);
  }

  private static String id(UserId user, Kind kind, String place) {
    return Keys.hash(user + " " + kind + " " + place);
  }
}
