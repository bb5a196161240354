package dev.berth.base.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void it_is_told_as_prometheus_reads_it() {
    var logins = metrics.counter("berth_logins_total", "Who came.", "result");
    var starts =
        metrics.histogram("berth_start_seconds", "How long.", new double[] {0.5, 2}, "kind");
    metrics.gauge("berth_open", "What is open.", List.of(), () -> Metrics.Value.of(3));
    metrics.counter("berth_terms_total", "None yet.");

    logins.count("let_in");
    logins.count("let_in");
    logins.count("a \"word\"\nand\\more");
    starts.took(Duration.ofMillis(400), "regular");
    starts.took(Duration.ofSeconds(60), "regular");

    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP berth_logins_total Who came.
            # TYPE berth_logins_total counter
            berth_logins_total{result="a \\"word\\"\\nand\\\\more"} 1
            berth_logins_total{result="let_in"} 2
            # HELP berth_open What is open.
            # TYPE berth_open gauge
            berth_open 3
            # HELP berth_start_seconds How long.
            # TYPE berth_start_seconds histogram
            berth_start_seconds_bucket{kind="regular",le="0.5"} 1
            berth_start_seconds_bucket{kind="regular",le="2"} 1
            berth_start_seconds_bucket{kind="regular",le="+Inf"} 2
            berth_start_seconds_sum{kind="regular"} 60.4
            berth_start_seconds_count{kind="regular"} 2
            # HELP berth_terms_total None yet.
            # TYPE berth_terms_total counter
            berth_terms_total 0
            """);
  }

  @Test
  void kinds_beyond_a_bound_are_counted_together() {
    var counter = metrics.counter("berth_x_total", "X.", "kind");

    IntStream.range(0, 1000).forEach(n -> counter.count("kind" + n));

    assertThat(metrics.text().lines().filter(line -> line.startsWith("berth_x_total")))
        .hasSize(201);
    assertThat(metrics.text()).contains("berth_x_total{kind=\"other\"} 800\n");
  }

  @Test
  void what_begins_anew_counts_on_and_a_name_means_one_thing() {
    metrics.counter("berth_x_total", "X.").count();
    metrics.counter("berth_x_total", "X.").count();

    assertThat(metrics.text()).contains("berth_x_total 2\n");
    assertThatThrownBy(() -> metrics.histogram("berth_x_total", "X.", new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> metrics.counter("Berth x", "X."))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void one_that_cannot_be_told_is_left_out_and_the_others_are_there() {
    var away = new AtomicBoolean(true);
    metrics.counter("berth_a_total", "A.").count();
    metrics.gauge(
        "berth_b",
        "B.",
        List.of("kind"),
        () -> {
          if (away.get()) throw new IllegalStateException("away");
          return List.of(new Metrics.Value(List.of("x"), 2));
        });
    metrics.gauge("berth_c", "C.", List.of(), () -> Metrics.Value.of(3));

    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP berth_a_total A.
            # TYPE berth_a_total counter
            berth_a_total 1
            # HELP berth_c C.
            # TYPE berth_c gauge
            berth_c 3
            """);
    away.set(false);
    assertThat(metrics.text()).contains("berth_b{kind=\"x\"} 2\n");
  }
}
