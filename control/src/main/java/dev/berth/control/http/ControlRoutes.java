package dev.berth.control.http;

import dev.berth.base.http.Handler;
import dev.berth.base.http.Router;
import dev.berth.base.http.Strangers;
import dev.berth.control.account.Accounts;
import dev.berth.control.workspace.Addresses;

/** All routes of control. */
public final class ControlRoutes {
  private ControlRoutes() {}

  /**
   * Who is not logged in asks for little: a login link's token, an error of a page. 16 KiB are far
   * more.
   */
  static final int STRANGERS_BYTES = 16 << 10;

  /** Who may send them less than others. */
  public static Strangers strangers(Accounts accounts, Addresses addresses, String internalToken) {
    return new Strangers(STRANGERS_BYTES, new Doors(accounts, addresses, internalToken)::knows);
  }

  /**
   * The routes.
   *
   * @param pages answers what no route of the API does: the dashboard's files
   */
  public static Router of(
      Accounts accounts,
      Addresses addresses,
      String internalToken,
      WorkspaceRoutes workspaces,
      PointRoutes points,
      InspectionRoutes inspections,
      CheckRoutes checks,
      PrebuildRoutes prebuilds,
      SessionRoutes sessions,
      SettingsRoutes settings,
      SshKeyRoutes sshKeys,
      GatewayRoutes gateway,
      Handler pages) {
    var doors = new Doors(accounts, addresses, internalToken);
    var router = new Router();
    sessions.addTo(router, doors);
    sshKeys.addTo(router, doors);
    workspaces.addTo(router, doors);
    points.addTo(router, doors);
    inspections.addTo(router, doors);
    checks.addTo(router, doors);
    prebuilds.addTo(router, doors);
    settings.addTo(router, doors);
    gateway.addTo(router, doors);
    return router.on("GET", "/{page...}", pages);
  }
}
