package dev.berth.control.workspace;

import dev.berth.base.Problem;
import dev.berth.control.account.GitOrigin;
import dev.berth.control.source.ContextUrl;
import dev.berth.control.source.Logins;
import dev.berth.control.source.Source;
import dev.berth.control.source.Sources;
import dev.berth.definition.Origin;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Notice;
import dev.berth.protocol.Phase;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.PortPlan.Visibility;
import dev.berth.runtime.Seed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What owners do with their workspaces: each call changes what is wanted and wakes a look. */
public final class Workspaces {
  private static final Logger LOG = LoggerFactory.getLogger(Workspaces.class);

  /**
   * Commits before the one that is opened of which a prebuild is looked for (gitpod-classic 5.6).
   */
  private static final int HISTORY_MAX = 100;

  /** What the column takes. */
  private static final int CONTEXT_MAX = 4000;

  private final WorkspaceStore store;
  private final Sources sources;
  private final OwnersLogins logins;
  private final Gathering gathering;
  private final Sizes sizes;
  private final Changes changes;
  private final Consumer<WorkspaceId> wake;
  private final Retention retention;
  private final Clock clock;

  /** What an owner keeps for a git host: {@code https://git.example.com}. */
  public interface OwnersLogins {
    /** The login, if there is one. */
    Optional<Logins.Login> at(UserId owner, String origin);
  }

  public Workspaces(
      WorkspaceStore store,
      Sources sources,
      OwnersLogins logins,
      Sizes sizes,
      Changes changes,
      Consumer<WorkspaceId> wake,
      Retention retention,
      Clock clock) {
    this.store = store;
    this.sources = sources;
    this.logins = logins;
    this.gathering = new Gathering(sources, logins);
    this.sizes = sizes;
    this.changes = changes;
    this.wake = wake;
    this.retention = retention;
    this.clock = clock;
  }

  /** The caller's workspaces, the newest first; without those that he can only have back. */
  public List<Workspace> of(UserId owner) {
    return store.ofOwner(owner).stream()
        .filter(one -> !one.plan().headless() && !(one.intent() instanceof Intent.Discard))
        .toList();
  }

  /** Those that the caller deleted and can have back, the last one first. */
  public List<Workspace> deletedOf(UserId owner) {
    return store.ofOwner(owner).stream()
        .filter(one -> one.intent() instanceof Intent.Discard)
        .sorted(Comparator.comparing(Workspaces::deletedAt).reversed())
        .toList();
  }

  private static Instant deletedAt(Workspace workspace) {
    return workspace.intent() instanceof Intent.Discard(var since, _)
        ? since
        : workspace.createdAt();
  }

  /** The caller's prebuilds, the newest first. */
  public List<Workspace> prebuildsOf(UserId owner) {
    return store.ofOwner(owner).stream()
        .filter(one -> one.plan().headless() && !(one.intent() instanceof Intent.Delete))
        .toList();
  }

  /** The caller's workspaces of the same context that are not being deleted. */
  public List<Workspace> ofContext(UserId owner, String contextUrl) {
    var context = ContextUrl.parse(contextUrl).text();
    return of(owner).stream()
        .filter(workspace -> workspace.plan().contextUrl().equals(context))
        .filter(workspace -> !isDeleted(workspace))
        .toList();
  }

  /**
   * Makes a workspace of what {@code contextUrl} means and lets it run; on top of a prebuild where
   * one fits.
   */
  public Workspace open(UserId owner, String contextUrl) throws InterruptedException {
    return open(owner, contextUrl, Optional.empty());
  }

  /**
   * The same with the definition in a file that its owner chose.
   *
   * @param file one of the places of a definition; the first that there is where empty
   */
  public Workspace open(UserId owner, String contextUrl, Optional<String> file)
      throws InterruptedException {
    Room.forWorkspace(store.ofOwner(owner));
    var plan = plan(owner, contextUrl, file, Optional.empty());
    // A prebuild ran the tasks of the definition that comes first.
    if (file.isPresent()) return insert(owner, plan, Choices.NONE);
    return insert(owner, onPrebuild(owner, plan), Choices.NONE);
  }

  private Plan onPrebuild(UserId owner, Plan plan) throws InterruptedException {
    var choice = PrebuildChoice.of(plan, store.ofOwner(owner));
    var same = choice.same();
    if (same.isPresent()) return choice.on(same.get());
    var commit = plan.source().commit();
    if (!choice.hasOlder() || commit.isEmpty()) return plan;
    try {
      var history =
          sources.history(
              ContextUrl.parse(plan.source().contextUrl()),
              commit.get(),
              HISTORY_MAX,
              origin -> logins.at(owner, origin));
      return choice.nearest(history).map(choice::on).orElse(plan);
    } catch (Problem e) {
      LOG.info("no older prebuild is looked for: {}", e.words());
      return plan;
    }
  }

