package dev.berth.control.http;

import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.control.check.Checkup;

/** Whether all that the installation needs is there, for who administers it. */
public final class CheckRoutes {
  private static final String PATH = "/api/v1/installation/checks";

  private final Checkup checkup;

  public CheckRoutes(Checkup checkup) {
    this.checkup = checkup;
  }

  void addTo(Router router, Doors doors) {
    router
        .on("GET", PATH, doors.administrator((_, _) -> Response.json(200, checkup.view())))
        .on("POST", PATH, doors.administrator((_, _) -> Response.json(202, checkup.begin())));
  }
}
