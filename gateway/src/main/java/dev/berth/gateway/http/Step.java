package dev.berth.gateway.http;

import dev.berth.gateway.access.Visitor;
import dev.berth.gateway.forward.Target;
import dev.berth.gateway.route.WorkspaceHost;
import dev.berth.gateway.statics.Encoding;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.WorkspaceId;
import java.util.Optional;

/** What is done with a request. */
sealed interface Step {
  /** The gateway answers itself. */
  record Say(Answer answer) implements Step {}

  /**
   * A static file of an editor is sent.
   *
   * @param etag of the form that the visitor has already; empty for none
   */
  record Send(String path, Encoding encoding, String etag) implements Step {}

  /**
   * It is held until something changed, and then looked at again; after a while it is given {@code
   * otherwise}, or at once where too many are held. It has no body.
   */
  record Await(WorkspaceId workspace, Answer otherwise) implements Step {}

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

    /** The registry of extensions, which is a server of the gateway's own. */
    record Gallery() implements Place {}

    /**
     * Something in an instance.
     *
     * @param grant what let the visitor in; looked at again when something changed
     * @param what which of the instance's servers it is
     * @param use what of it shows that somebody uses the workspace
     */
    record Inside(Grant grant, What what, Use use) implements Place {
      boolean isPort() {
        return grant.host() instanceof WorkspaceHost.OfPort;
      }

      /** The server's name, for words to a person. */
      String words() {
        return switch (what) {
          case SUPERVISOR -> "the supervisor's port";
          case EDITOR -> "the editor's port";
          case PORT -> "port " + grant.port().map(String::valueOf).orElse("");
        };
      }
    }
  }

  /** A server in an instance. */
  enum What {
    SUPERVISOR,
    EDITOR,
    /** One of the user's. */
    PORT
  }

  /** What shows that somebody is there. */
  enum Use {
    /** Nothing: a page asks this by itself, also where nobody looks. */
    NONE,
    /** That it was asked, and after an upgrade each message. */
    ALL
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
