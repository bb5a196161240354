package dev.berth.protocol.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Notice;
import dev.berth.protocol.Phase;
import dev.berth.protocol.Severity;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.InstanceStatus.EditorState;
import dev.berth.protocol.inside.PortPlan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A workspace as its owner sees it.
 *
 * @param url where a browser opens it
 * @param repository owner and name, for people
 * @param folder where the repository lies inside, an absolute path
 * @param ref the branch, tag or pull request that was opened; empty for a bare commit
 * @param image what its root file system is: {@code default}, {@code named} for an image that the
 *     repository names, {@code built} for one that it builds
 * @param steps of the last start
 * @param findings what is wrong in the repository's definition
 * @param told what else its owner should know of this workspace
 * @param editor how far the browser editor of a running instance is; empty where it has none
 * @param ports those that the definition names, that were made public, or that are served now
 * @param prebuild what it began with; empty where it began with a clone
 * @param pinned whether it stays however long nobody uses it
 * @param keptUntil of one that was deleted, until when its owner can have it back; of another, when
 *     it is deleted by itself where nobody uses or pins it before; empty where it stays
 */
public record WorkspaceView(
    WorkspaceId id,
    String url,
    String contextUrl,
    String repository,
    String cloneUrl,
    String folder,
    Optional<String> ref,
    Optional<String> commit,
    String size,
    String image,
    Instant createdAt,
    Instant lastActiveAt,
    Intent intent,
    Phase phase,
    List<StartStep> steps,
    List<FindingView> findings,
    @JsonUnwrapped ToldNotices told,
    Optional<EditorState> editor,
    List<PortView> ports,
    Optional<PrebuiltView> prebuild,
    boolean pinned,
    Optional<Instant> keptUntil) {

  public WorkspaceView {
    steps = List.copyOf(steps);
    findings = List.copyOf(findings);
    ports = List.copyOf(ports);
  }

  /** What else its owner should know of this workspace. */
  public List<Notice> notices() {
    return told.all();
  }

  /**
   * The prebuild that a workspace began with.
   *
   * @param commit that it was made of
   * @param exact whether that is the workspace's own commit, so that init was not run again
   */
  public record PrebuiltView(WorkspaceId id, String commit, boolean exact) {}

  /** A finding of the definition. */
  public record FindingView(
      Severity severity, String file, int line, int column, String what, String remedy) {
    /** All of it on one line, as compilers write it. */
    public String words() {
      return "%s:%d:%d: %s: %s %s".formatted(file, line, column, severity.word(), what, remedy);
    }
  }

  /**
   * A port.
   *
   * @param visibility {@code private} or {@code public}
   * @param protocol what its program speaks: {@code http} or {@code https}
   * @param onOpen what the definition wants to happen, as it writes it
   * @param served whether something listens
   */
  public record PortView(
      int port,
      Optional<String> name,
      Optional<String> description,
      String visibility,
      String onOpen,
      String protocol,
      boolean served,
      String url) {

    /** As the API and .gitpod.yml write it. */
    public static String word(PortPlan.Visibility visibility) {
      return switch (visibility) {
        case PRIVATE -> "private";
        case PUBLIC -> "public";
      };
    }

    /** As the API and .gitpod.yml write it. */
    public static String word(PortPlan.OnOpen onOpen) {
      return switch (onOpen) {
        case OPEN_BROWSER -> "open-browser";
        case OPEN_PREVIEW -> "open-preview";
        case NOTIFY -> "notify";
        case IGNORE -> "ignore";
        case IGNORE_COMPLETELY -> "ignore-completely";
      };
    }
  }
}