  /**
   * What comes of asking for a prebuild.
   *
   * @param isNew whether it was made for it
   */
  public record Asked(Workspace prebuild, boolean isNew) {}

  /**
   * Lets a headless instance run the tasks of a commit that others will find done.
   *
   * @param again whether to make a new one where one of the commit is there or on its way
   */
  public Asked prebuild(UserId owner, String contextUrl, boolean again)
      throws InterruptedException {
    var plan = plan(owner, contextUrl, Optional.empty(), Optional.empty());
    if (!PrebuildChoice.isWorthIt(plan)) {
      throw new Problem.Invalid(
          "There is nothing to prebuild: no task of the repository has an init command.",
          "Add one to .gitpod.yml, or an onCreateCommand or updateContentCommand to"
              + " devcontainer.json.");
    }
    if (plan.asHeadless().isStrangers()) mustBePublic(owner, plan.source());
    var all = store.ofOwner(owner);
    var same = PrebuildChoice.of(plan, all).sameToBe();
    if (same.isPresent() && !again) return new Asked(same.get(), false);
    Room.forPrebuild(all);
    return new Asked(insert(owner, plan.asHeadless(), Choices.NONE), true);
  }

  /** Strangers' programs get no login, and so no clone where nobody gets one without. */
  private void mustBePublic(UserId owner, Source source) throws InterruptedException {
    var login = GitOrigin.ofUrl(source.cloneUrl()).flatMap(at -> logins.at(owner, at.text()));
    if (login.isEmpty()) return; // it was found without one just now
    try {
      var _ = sources.beside(ContextUrl.parse(source.contextUrl()), Optional.empty(), Logins.NONE);
    } catch (Problem.Missing _) {
      throw new Problem.Refused(
          "%s is private, and the prebuild of a pull request gets no login for it: what runs there is a stranger's."
              .formatted(source.cloneUrl()),
          "Open a workspace of the pull request, or prebuild its branch where the repository has it.");
    }
  }

  /**
   * Makes a workspace of a working copy of another's, and lets it run.
   *
   * @param contextUrl of the repository that was made of it
   */
  Workspace trial(Workspace tried, String contextUrl, Optional<String> file)
      throws InterruptedException {
    var owner = tried.owner();
    var trusted = tried.plan().trusted();
    Room.forWorkspace(store.ofOwner(owner));
    var plan = plan(owner, contextUrl, file, Optional.of(trusted));
    return insert(tried.id().trial(), owner, plan.asTrialOf(trusted), Choices.NONE);
  }

  /**
   * @param tried the repository that this is a trial of
   */
  private Plan plan(UserId owner, String contextUrl, Optional<String> file, Optional<Source> tried)
      throws InterruptedException {
    var context = ContextUrl.parse(contextUrl);
    if (context.text().length() > CONTEXT_MAX) {
      throw new Problem.Invalid(
          "The URL has %d characters; a workspace keeps at most %d."
              .formatted(context.text().length(), CONTEXT_MAX),
          "Open the repository itself, or a shorter name of the branch.");
    }
    var resolved = sources.resolve(context, origin -> logins.at(owner, origin), file);
    var notices = new ArrayList<>(resolved.notices());
    var trusted = tried.orElse(resolved.source());
    var gathered = gathering.of(owner, resolved, trusted, notices);
    var definition = gathered.definition();
    if (isWorthTelling(definition.origin())) {
      notices.add(Notice.information(definition.origin().why()));
    }
    notices.addAll(Unserved.notices(definition));
    var size = sizes.of(definition.container().needs(), notices);
    return new Plan(
        context.text(),
        gathered.source(),
        Optional.of(resolved.source()).filter(one -> !one.equals(gathered.source())),
        gathered.additional(),
        definition,
        size,
        Optional.empty(),
        ToldNotices.of(notices),
        false,
        Optional.empty());
  }

  /**
   * Makes a workspace that begins with the files of another as they were at a point, and lets it
   * run. The definition is the other's too.
   */
  public Workspace fork(UserId owner, Seed seed) {
    var source = forkable(owner, seed.workspace());
    var plan = source.plan();
    // Its files are of that image.
    boolean defaultImage = source.state().choices().defaultImage();
    return insert(
        owner, plan.forkedAt(seed), defaultImage ? Choices.NONE.ofDefaultImage() : Choices.NONE);
  }

