package dev.berth.control.workspace;

import dev.berth.control.source.Source;
import dev.berth.definition.Definition;
import dev.berth.definition.Origin;
import dev.berth.definition.devcontainer.DevcontainerJson;
import dev.berth.definition.devcontainer.Surroundings;
import dev.berth.definition.gitpod.GitpodYml;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Notice;
import dev.berth.protocol.Phase;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Workspaces for tests. */
public final class Samples {
  private static final String YML =
      """
      tasks:
        - name: Web
          init: npm ci
          command: npm start
      ports:
        - port: 3000
          onOpen: open-preview
        - port: 4000-4999
          visibility: public
      comand: x
      """;

  private Samples() {}

  /** One that its owner wants to run and that nothing was done for. */
  public static Workspace workspace(UserId owner, Instant at) {
    var source =
        new Source(
            "https://git.example.com/octo/hello",
            "https://git.example.com/octo/hello.git",
            "git.example.com",
            "octo",
            "hello",
            new Source.Ref.Branch("main"),
            Optional.of("0123456789012345678901234567890123456789"),
            "octo/hello - main",
            Optional.empty(),
            Map.of("STAGE", "dev"));
    var plan =
        new Plan(
            source.contextUrl(),
            source,
            Optional.empty(),
            List.of(),
            GitpodYml.read(YML.getBytes(StandardCharsets.UTF_8)),
            "standard",
            Optional.empty(),
            ToldNotices.of(List.of(Notice.information("a notice"))),
            false,
            Optional.empty());
    return new Workspace(
        WorkspaceId.create("octo", "hello"),
        owner,
        plan,
        new Workspace.State(new Intent.Run(), new Phase.Pending(at), 0, List.of(), Choices.NONE),
        at,
        at,
        0);
  }

  /** The same with another commit. */
  public static Workspace at(Workspace one, String commit) {
    var old = one.plan().source();
    return of(
        one,
        new Source(
            old.contextUrl(),
            old.cloneUrl(),
            old.host(),
            old.owner(),
            old.repository(),
            old.ref(),
            Optional.of(commit),
            old.title(),
            old.folder(),
            old.variables()));
  }

  /** The same of a pull request. */
  public static Workspace pullRequest(Workspace one) {
    var old = one.plan().source();
    return of(
        one,
        new Source(
            old.contextUrl(),
            old.cloneUrl(),
            old.host(),
            old.owner(),
            old.repository(),
            new Source.Ref.PullRequest(7, "refs/pull/7/head"),
            old.commit(),
            old.title(),
            old.folder(),
            old.variables()));
  }

  private static Workspace of(Workspace one, Source source) {
    var plan = one.plan();
    return with(
        one,
        new Plan(
            plan.contextUrl(),
            source,
            plan.opened(),
            plan.additional(),
            plan.definition(),
            plan.size(),
            plan.seed(),
            plan.told(),
            plan.headless(),
            plan.prebuilt()));
  }

  /** A new one of the same owner that begins as a point of {@code source}. */
  public static Workspace beginningAs(Workspace source, String point) {
    var one = workspace(source.owner(), source.createdAt());
    var plan = one.plan();
    return with(one, plan.forkedAt(new Seed(source.id(), point)));
  }

  /** The same as a prebuild. */
  public static Workspace headless(Workspace one) {
    return with(one, one.plan().asHeadless());
  }

  private static Workspace with(Workspace one, Plan plan) {
    return new Workspace(
        one.id(),
        one.owner(),
        plan,
        one.state(),
        one.createdAt(),
        one.lastActiveAt(),
        one.version());
  }

  /** One whose definition is that of octo/hello, as the repository that was opened wants it. */
  public static Workspace mainOf(UserId user, String owner, String repository) {
    return mainOf(user, owner, repository, new Source.Ref.Branch("main"));
  }

  /** The same where a pull request of a repository octo/part was opened. */
  public static Workspace pullRequestOfPart(UserId user) {
    return mainOf(user, "octo", "part", new Source.Ref.PullRequest(7, "refs/pull/7/head"));
  }

  private static Workspace mainOf(UserId user, String owner, String repository, Source.Ref ref) {
    var one = workspace(user, Instant.EPOCH);
    var plan = one.plan();
    var opened =
        new Source(
            "https://git.example.com/" + owner + "/" + repository,
            "https://git.example.com/" + owner + "/" + repository + ".git",
            "git.example.com",
            owner,
            repository,
            ref,
            Optional.empty(),
            repository,
            Optional.empty(),
            Map.of());
    return new Workspace(
        one.id(),
        one.owner(),
        new Plan(
            opened.contextUrl(),
            plan.source(),
            Optional.of(opened),
            List.of(new Plan.Additional(opened, Optional.empty())),
            plan.definition(),
            plan.size(),
            Optional.empty(),
            ToldNotices.NONE,
            false,
            Optional.empty()),
        one.state(),
        one.createdAt(),
        one.lastActiveAt(),
        one.version());
  }

  /** One whose repository builds its image. */
  public static Workspace building(String dockerfile, Optional<String> context) {
    var folder = context.map(", context: "::concat).orElse("");
    return gitpodYml("image: {file: %s%s}".formatted(dockerfile, folder));
  }

  /** One with a .gitpod.yml that says this. */
  public static Workspace gitpodYml(String yml) {
    return with(GitpodYml.read(yml.getBytes(StandardCharsets.UTF_8)));
  }

  /** One with a devcontainer.json that says this. */
  public static Workspace devcontainer(String json) {
    var file = ".devcontainer/devcontainer.json";
    var definition =
        DevcontainerJson.read(
            file,
            json.getBytes(StandardCharsets.UTF_8),
            Surroundings.of("hello", "https://git.example.com/octo/hello.git"));
    var origin = new Origin(Origin.Kind.DEVCONTAINER, Optional.of(file), "", List.of());
    return with(definition.with(origin, definition.findings()));
  }

  private static Workspace with(Definition definition) {
    var one = workspace(UserId.create(), Instant.EPOCH);
    var plan = one.plan();
    return new Workspace(
        one.id(),
        one.owner(),
        new Plan(
            plan.contextUrl(),
            plan.source(),
            Optional.empty(),
            List.of(),
            definition,
            plan.size(),
            Optional.empty(),
            ToldNotices.NONE,
            false,
            Optional.empty()),
        one.state(),
        one.createdAt(),
        one.lastActiveAt(),
        0);
  }
}
