package dev.berth.gateway.http;

import dev.berth.gateway.access.Visitor;
import dev.berth.gateway.forward.Target;
import dev.berth.gateway.route.WorkspaceHost;
import dev.berth.protocol.InstanceId;
import java.util.Optional;

/** What is done with a request. */
sealed interface Step {
  /** The gateway answers itself. */
  record Say(Answer answer) implements Step {}

  /** A one-time code is turned into a cookie of {@code host}. */
  record Enter(WorkspaceHost.Inside host, String code, String to) implements Step {}

  /**
   * It is passed on.
   *
   * @param upgrade whether it asks for another protocol, and may
   * @param person whether somebody looks at the answer in a browser's window
   */
  record Forward(Target target, Place place, boolean upgrade, boolean person) implements Step {}

  /** What is at the end of the way. */
  sealed interface Place {
    /** Control: the dashboard and the API. */
    record Control() implements Place {}

    /**
     * Something in an instance.
     *
     * @param grant what let the visitor in; looked at again when something changed
     * @param counts whether it shows that somebody uses the workspace
     */
    record Inside(Grant grant, boolean counts) implements Place {
      boolean isPort() {
        return grant.host() instanceof WorkspaceHost.OfPort;
      }
    }
  }

  /** Who was let in where. */
  record Grant(WorkspaceHost.Inside host, Visitor visitor, InstanceId instance) {
    /** The port's number, for words to a person. */
    Optional<Integer> port() {
      return host instanceof WorkspaceHost.OfPort(_, var port)
          ? Optional.of(port.number())
          : Optional.empty();
    }
  }
}
