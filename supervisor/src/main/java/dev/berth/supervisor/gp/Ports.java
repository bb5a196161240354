package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import dev.berth.protocol.Severity;
import dev.berth.protocol.api.WorkspaceView.FindingView;
import dev.berth.supervisor.json.Fields;
import dev.berth.supervisor.ports.ListeningPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is served, who gets in, and waiting for it. */
final class Ports {
  private static final long AWAIT_PERIOD_MILLIS = 250;

  private Ports() {}

  static List<Verb> verbs() {
    var await =
        Verb.of("ports await", "Wait until something listens on a port", Ports::await)
            .taking(1, 1, "<port>");
    var expose =
        Verb.of(
                "ports expose",
                "Serve a port of localhost on another port of all addresses",
                Ports::expose)
            .taking(1, 2, "<local-port> [target-port]")
            .with(
                Flag.of(
                    'r',
                    "rewrite-host-header",
                    "say \"localhost\" to the program in the Host header"));
    return List.of(
        Verb.of("ports list", "Show the ports, who gets in and their addresses", Ports::list)
            .with(Flag.of("no-color", "print no colours (there are none)")),
        Verb.of("ports visibility", "Open a port to everybody, or close it", Ports::visibility)
            .taking(1, Verb.ANY, "<port:{private|public}>..."),
        Verb.of("ports protocol", "Say whether a port's program speaks TLS", Ports::protocol)
            .taking(1, Verb.ANY, "<port:{http|https}>..."),
        expose,
        expose.alsoCalled("forward-port"),
        await,
        await.alsoCalled("await-port"));
  }

  private static int list(Call call) {
    var door = call.door();
    var status = door.get("status");
    Set<Integer> served =
        status.list("ports", port -> port.whole("port")).stream().collect(Collectors.toSet());
    var look = door.errand("look");
    // Who changes the file looks here whether it counts.
    if (status.optionalObject("definition").isPresent()) {
      look.list("findings", Ports::finding).forEach(call.caller().err()::println);
    }
    var ports = look.list("ports", port -> port);
    if (ports.isEmpty() && served.isEmpty()) {
      call.caller().err().println("No ports are served or configured.");
      return 0;
    }
    var table = new Table("Port", "Status", "Protocol", "URL", "Name & Description");
    for (var port : ports) {
      int number = port.whole("port");
      table.row(
          "" + number,
          served.contains(number) ? "open (%s)".formatted(port.text("visibility")) : "not served",
          port.optionalText("protocol").orElse("http"),
          port.text("url"),
          label(port));
    }
    table.print(call.caller().out());
    return 0;
  }

  private static String finding(Fields finding) {
    return new FindingView(
            Severity.of(finding.text("severity")),
            finding.text("file"),
            finding.whole("line"),
            finding.whole("column"),
            finding.text("what"),
            finding.text("remedy"))
        .words();
  }

  private static String label(Fields port) {
    var name = port.optionalText("name").orElse("");
    var description = port.optionalText("description").orElse("");
    return name.isEmpty() || description.isEmpty() ? name + description : name + ": " + description;
  }

  private static int visibility(Call call) {
    return change(call, "visibility", List.of("private", "public"));
  }

  private static int protocol(Call call) {
    return change(call, "protocol", List.of("http", "https"));
  }

  private static int change(Call call, String what, List<String> values) {
    for (var word : call.operands()) {
      int colon = word.indexOf(':');
      var value = word.substring(colon + 1);
      if (colon < 0 || !values.contains(value)) {
        throw new Problem.Invalid(
            "\"%s\" says no %s of a port.".formatted(word, what),
            "Write <port>:%s, for example 3000:%s."
                .formatted(String.join("|", values), values.getLast()));
      }
      int port = Facts.port(word.substring(0, colon));
      call.door().errand("changePort", Map.of("port", port, what, value));
      call.say("Port %d is now %s.".formatted(port, value));
    }
    return 0;
  }

  private static int await(Call call) throws InterruptedException {
    int port = Facts.port(call.operand(0).orElseThrow());
    var ports = new ListeningPorts(Path.of("/proc/net"), () -> {});
    boolean told = false;
    while (true) {
      ports.look();
      if (ports.served().stream().anyMatch(served -> served.port() == port)) {
        if (told) call.say("ok");
        return 0;
      }
      if (!told) {
        call.caller().out().print("Awaiting port %d... ".formatted(port));
        call.caller().out().flush();
        told = true;
      }
      Thread.sleep(AWAIT_PERIOD_MILLIS);
    }
  }

  private static int expose(Call call) throws IOException {
    int local = Facts.port(call.operand(0).orElseThrow());
    int target = call.operand(1).map(Facts::port).orElse(local);
    if (target == local) {
      throw new Problem.Invalid(
          "Port %d cannot be served in its own place.".formatted(local),
          "Name another one: gp ports expose %d %d"
              .formatted(local, local < 55_536 ? local + 10_000 : local - 10_000));
    }
    try (var relay = PortRelay.open(local, target, call.has("rewrite-host-header"))) {
      call.say("Port %d is served on port %d until Ctrl-C.".formatted(local, target));
      call.caller().out().flush();
      relay.run();
    }
    return 0;
  }
}
