package dev.berth.control;

import dev.berth.control.check.Surroundings;
import dev.berth.control.reconcile.EditorSource;
import dev.berth.control.reconcile.StopPolicy;
import dev.berth.control.workspace.Retention;
import dev.berth.protocol.api.Me;
import dev.berth.runtime.WorkspaceSize;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What control is told by the configuration.
 *
 * @param dashboard scheme, host and port of the installation's own address
 * @param sizes the classes of workspaces by their names
 * @param defaultSize the class of a workspace whose opener chose none
 * @param ssh where clients reach workspaces by SSH; empty where that is off
 * @param editor of new instances
 * @param version of this program
 * @param reportsWithin how long after its beginning gateways may need to tell who is there; before
 *     that nobody is taken for idle
 * @param authorities that are trusted in instances beside those of their images, in PEM
 * @param surroundings what is proven of them
 */
public record ControlConfig(
    URI dashboard,
    Map<String, WorkspaceSize> sizes,
    String defaultSize,
    StopPolicy stop,
    Retention retention,
    Optional<Me.SshAddress> ssh,
    EditorSource editor,
    String version,
    Duration reportsWithin,
    String authorities,
    Surroundings surroundings) {
  public ControlConfig {
    sizes = Map.copyOf(sizes);
  }
}
