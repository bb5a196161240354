package dev.berth.control.reconcile;

import dev.berth.control.account.GitOrigin;
import dev.berth.control.account.Keys;
import dev.berth.control.account.RepositoryPattern;
import dev.berth.control.account.Settings;
import dev.berth.control.workspace.Addresses;
import dev.berth.control.workspace.Sizes;
import dev.berth.control.workspace.Workspace;
import dev.berth.definition.Container.Mount;
import dev.berth.definition.Definition;
import dev.berth.definition.Image;
import dev.berth.definition.Origin;
import dev.berth.definition.devcontainer.ImageMetadata;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.Notice;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.GitAuthor;
import dev.berth.protocol.inside.Outlet;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.protocol.inside.SizePlan;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Seed;
import dev.berth.runtime.WorkspaceSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Makes of a workspace what the driver and the supervisor are told. */
public final class Specs {
  private final Sizes sizes;
  private final Addresses addresses;
  private final Keys keys;
  private final StopPolicy policy;
  private final EditorSource editor;
  private final Settings settings;
  private final String authorities;

  /** Makes nothing yet. {@code authorities} are those that instances trust, in PEM. */
  public Specs(
      Sizes sizes,
      Addresses addresses,
      Keys keys,
      StopPolicy policy,
      EditorSource editor,
      Settings settings,
      String authorities) {
    this.sizes = sizes;
    this.addresses = addresses;
    this.keys = keys;
    this.policy = policy;
    this.editor = editor;
    this.settings = settings;
    this.authorities = authorities;
  }

  /** The token of an instance's supervisor: made of the key, so it is stored nowhere. */
  public String token(InstanceId instance) {
    return keys.token(tokenUse(instance));
  }

  /** For what the token of an instance is made. */
  public static String tokenUse(InstanceId instance) {
    return "instance " + instance;
  }

  InstanceSpec of(Workspace workspace, InstanceId instance) {
    var plan = workspace.plan();
    var definition = plan.definition();
    var notices = new ArrayList<>(plan.notices());
    notices.addAll(found(definition));
    if (workspace.wantsItsOwnImage() && workspace.state().choices().defaultImage()) {
      notices.add(
          Notice.information(
              "This workspace has the default image by your choice, not the one that its repository"
                  + " wants. Open the repository anew to have it."));
    }
    var size = size(plan.size(), notices);
    var boot =
        new BootPlan(
            workspace.id(),
            instance,
            token(instance),
            addresses.workspace(workspace.id()).toString(),
            addresses.dashboard().toString(),
            plan.contextUrl(),
            plan.content().without(ofTheRepository(workspace)),
            definition.tasks(),
            definition.ports(),
            environment(workspace, definition.env()),
            owner(workspace),
            new SizePlan(
                plan.size(),
                size.cpuMillis(),
                size.memoryBytes(),
                definition
                    .coreDump()
                    .map(core -> new SizePlan.Core(core.softBytes(), core.hardBytes()))),
            // The driver kills after the grace; the supervisor must be done a little before.
            (int) Math.max(1, policy.grace().toSeconds() - 5),
            new EditorPlan(
                definition.extensions(),
                definition.container().settings(),
                gallery(workspace),
                definition.workspaceLocation(),
                preferences(workspace),
                extensions(workspace)),
            ToldNotices.of(notices),
            plan.opened().isPresent() ? Optional.empty() : file(definition.origin()),
            plan.headless(),
            definition.container().user(),
            authorities);
    return new InstanceSpec(
        image(workspace),
        size,
        boot,
        plan.headless() ? Optional.empty() : editor.tree(),
        plan.folders(),
        // Its owner may delete a prebuild that a workspace has not begun with yet.
        plan.prebuilt().isPresent() ? plan.seed().map(Seed::orClone) : plan.seed(),
        inMemory(definition),
        labelReader(workspace));
  }

  private static List<Notice> found(Definition definition) {
    return definition.findings().stream()
        .map(finding -> Notice.found(finding.severity(), finding.words()))
        .toList();
  }

  private static List<String> inMemory(Definition definition) {
    return definition.container().mounts().stream()
        .filter(Mount.Memory.class::isInstance)
        .map(Mount::target)
        .toList();
  }

  /** Another repository's, which counts here, does not lie in this one. */
  private static Optional<BootPlan.DefinitionFile> file(Origin origin) {
    return origin.file().map(path -> new BootPlan.DefinitionFile(path, origin.digest()));
  }

  /**
   * What an image says of itself counts beneath a devcontainer.json; a .gitpod.yml knows no such
   * label.
   */
  private InstanceSpec.LabelReader labelReader(Workspace workspace) {
    var own = workspace.plan().definition();
    if (own.origin().kind() != Origin.Kind.DEVCONTAINER) return InstanceSpec.LabelReader.DEAF;
    var source = workspace.plan().source();
    var surroundings = Surroundings.of(source.repository(), source.cloneUrl());
    return (said, label, user) -> {
      var whole = label.map(text -> ImageMetadata.under(text, own, surroundings)).orElse(own);
      // Who names nobody has whom the image names, and of an image that names nobody root.
      var plan = said.workedInBy(whole.container().user().or(() -> user).orElse("root"));
      if (label.isEmpty()) return plan;
      var notices = new ArrayList<>(plan.notices());
      notices.addAll(found(whole));
      return plan.of(
          whole.tasks(),
          whole.ports(),
          environment(workspace, whole.env()),
          plan.editor().with(whole.extensions(), whole.container().settings()),
          notices);
    };
  }

