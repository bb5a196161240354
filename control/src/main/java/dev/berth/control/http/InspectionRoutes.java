package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.control.account.Accounts.Caller;
import dev.berth.control.workspace.Inspections;
import dev.berth.protocol.api.DrillRequest;

/** What owners ask of whether their saved files can be had again. */
public final class InspectionRoutes {
  private final Inspections inspections;

  public InspectionRoutes(Inspections inspections) {
    this.inspections = inspections;
  }

  void addTo(Router router, Doors doors) {
    router
        .on("GET", "/api/v1/check", doors.owner((_, caller) -> check(caller)))
        .on("POST", "/api/v1/check", doors.owner(this::beginCheck))
        .on("GET", "/api/v1/drill", doors.owner((_, caller) -> drill(caller)))
        .on("POST", "/api/v1/drill", doors.owner(this::beginDrill));
  }

  private Response check(Caller caller) {
    return Response.json(
        200, inspections.check(caller.user().id()).orElseThrow(() -> none("check")));
  }

  private Response beginCheck(Request request, Caller caller) {
    boolean bucket = Doors.isSaid(request, "bucket");
    return Response.json(202, inspections.beginCheck(caller.user().id(), bucket));
  }

  private Response drill(Caller caller) {
    return Response.json(
        200, inspections.drill(caller.user().id()).orElseThrow(() -> none("drill")));
  }

  private Response beginDrill(Request request, Caller caller) {
    var asked = request.json(DrillRequest.class);
    return Response.json(202, inspections.beginDrill(caller.user().id(), asked.workspace()));
  }

  private static Problem none(String what) {
    return new Problem.Missing(
        "There was no %s yet.".formatted(what),
        "Begin one with `berth %s`, or on the dashboard.".formatted(what));
  }
}