  /** The caller's workspace, where another one may begin as it. */
  Workspace forkable(UserId owner, WorkspaceId id) {
    Room.forWorkspace(store.ofOwner(owner));
    var source = find(owner, id);
    if (!source.plan().headless()) return source;
    throw new Problem.Invalid(
        "%s is a prebuild.".formatted(source.id()),
        "Open its repository: a workspace of that commit begins with it.");
  }

  private Workspace insert(UserId owner, Plan plan, Choices choices) {
    var id = WorkspaceId.create(plan.source().owner(), plan.source().repository());
    return insert(id, owner, plan, choices);
  }

  private Workspace insert(WorkspaceId id, UserId owner, Plan plan, Choices choices) {
    var now = clock.instant();
    var workspace =
        new Workspace(
            id,
            owner,
            plan,
            new Workspace.State(new Intent.Run(), new Phase.Pending(now), 0, List.of(), choices),
            now,
            now,
            0);
    store.insert(workspace);
    told(workspace.id());
    return workspace;
  }

  /** Where nothing was found, or one file that says all, nobody asks why. */
  private static boolean isWorthTelling(Origin origin) {
    return switch (origin.kind()) {
      case GITPOD, DEVCONTAINER -> !origin.others().isEmpty();
      case INFERRED -> true;
      case DEFAULT -> false;
    };
  }

  /** The caller's workspace; {@link Problem.Missing} for another's too. */
  public Workspace find(UserId owner, WorkspaceId id) {
    return store
        .find(id)
        .filter(workspace -> workspace.owner().equals(owner))
        .orElseThrow(() ->
            new Problem.Missing(
                "There is no workspace %s.".formatted(id),
                "Check its id with `berth list`; it may have been deleted."));
  }

  /** Lets it run; a stopped one with its files as they were. */
  public Workspace start(UserId owner, WorkspaceId id) {
    return start(owner, id, UnaryOperator.identity());
  }

  /** The same with the default image in the place of the one that its repository wants. */
  public Workspace startWithDefaultImage(UserId owner, WorkspaceId id) {
    if (!find(owner, id).wantsItsOwnImage()) {
      throw new Problem.Invalid(
          "The repository of %s wants no image of its own.".formatted(id), "Start it as it is.");
    }
    return start(
        owner, id, workspace -> workspace.choosing(workspace.state().choices().ofDefaultImage()));
  }

  private Workspace start(UserId owner, WorkspaceId id, UnaryOperator<Workspace> choice) {
    if (find(owner, id).plan().headless()) {
      throw new Problem.Conflict(
          "%s is a prebuild, which runs once.".formatted(id),
          "Make another one: berth prebuild URL --again.");
    }
    var now = clock.instant();
    return change(
        owner,
        id,
        workspace -> {
          var wanted = choice.apply(workspace.wanting(new Intent.Run()).activeAt(now));
          // A time that was chosen for one run does not hold for the next.
          return workspace.intent() instanceof Intent.Run
              ? wanted
              : wanted.choosing(wanted.state().choices().idleFor(Optional.empty()));
        });
  }

  /** Lets it stop. */
  public Workspace stop(UserId owner, WorkspaceId id, String why) {
    return change(
        owner,
        id,
        workspace ->
            workspace.intent() instanceof Intent.Stop
                ? workspace
                : workspace.wanting(new Intent.Stop(why)));
  }

  /** Lets it be gone with all its files. */
  public Workspace delete(UserId owner, WorkspaceId id) {
    return changeAny(find(owner, id), workspace -> workspace.wanting(new Intent.Delete()));
  }

  /**
   * Lets it stop and be out of the way, and be gone when nobody wanted it back for a time; at once
   * where nobody works in it, or where the installation keeps nothing that was deleted.
   */
  public Workspace discard(UserId owner, WorkspaceId id) {
    var read = find(owner, id);
    if (Retention.isShortLived(read) || !retention.deleted().isPositive()) {
      return delete(owner, id);
    }
    if (!isDeleted(read)) Room.forDeleted(store.ofOwner(owner));
    var wanted = new Intent.Discard(clock.instant(), "Its owner deleted it.");
    return changeAny(
        read, workspace -> isDeleted(workspace) ? workspace : workspace.wanting(wanted));
  }

  private static boolean isDeleted(Workspace workspace) {
    return switch (workspace.intent()) {
      case Intent.Discard _, Intent.Delete _ -> true;
      case Intent.Run _, Intent.Stop _ -> false;
    };
  }

