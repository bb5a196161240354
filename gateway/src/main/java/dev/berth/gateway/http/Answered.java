package dev.berth.gateway.http;

import dev.berth.base.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts answers by what gave them and by their status, and what is open both ways. Any thread. */
public final class Answered {
  private static final List<String> PLACES =
      List.of("gateway", "control", "gallery", "supervisor", "editor", "port");

  /** 1xx to 5xx, at 1 to 5. */
  private static final int STATUSES = 6;

  /** For each place and status: asked for each answer, so nothing is looked up then. */
  private final List<LongAdder> counts = new ArrayList<>();

  private final LongAdder raw = new LongAdder();

  public Answered(Metrics metrics) {
    var counter =
        metrics.counter(
            "berth_gateway_requests_total", "Answers by what gave them.", "place", "status");
    for (var place : PLACES) {
      counts.add(new LongAdder()); // no status begins with 0
      for (int status = 1; status < STATUSES; status++)
        counts.add(counter.of(place, status + "xx"));
    }
    metrics.gauge(
        "berth_gateway_open_streams",
        "WebSockets and other connections that are open both ways.",
        List.of(),
        () -> Metrics.Value.of(raw.intValue()));
  }

  void count(Step.@Nullable Forward forward, int status) {
    int kind = Math.clamp(status / 100, 0, STATUSES - 1);
    counts.get(place(forward) * STATUSES + kind).increment();
  }

  private static int place(Step.@Nullable Forward forward) {
    if (forward == null) return 0;
    return switch (forward.place()) {
      case Step.Place.Control _ -> 1;
      case Step.Place.Gallery _ -> 2;
      case Step.Place.Inside inside ->
          switch (inside.what()) {
            case SUPERVISOR -> 3;
            case EDITOR -> 4;
            case PORT -> 5;
          };
    };
  }

  void opened() {
    raw.increment();
  }

  void ended() {
    raw.decrement();
  }
}
