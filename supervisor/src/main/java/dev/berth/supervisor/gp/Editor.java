package dev.berth.supervisor.gp;

import dev.berth.base.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Files and pages, opened by the programs that the editor names in the environment. */
final class Editor {
  private Editor() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of("open", "Open files in the editor", Editor::open)
            .taking(1, Verb.ANY, "<file>...")
            .with(Flag.of('w', "wait", "wait until they are closed")),
        Verb.of("preview", "Open an address in the editor or a browser", Editor::preview)
            .taking(1, 1, "<url>")
            .with(Flag.of("external", "in a browser's tab of its own")));
  }

  private static int open(Call call) throws IOException, InterruptedException {
    var words = new ArrayList<String>();
    if (call.has("wait")) words.add("--wait");
    words.addAll(call.operands());
    return run(call, program(call, "GP_OPEN_EDITOR", "open files"), words);
  }

  /** The program, where an editor runs and says which. */
  static String program(Call call, String variable, String what) {
    return call.caller()
        .variable(variable)
        .orElseThrow(() ->
            new Problem.Unavailable(
                "No editor says how to %s: %s is not set.".formatted(what, variable),
                "Run it in a terminal of the editor."));
  }

  /** Through a shell: the variable may hold a program with arguments. */
  static int run(Call call, String program, List<String> words)
      throws IOException, InterruptedException {
    var argv = new ArrayList<>(List.of("/bin/sh", "-c", program + " \"$@\"", "gp"));
    argv.addAll(words);
    var builder = new ProcessBuilder(argv).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(call.caller().env());
    return builder.start().waitFor();
  }

  private static int preview(Call call) throws IOException, InterruptedException {
    var url = outside(call, call.operand(0).orElseThrow());
    boolean external = call.has("external");
    var variable = external ? "GP_EXTERNAL_BROWSER" : "GP_PREVIEW_BROWSER";
    var program = call.caller().variable(variable);
    if (program.isEmpty()) {
      call.say(url);
      throw new Problem.Unavailable(
          "No editor says how to open pages: %s is not set.".formatted(variable),
          "Open the address above in your browser.");
    }
    return run(call, program.get(), List.of(url));
  }

  /** What is served on localhost here has another address for a browser. */
  private static String outside(Call call, String url) {
    try {
      var uri = new URI(url.contains("://") ? url : "http://" + url);
      var host = Optional.ofNullable(uri.getHost()).orElse("");
      if (!List.of("localhost", "127.0.0.1", "0.0.0.0", "[::1]").contains(host)) return url;
      int port = uri.getPort() > 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
      var rest = new StringBuilder(Optional.ofNullable(uri.getRawPath()).orElse(""));
      if (uri.getRawQuery() != null) rest.append('?').append(uri.getRawQuery());
      if (uri.getRawFragment() != null) rest.append('#').append(uri.getRawFragment());
      return Facts.portUrl(Facts.workspaceUrl(call), port) + rest;
    } catch (URISyntaxException e) {
      throw new Problem.Invalid(
          "\"%s\" is no address.".formatted(url.replaceAll("\\p{Cntrl}", "?")),
          "Write it like http://localhost:3000/page.",
          e);
    }
  }
}