  /** Lets one that was deleted be there again, stopped; harmless where it was not deleted. */
  public Workspace undelete(UserId owner, WorkspaceId id) {
    var read = find(owner, id);
    if (isDeleted(read)) Room.forWorkspace(store.ofOwner(owner));
    return changeAny(read, this::undeleted);
  }

  private Workspace undeleted(Workspace workspace) {
    var now = clock.instant();
    return switch (workspace.intent()) {
      case Intent.Run _, Intent.Stop _ -> workspace;
      case Intent.Discard discard when now.isBefore(retention.until(discard)) ->
          // As used now: age would take it again at once.
          workspace.wanting(new Intent.Stop("It was brought back.")).activeAt(now);
      case Intent.Discard _, Intent.Delete _ -> throw isGoing(workspace.id());
    };
  }

  private static Problem isGoing(WorkspaceId id) {
    return new Problem.Conflict(
        "The workspace %s is being deleted.".formatted(id), "Open its repository anew.");
  }

  /** Lets it stay however long nobody uses it, or not any more. */
  public Workspace pin(UserId owner, WorkspaceId id, boolean stays) {
    return choose(owner, id, choices -> choices.pinned(stays));
  }

  /**
   * Opens a port to strangers or closes it, and says how it is spoken to.
   *
   * @param visibility {@code private} or {@code public}
   * @param protocol {@code http} or {@code https}
   */
  public Workspace change(
      UserId owner,
      WorkspaceId id,
      int port,
      Optional<String> visibility,
      Optional<String> protocol) {
    Optional<Visibility> who = visibility.map(Workspaces::visibility);
    Optional<Boolean> tls = protocol.map(Workspaces::isTls);
    return choose(
        owner,
        id,
        choices -> {
          var shown = who.map(one -> choices.showing(port, one)).orElse(choices);
          return tls.map(one -> shown.speaking(port, one)).orElse(shown);
        });
  }

  private static Visibility visibility(String word) {
    return switch (word) {
      case "private" -> Visibility.PRIVATE;
      case "public" -> Visibility.PUBLIC;
      default ->
          throw new Problem.Invalid(
              "A port's visibility cannot be that.", "Say \"private\" or \"public\".");
    };
  }

  private static boolean isTls(String word) {
    return switch (word) {
      case "http" -> false;
      case "https" -> true;
      default ->
          throw new Problem.Invalid(
              "A port's protocol cannot be that.", "Say \"http\" or \"https\".");
    };
  }

  /** Lets it stop after another time without use, until it is started again. */
  public Workspace idleFor(UserId owner, WorkspaceId id, Duration time) {
    return choose(owner, id, choices -> choices.idleFor(Optional.of(time)));
  }

  private Workspace choose(UserId owner, WorkspaceId id, UnaryOperator<Choices> choice) {
    return change(
        owner, id, workspace -> workspace.choosing(choice.apply(workspace.state().choices())));
  }

  /** The workspace of an instance that asks for itself. */
  public Optional<Workspace> find(WorkspaceId id) {
    return store.find(id);
  }

  /** All trials, of whomever. */
  List<Workspace> trials() {
    return store.all().stream().filter(one -> one.id().isTrial()).toList();
  }

  /** Notes when workspaces were last used through the gateway. */
  public void used(Map<WorkspaceId, Instant> lastRequest) {
    store.touch(lastRequest);
  }

  private Workspace change(UserId owner, WorkspaceId id, UnaryOperator<Workspace> change) {
    var workspace = find(owner, id);
    return changeAny(
        workspace,
        now ->
            switch (now.intent()) {
              case Intent.Run _, Intent.Stop _ -> change.apply(now);
              case Intent.Discard _ ->
                  throw new Problem.Conflict(
                      "The workspace %s was deleted.".formatted(id),
                      "Have it back first: berth undelete %s.".formatted(id));
              case Intent.Delete _ -> throw isGoing(id);
            });
  }

  private Workspace changeAny(Workspace read, UnaryOperator<Workspace> change) {
    // Looks save the same row now and then; a few tries always find a moment between two of them.
    var workspace = read;
    for (int tries = 0; tries < 50; tries++) {
      var next = change.apply(workspace);
      if (next.equals(workspace)) {
        wake.accept(workspace.id());
        return workspace;
      }
      if (store.save(next)) {
        told(workspace.id());
        return store.find(workspace.id()).orElse(next);
      }
      workspace = find(workspace.owner(), workspace.id());
    }
    throw new Problem.Conflict(
        "The workspace %s changes too fast to be changed.".formatted(read.id()), "Try again.");
  }

  private void told(WorkspaceId id) {
    changes.changed(id);
    wake.accept(id);
  }
}
