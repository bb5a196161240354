package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.control.account.Accounts.Caller;
import dev.berth.control.account.SshKey;
import dev.berth.control.account.SshKeys;
import dev.berth.protocol.api.NewSshKey;
import dev.berth.protocol.api.SshKeyList;
import dev.berth.protocol.api.SshKeyView;

/** A user's own SSH keys: {@code /api/v1/ssh-keys}. */
public final class SshKeyRoutes {
  private final SshKeys keys;

  public SshKeyRoutes(SshKeys keys) {
    this.keys = keys;
  }

  void addTo(Router router, Doors doors) {
    router
        .on("GET", "/api/v1/ssh-keys", doors.owner((_, caller) -> list(caller)))
        .on("POST", "/api/v1/ssh-keys", doors.owner(this::add))
        .on("DELETE", "/api/v1/ssh-keys/{key}", doors.owner(this::delete));
  }

  private Response list(Caller caller) {
    var all = keys.of(caller.user().id()).stream().map(SshKeyRoutes::view).toList();
    return Response.json(200, new SshKeyList(all));
  }

  private Response add(Request request, Caller caller) {
    var wanted = request.json(NewSshKey.class);
    if (wanted.key() == null || wanted.key().isBlank()) {
      throw new Problem.Invalid(
          "The request brings no key.", "Give the one line of a .pub file as \"key\".");
    }
    var added = keys.add(caller.user().id(), wanted.name(), wanted.key());
    return Response.json(201, view(added));
  }

  private Response delete(Request request, Caller caller) {
    keys.delete(caller.user().id(), request.variable("key"));
    return Response.empty(204);
  }

  private static SshKeyView view(SshKey key) {
    return new SshKeyView(
        key.id(), key.name(), key.key().type(), key.key().fingerprint(), key.createdAt());
  }
}
