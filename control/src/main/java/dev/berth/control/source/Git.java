package dev.berth.control.source;

import dev.berth.base.Problem;
import dev.berth.base.http.OutwardProxy;
import dev.berth.base.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs git so that neither this machine's settings nor a repository's decide what happens: an
 * environment of its own, no terminal, no passwords, no hooks, no helpers, one transport. What
 * comes after {@code --} in its arguments is never taken for an option.
 *
 * @param whom it asks, for messages
 * @param folder where it keeps what git needs as a home: nothing
 * @param transports those that git may use: "https", "http", "none"
 * @param settings for this host, as {@code name=value}
 * @param longest how long one run may take
 * @param login shown to the host when it asks
 * @param fileBytes how large a file it may write: the bound on what a host can make us store
 * @param memoryBytes a pack may hold objects that say they are larger than any memory
 */
record Git(
    String whom,
    Path folder,
    String transports,
    List<String> settings,
    Duration longest,
    Optional<Logins.Login> login,
    long fileBytes,
    long memoryBytes) {

  private static final int OUTPUT_BYTES = 32 << 20; // the names of about 400,000 branches and tags

  /**
   * The login comes by the standard input and stays in the environment: what stands in an argument
   * everybody on the machine can read.
   */
  private static final String TAKE_LOGIN =
      "IFS= read -r BERTH_GIT_USER; IFS= read -r BERTH_GIT_TOKEN;"
          + " export BERTH_GIT_USER BERTH_GIT_TOKEN; exec \"$@\" </dev/null";

  private static final String SHOW_LOGIN =
      "credential.helper=!f() { test \"$1\" = get &&"
          + " printf 'username=%s\\npassword=%s\\n' \"$BERTH_GIT_USER\" \"$BERTH_GIT_TOKEN\"; }; f";

  private static final List<String> SAFE =
      List.of(
          "core.hooksPath=/dev/null",
          "core.fsmonitor=false",
          "credential.helper=",
          "http.followRedirects=false", // each place is checked before it is asked: see Addresses
          "fetch.unpackLimit=1", // one pack, so that the bound on a file bounds all
          "fetch.recurseSubmodules=false",
          "submodule.recurse=false",
          "pack.threads=1", // memory is bounded for all threads together
          "gc.auto=0",
          "maintenance.auto=false");

  Git {
    settings = List.copyOf(settings);
  }

  Git writing(long bytes) {
    return new Git(whom, folder, transports, settings, longest, login, bytes, memoryBytes);
  }

  Git holding(long bytes) {
    return new Git(whom, folder, transports, settings, longest, login, fileBytes, bytes);
  }

  Git within(Duration time) {
    return new Git(whom, folder, transports, settings, time, login, fileBytes, memoryBytes);
  }

  Command.Outcome run(String... arguments) throws InterruptedException {
    return run(List.of(), List.of(arguments));
  }

  Command.Outcome in(Path gitFolder, String... arguments) throws InterruptedException {
    return run(List.of("--git-dir=" + gitFolder), List.of(arguments));
  }

  /** The answer of a host that redirects, with the place that it names. */
  Optional<String> redirect(String url) throws InterruptedException {
    var traced = List.of("GIT_TRACE_CURL=2", "GIT_TRACE_CURL_NO_DATA=1");
    var answer = command(traced, List.of(), List.of("ls-remote", "--", url)).run();
    return answer
        .errors()
        .lines()
        .filter(line -> line.contains("<= Recv header: "))
        .map(line -> line.substring(line.indexOf("<= Recv header: ") + 16))
        .filter(header -> header.regionMatches(true, 0, "location:", 0, 9))
        .map(header -> header.substring(9).strip())
        .reduce((_, last) -> last);
  }

  private Command.Outcome run(List<String> before, List<String> arguments)
      throws InterruptedException {
    var command = command(List.of(), before, arguments);
    long began = System.nanoTime();
    try {
      return command.run();
    } catch (Problem.Unavailable e) {
      if (System.nanoTime() - began < longest.toNanos()) throw e;
      throw new Problem.Unavailable(
          "%s gave no whole answer within %d s.".formatted(whom, longest.toSeconds()),
          "Try again; if it happens again, look whether it is well.",
          e);
    }
  }

  private Command command(List<String> more, List<String> before, List<String> arguments) {
    var argv = new ArrayList<>(List.of("env", "-i"));
    argv.add("--ignore-signal=XFSZ"); // then git says why it ends: "File too large"
    argv.add("PATH=" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    argv.add("HOME=" + folder);
    argv.add("LC_ALL=C");
    argv.add("GIT_ALLOW_PROTOCOL=" + transports);
    argv.addAll(
        List.of(
            "GIT_TERMINAL_PROMPT=0",
            "GIT_ASKPASS=/bin/false",
            "SSH_ASKPASS=/bin/false",
            "GIT_CONFIG_GLOBAL=/dev/null",
            "GIT_CONFIG_NOSYSTEM=1",
            "GIT_NO_LAZY_FETCH=0",
            "GIT_NO_REPLACE_OBJECTS=1",
            "GIT_ATTR_NOSYSTEM=1"));
    proxies().forEach((name, value) -> argv.add(name + "=" + value));
    argv.addAll(more);
    if (login.isPresent()) argv.addAll(List.of("sh", "-c", TAKE_LOGIN, "sh"));
    argv.addAll(
        List.of(
            "prlimit",
            "--fsize=" + fileBytes + ":" + fileBytes,
            "--as=" + memoryBytes + ":" + memoryBytes,
            "--core=0:0"));
    argv.add("git");
    argv.addAll(before);
    for (var setting : SAFE) argv.addAll(List.of("-c", setting));
    if (login.isPresent()) argv.addAll(List.of("-c", SHOW_LOGIN));
    for (var setting : settings) argv.addAll(List.of("-c", setting));
    argv.addAll(arguments);
    var input = login.map(one -> one.user() + "\n" + one.token() + "\n").orElse("");
    return Command.of(argv).reading(input).in(folder).within(longest).printing(OUTPUT_BYTES);
  }

  /** Those of the settings; without, what this process was started with. */
  private static Map<String, String> proxies() {
    return OutwardProxy.ofProcess()
        .map(OutwardProxy::variables)
        .orElseGet(() -> {
          var set = new TreeMap<String, String>();
          for (var name : List.of("https_proxy", "http_proxy", "no_proxy")) {
            Optional.ofNullable(System.getenv(name)).ifPresent(value -> set.put(name, value));
          }
          return set;
        });
  }
}
