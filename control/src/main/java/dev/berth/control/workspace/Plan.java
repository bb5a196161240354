package dev.berth.control.workspace;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.control.source.Source;
import dev.berth.definition.Definition;
import dev.berth.protocol.Notice;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.runtime.Seed;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a workspace was made from, frozen when it was opened.
 *
 * @param contextUrl as its owner gave it
 * @param opened the repository that its owner opened, where another one's definition counts, which
 *     is {@code source} then; empty where both are the same
 * @param additional repositories beside it; rows of the first days have none
 * @param size the name of its class
 * @param seed the saved moment of another workspace that it begins as; empty for a clone
 * @param told what its owner should know of how it was read
 * @param headless whether it is a prebuild, which ends with its tasks
 * @param prebuilt what the prebuild was that it begins as; its seed is a point of it
 */
public record Plan(
    String contextUrl,
    Source source,
    Optional<Source> opened,
    List<Additional> additional,
    Definition definition,
    String size,
    Optional<Seed> seed,
    @JsonUnwrapped ToldNotices told,
    boolean headless,
    Optional<Prebuilt> prebuilt) {
  public Plan {
    opened = opened == null ? Optional.empty() : opened;
    additional = additional == null ? List.of() : List.copyOf(additional);
    prebuilt = prebuilt == null ? Optional.empty() : prebuilt;
  }

  /** What its owner should know of how it was read. */
  public List<Notice> notices() {
    return told.all();
  }

  /**
   * A prebuild that a workspace begins as.
   *
   * @param commit that it was made of
   * @param exact whether that is the workspace's own commit
   */
  public record Prebuilt(WorkspaceId prebuild, String commit, boolean exact) {}

  /** The same as a prebuild. */
  Plan asHeadless() {
    return copy(Optional.empty(), true, Optional.empty());
  }

  /** The same as a trial of what its owner trusts already. */
  Plan asTrialOf(Source trusted) {
    return new Plan(
        contextUrl,
        source.calledAs(trusted),
        Optional.of(trusted),
        additional,
        definition,
        size,
        Optional.empty(),
        told,
        false,
        Optional.empty());
  }

  /** The same on top of a prebuild. */
  Plan on(Seed base, Prebuilt made) {
    return copy(Optional.of(base), false, Optional.of(made));
  }

  /** The same for another workspace, that begins as the files at {@code point}. */
  Plan forkedAt(Seed point) {
    return copy(Optional.of(point), false, Optional.empty());
  }

  private Plan copy(Optional<Seed> seed, boolean headless, Optional<Prebuilt> prebuilt) {
    return new Plan(
        contextUrl, source, opened, additional, definition, size, seed, told, headless, prebuilt);
  }

  /**
   * A repository that is cloned beside the first (gitpod-classic 4.4).
   *
   * @param location relative to /workspace; its name where empty
   */
  public record Additional(Source source, Optional<String> location) {}

  /**
   * The repository that its owner opened, and so trusts with what he keeps: logins for its host,
   * variables for its name. Whose definition counts is for that repository to say, so it would else
   * choose what it is given.
   */
  public Source trusted() {
    return opened.orElse(source);
  }

  /**
   * Whether it is a prebuild of a pull request, or of one beside its repository: strangers decide
   * what runs there from its first moment (image, definition, tasks), and nobody opened it.
   */
  public boolean isStrangers() {
    return headless && hasPullRequest();
  }

  /** Whether the code of a pull request is among it. */
  boolean hasPullRequest() {
    return Stream.concat(sources(), opened.stream())
        .anyMatch(one -> one.ref() instanceof Source.Ref.PullRequest);
  }

  /** What is cloned, the first one first. */
  Stream<Source> sources() {
    return Stream.concat(Stream.of(source), additional.stream().map(Additional::source));
  }

  /** The folders of this machine that its clones need shown inside. */
  public List<Path> folders() {
    return sources().flatMap(one -> one.folder().stream()).distinct().toList();
  }

  /** How a supervisor fills /workspace. */
  public ContentPlan content() {
    var config = definition.gitConfig();
    return source
        .content(definition.checkoutLocation(), config)
        .with(
            additional.stream().map(one -> one.source().content(one.location(), config)).toList());
  }
}
