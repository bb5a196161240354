package dev.berth.control.workspace;

import dev.berth.base.Problem;
import dev.berth.protocol.WorkspaceId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A context that is no repository's address but a point of a workspace: {@code
 * snapshot/<workspace>.<point>}, as {@code gp snapshot} prints it behind the dashboard's address
 * (gitpod-classic 4).
 *
 * @param point as whoever opens it wrote it; nobody has looked yet whether there is one
 */
public record SnapshotContext(WorkspaceId workspace, String point) {
  private static final String PREFIX = "snapshot/";

  /** An id of a point has 35 characters. */
  private static final Pattern FORM =
      Pattern.compile("(%s)\\.([0-9a-z-]{1,64})".formatted(WorkspaceId.PATTERN.pattern()));

  /**
   * What {@code text} means, with the dashboard's address before it or without; empty for what is
   * no snapshot's address at all.
   */
  public static Optional<SnapshotContext> in(String text, String dashboard) {
    var rest = without(without(text.strip(), dashboard.replaceAll("/$", "")), "/");
    rest = without(without(rest, "#"), "/");
    if (!rest.startsWith(PREFIX)) return Optional.empty();
    var match = FORM.matcher(rest.substring(PREFIX.length()));
    if (match.matches()) {
      return Optional.of(new SnapshotContext(new WorkspaceId(match.group(1)), match.group(2)));
    }
    throw new Problem.Invalid(
        "That is no snapshot's address.", "Open it as `gp snapshot` printed it.");
  }

  private static String without(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  /** Where it is opened. */
  public String address(String dashboard) {
    return "%s/#%s%s.%s".formatted(dashboard.replaceAll("/$", ""), PREFIX, workspace, point);
  }
}
