package dev.berth.control.http;

import dev.berth.base.Problem;
import dev.berth.base.http.Handler;
import dev.berth.base.http.ProblemAnswer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import dev.berth.base.metrics.Metrics;
import java.time.Duration;

/** Counts what is asked and how it is answered. */
public final class CountedRequests implements Handler {
  private static final double[] BOUNDS = {0.005, 0.02, 0.1, 0.5, 2, 10, 60};

  private final Handler handler;
  private final Metrics.Counter requests;
  private final Metrics.Histogram times;

  public CountedRequests(Handler handler, Metrics metrics) {
    this.handler = handler;
    this.requests =
        metrics.counter(
            "berth_api_requests_total", "Requests that control answered.", "part", "status");
    this.times =
        metrics.histogram("berth_api_request_seconds", "Until the answer begins.", BOUNDS, "part");
  }

  @Override
  public Response handle(Request request) throws Exception {
    long began = System.nanoTime();
    var part = part(request.path());
    var status = "5xx";
    try {
      var response = handler.handle(request);
      status = status(response);
      return response;
    } catch (Problem problem) {
      status = kind(ProblemAnswer.to(problem).status());
      throw problem;
    } finally {
      requests.count(part, status);
      times.took(Duration.ofNanos(System.nanoTime() - began), part);
    }
  }

  private static String part(String path) {
    if (path.startsWith("/api/")) return "api";
    return path.startsWith("/internal/") ? "internal" : "page";
  }

  private static String status(Response response) {
    return switch (response) {
      case Response.Whole whole -> kind(whole.status());
      case Response.Streamed streamed -> kind(streamed.status());
      case Response.Events _ -> kind(200);
      case Response.Socket _, Response.Upgraded _ -> kind(101);
    };
  }

  private static String kind(int status) {
    return status / 100 + "xx";
  }
}