  /**
   * Plain HTTP also where browsers speak TLS: inside it never leaves the instance but on the
   * supervisor's own connections, and a browser's page asks by TLS nevertheless, since the gateway
   * tells it to upgrade what is insecure.
   */
  private Optional<String> gallery(Workspace workspace) {
    if (editor.tree().isEmpty() || !editor.gallery()) return Optional.empty();
    if (workspace.plan().headless()) return Optional.empty();
    var host = addresses.workspace(workspace.id()).getAuthority();
    return Optional.of("http://" + host + Outlet.PREFIX);
  }

  /** One that the configuration has no more is replaced by the usual one, and its user told. */
  private WorkspaceSize size(String name, List<Notice> notices) {
    var size = sizes.byName().get(name);
    if (size != null) return size;
    notices.add(
        Notice.warning(
            "The size %s is not in this installation's configuration any more; this is of size %s."
                .formatted(name, sizes.usual())));
    return Objects.requireNonNull(sizes.byName().get(sizes.usual()));
  }

  /**
   * The definition's variables, over them the owner's, over these the context URL's (gitpod-classic
   * 3.4).
   */
  private Map<String, String> environment(Workspace workspace, Map<String, String> definition) {
    var source = workspace.plan().trusted();
    var all = new HashMap<>(definition);
    // What a prebuild leaves may be kept long and shown elsewhere (gitpod-classic 3.4).
    if (workspace.plan().headless()) return all;
    var repository = RepositoryPattern.of(source.host(), source.owner(), source.repository());
    all.putAll(settings.variables(workspace.owner(), repository));
    all.putAll(source.variables());
    return all;
  }

  /**
   * The variables that are not their owner's, which say nothing at the clone: by http_proxy or
   * GIT_CONFIG_COUNT who wrote a definition, or a link, would be shown the login. A PATH leads to
   * the image's own programs.
   */
  private Set<String> ofTheRepository(Workspace workspace) {
    var source = workspace.plan().trusted();
    var names = new HashSet<>(workspace.plan().definition().env().keySet());
    if (!workspace.plan().headless()) {
      var repository = RepositoryPattern.of(source.host(), source.owner(), source.repository());
      names.removeAll(settings.variables(workspace.owner(), repository).keySet());
    }
    names.addAll(source.variables().keySet());
    names.remove("PATH");
    return names;
  }

  private List<String> extensions(Workspace workspace) {
    var owner = workspace.owner();
    return sharesPreferences(workspace) ? settings.extensions(owner) : List.of();
  }

  private Optional<Map<String, String>> preferences(Workspace workspace) {
    var owner = workspace.owner();
    if (!sharesPreferences(workspace)) return Optional.empty();
    return Optional.of(settings.preferences(owner));
  }

  /** A prebuild has no editor, and what its owner keeps for his is nobody's business there. */
  private boolean sharesPreferences(Workspace workspace) {
    return !workspace.plan().headless() && settings.profile(workspace.owner()).samePreferences();
  }

  private OwnerPlan owner(Workspace workspace) {
    var profile = settings.profile(workspace.owner());
    return new OwnerPlan(
        workspace.owner(),
        new GitAuthor(profile.gitName(), profile.gitEmail()),
        workspace.plan().headless() ? Optional.empty() : profile.dotfiles());
  }

  /** What Berth does not make yet is told in the plan's notices. */
  private InstanceImage image(Workspace workspace) {
    if (workspace.state().choices().defaultImage()) return new InstanceImage.Default();
    var definition = workspace.plan().definition();
    var repository = repository(workspace);
    var base =
        switch (definition.image()) {
          case Image.Reference(var reference) -> new InstanceImage.Reference(reference);
          case Image.Built built ->
              repository
                  .<InstanceImage>map(at -> dockerfile(at, built))
                  .orElseGet(InstanceImage.Default::new); // nothing is in it
          case Image.Default _, Image.Composed _ -> new InstanceImage.Default();
        };
    var container = definition.container();
    if (container.features().isEmpty()) return base;
    return new InstanceImage.Featured(
        base,
        container.features(),
        container.featureOrder(),
        container.locked(),
        repository,
        container.user());
  }

  /** Empty where it has no commit. */
  private Optional<InstanceImage.Repository> repository(Workspace workspace) {
    var source = workspace.plan().source();
    var content = source.content(Optional.empty(), Map.of());
    if (content.commit().isEmpty()) return Optional.empty();
    var trusted = GitOrigin.ofUrl(workspace.plan().trusted().cloneUrl());
    var login =
        GitOrigin.ofUrl(source.cloneUrl())
            .filter(host -> trusted.equals(Optional.of(host)))
            // By .gitmodules a stranger would fetch what he may not see, and read it as he builds.
            .filter(_ -> !workspace.plan().isStrangers())
            .flatMap(host -> settings.login(workspace.owner(), host))
            .map(kept -> new InstanceImage.Login(kept.origin().text(), kept.user(), kept.token()));
    return Optional.of(
        new InstanceImage.Repository(
            source.cloneUrl(), content.commit().get(), content.ref(), login));
  }

  private static InstanceImage dockerfile(InstanceImage.Repository repository, Image.Built built) {
    return new InstanceImage.Dockerfile(
        repository,
        built.dockerfile(),
        built
            .context()
            .map(context -> context.equals(".") ? "" : context)
            .orElseGet(() -> folder(built.dockerfile())),
        built.options().args(),
        built.options().target(),
        built.options().flags());
  }

  private static String folder(String file) {
    return file.substring(0, Math.max(0, file.lastIndexOf('/')));
  }
}
