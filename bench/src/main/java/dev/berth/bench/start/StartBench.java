package dev.berth.bench.start;

import dev.berth.base.process.Command;
import dev.berth.protocol.Phase;
import dev.berth.protocol.StartStep;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.api.OwnerToken;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts one workspace over and over through a running installation's API, and between two starts a
 * bare container of the same image by runc alone, so that both meet the same machine.
 *
 * <p>A start is over when the first terminal, through the gateway, has shown a prompt.
 */
public final class StartBench {
  private final Api api;
  private final HttpClient client = HttpClient.newHttpClient();

  private StartBench(Api api) {
    this.api = api;
  }

  /**
   * @param arguments the installation's folder, a context URL, a bundle for `runc run`, how often
   */
  public static void main(String... arguments) throws Exception {
    var bench = new StartBench(Api.of(Path.of(arguments[0])));
    bench.run(arguments[1], Path.of(arguments[2]), Integer.parseInt(arguments[3]));
    System.exit(0);
  }

  private void run(String contextUrl, Path bundle, int rounds) throws Exception {
    var id = api.open(contextUrl);
    try {
      prompt(id, System.nanoTime());
      api.stop(id);
      var starts = new double[rounds];
      var bare = new double[rounds];
      var steps = new TreeMap<String, List<Double>>();
      for (int round = 0; round < rounds; round++) {
        bare[round] = bareRun(bundle);
        long begin = System.nanoTime();
        api.start(id);
        starts[round] = prompt(id, begin);
        for (var step : api.find(id).steps()) {
          steps.computeIfAbsent(step.name(), _ -> new ArrayList<>()).add(millis(step));
        }
        api.stop(id);
        System.err.printf(
            "%2d: start %.0f ms, bare runc run %.0f ms%n", round + 1, starts[round], bare[round]);
      }
      report(starts, bare, steps);
    } finally {
      api.delete(id);
    }
  }

  private static void report(double[] starts, double[] bare, Map<String, List<Double>> steps) {
    Times.head();
    Times.row("start of a stopped workspace, API call to first prompt", starts);
    Times.row("bare `runc run` of the same image, to its output", bare);
    steps.forEach((name, times) ->
        Times.row("step " + name, times.stream().mapToDouble(Double::doubleValue).toArray()));
    System.out.printf(
        "start / bare runc run, p50: %.2f%n", Times.at(starts, 0.5) / Times.at(bare, 0.5));
  }

  private static double millis(StartStep step) {
    return Duration.between(step.began(), step.ended().orElse(step.began())).toNanos() / 1e6;
  }

  private static double bareRun(Path bundle) throws InterruptedException {
    long begin = System.nanoTime();
    Command.of("runc", "run", "--bundle", bundle.toString(), "berth-bench-" + begin)
        .orProblem("Look at the bundle.");
    return (System.nanoTime() - begin) / 1e6;
  }

  /** Waits for the first terminal's prompt; the milliseconds since {@code begin}. */
  private double prompt(WorkspaceId id, long begin) throws Exception {
    long end = System.nanoTime() + Api.LONGEST.toNanos();
    while (System.nanoTime() < end) {
      var view = api.find(id);
      if (view.phase() instanceof Phase.Failed(_, var what, var remedy)) {
        throw new IllegalStateException(what + " " + remedy);
      }
      if (view.phase() instanceof Phase.Running) {
        var door = api.door(id);
        if (connected(door)) return (System.nanoTime() - begin) / 1e6;
      }
      Thread.sleep(5);
    }
    throw new IllegalStateException("no prompt within " + Api.LONGEST);
  }

  private boolean connected(OwnerToken door) throws InterruptedException {
    var shown = new CompletableFuture<Boolean>();
    try {
      var socket =
          client
              .newWebSocketBuilder()
              .header("Host", URI.create(door.url()).getAuthority())
              .header("x-gitpod-owner-token", door.ownerToken())
              .buildAsync(
                  URI.create(
                      "ws://127.0.0.1:%d/_supervisor/v1/terminals/t1/connect?from=0"
                          .formatted(api.gatewayPort())),
                  new Prompt(shown))
              .get(2, TimeUnit.SECONDS);
      try {
        return shown.get(10, TimeUnit.SECONDS);
      } finally {
        socket.abort();
      }
    } catch (ExecutionException | TimeoutException e) {
      return false; // the route or the terminal is not there yet
    }
  }

  private record Prompt(CompletableFuture<Boolean> shown) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      var text = StandardCharsets.UTF_8.decode(data).toString();
      if (text.contains("$")) shown.complete(true);
      socket.request(1);
      return CompletableFuture.completedStage("");
    }
  }
}
