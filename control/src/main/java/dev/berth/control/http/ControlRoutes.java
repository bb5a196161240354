package dev.berth.control.http;

import dev.berth.base.http.Handler;
import dev.berth.base.http.Router;
import dev.berth.control.account.Accounts;
import dev.berth.control.workspace.Addresses;

/** All routes of control. */
public final class ControlRoutes {
  private ControlRoutes() {}

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
