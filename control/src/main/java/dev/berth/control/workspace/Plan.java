package dev.berth.control.workspace;

import dev.berth.control.source.Source;
import dev.berth.definition.Definition;
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
 * @param notices what its owner should know of how it was read
 */
public record Plan(
    String contextUrl,
    Source source,
    Optional<Source> opened,
    List<Additional> additional,
    Definition definition,
    String size,
    Optional<Seed> seed,
    List<String> notices) {
  public Plan {
    opened = opened == null ? Optional.empty() : opened;
    additional = additional == null ? List.of() : List.copyOf(additional);
    notices = List.copyOf(notices);
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

  /** The folders of this machine that its clones need shown inside. */
  public List<Path> folders() {
    return Stream.concat(Stream.of(source), additional.stream().map(Additional::source))
        .flatMap(one -> one.folder().stream())
        .distinct()
        .toList();
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
