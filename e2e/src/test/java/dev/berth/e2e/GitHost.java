package dev.berth.e2e;

import static org.awaitility.Awaitility.await;

import dev.berth.base.file.FileLocks;
import dev.berth.base.process.Command;
import dev.berth.control.source.GitBackend;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A git server with an address of its own, as one on the internet has: in a network namespace,
 * since instances reach none of this machine's addresses.
 */
final class GitHost implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Of all runs on this machine: a place is free until its link is there. */
  private static final FileLocks PLACES =
      new FileLocks(_ -> Path.of("/var/tmp/berth-git-hosts.lock"));

  private final Path root;
  private final Process server;
  private final String link;
  private final String near;
  private final String address;
  private final String scheme;

  private GitHost(
      Path root, Process server, String link, String near, String address, String scheme) {
    this.root = root;
    this.server = server;
    this.link = link;
    this.near = near;
    this.address = address;
    this.scheme = scheme;
  }

  /** Serves repositories below {@code root}, which is made. */
  static GitHost open(Path root) throws Exception {
    return open(root, Optional.empty());
  }

  /** The same by https, with a certificate that {@code signer} signs. */
  static GitHost secured(Path root, PrivateAuthority signer) throws Exception {
    return open(root, Optional.of(signer));
  }

  private static GitHost open(Path root, Optional<PrivateAuthority> signer) throws Exception {
    Files.createDirectories(root);
    try (var _ = PLACES.take("all")) {
      return open(root, freePlace(), signer);
    }
  }

  private static GitHost open(Path root, int place, Optional<PrivateAuthority> signer)
      throws Exception {
    // TEST-NET-3 (RFC 5737), so nothing real is in the way; four addresses for each run at a time.
    var near = "203.0.113." + (4 * place + 1);
    var address = "203.0.113." + (4 * place + 2);
    var argv =
        new ArrayList<>(
            List.of(
                "unshare",
                "--net",
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-Djdk.virtualThreadScheduler.parallelism=64",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                place(GitHttp.class) + ":" + place(GitBackend.class),
                "dev.berth.e2e.GitHttp",
                root.toString(),
                address));
    if (signer.isPresent()) argv.add(signer.get().keys(address).toString());
    var server = new ProcessBuilder(argv).redirectErrorStream(true).start();
    var scheme = signer.isPresent() ? "https" : "http";
    var host = new GitHost(root, server, "be2e" + place, near, address, scheme);
    try {
      host.connect();
      return host;
    } catch (Exception e) {
      host.end(); // who opens has the lock
      throw e;
    }
  }

  private static Path place(Class<?> program) throws URISyntaxException {
    return Path.of(program.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static int freePlace() {
    var links = Path.of("/sys/class/net");
    return IntStream.range(0, 64)
        .filter(place -> !Files.exists(links.resolve("be2e" + place)))
        .findFirst()
        .orElseThrow();
  }

  private void connect() throws Exception {
    await().atMost(PATIENCE).until(() -> !network("self").equals(network("" + server.pid())));
    var outside =
        """
        link add name %1$s type veth peer name eth0 netns %2$d
        addr add %3$s/30 dev %1$s
        link set %1$s up
        """
            .formatted(link, server.pid(), near);
    Command.of("ip", "-batch", "-").reading(outside).orProblem("Is it left from an earlier run?");
    var inside =
        """
        link set lo up
        addr add %s/30 dev eth0
        link set eth0 up
        """
            .formatted(address);
    Command.of("nsenter", "--net=/proc/%d/ns/net".formatted(server.pid()), "ip", "-batch", "-")
        .reading(inside)
        .orProblem("See the message.");
    try (var go = server.outputWriter()) {
      go.write("go\n");
    }
    var ready =
        CompletableFuture.supplyAsync(() -> {
          try {
            return Optional.ofNullable(server.inputReader().readLine());
          } catch (IOException e) {
            return Optional.<String>empty();
          }
        });
    var said = ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (said.isEmpty() || !said.get().equals("ready")) {
      throw new IllegalStateException("the git server said " + said);
    }
  }

  private static String network(String process) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", process, "ns", "net")).toString();
  }

  /** The address of a repository or another page. */
  String url(String path) {
    return "%s://%s/%s".formatted(scheme, address, path);
  }

  /** The server's address. */
  String address() {
    return address;
  }

  /** This machine's own address on the way to it. */
  String near() {
    return near;
  }

  /** A new repository, empty, at {@code path}. */
  Repository create(String path) throws InterruptedException {
    var folder = root.resolve(path + ".git");
    git("", List.of("init", "--quiet", "--bare", "--initial-branch=main", folder.toString()));
    var repository = new Repository(folder);
    repository.git("config", "uploadpack.allowFilter", "true");
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true");
    return repository;
  }

  private static String git(String input, List<String> arguments) throws InterruptedException {
    return Command.of(Stream.concat(Stream.of("git"), arguments.stream()).toList())
        .with("GIT_CONFIG_GLOBAL", "/dev/null")
        .with("GIT_CONFIG_NOSYSTEM", "1")
        .reading(input)
        .orProblem("See what git says.")
        .text();
  }

  /** A bare repository of the host. */
  record Repository(Path folder) {
    /** Adds a commit with the files that {@code history} names; its words are git fast-import's. */
    Repository with(History history) throws InterruptedException {
      GitHost.git(history.words(), List.of("-C", folder.toString(), "fast-import", "--quiet"));
      return this;
    }

    /** Keeps a file of this machine; its name for {@link History#program}. */
    String keep(Path file) throws InterruptedException {
      return git("hash-object", "-w", file.toString()).strip();
    }

    /** What git says in it. */
    String git(String... arguments) throws InterruptedException {
      var here = Stream.of("-C", folder.toString());
      return GitHost.git("", Stream.concat(here, Stream.of(arguments)).toList());
    }
  }

  /** Commits to be made, in the words of git fast-import. */
  static final class History {
    private final StringBuilder words = new StringBuilder();

    /**
     * The next commit goes to {@code ref}; a new one begins at {@code from} unless that is empty.
     */
    History commit(String ref, String from, String message) {
      words.append("commit ").append(ref).append('\n');
      words.append("committer Ann <ann@example.com> 1700000000 +0000\n");
      data(message);
      if (!from.isEmpty()) words.append("from ").append(from).append('\n');
      return this;
    }

    /** A file of the commit. */
    History file(String path, String content) {
      words.append("M 100644 inline ").append(path).append('\n');
      data(content);
      return this;
    }

    /** A program of the commit, whose content is kept as {@code blob}. */
    History program(String path, String blob) {
      words.append("M 100755 ").append(blob).append(' ').append(path).append('\n');
      return this;
    }

    /** A submodule of the commit, at that commit of another repository. */
    History submodule(String path, String commit) {
      words.append("M 160000 ").append(commit).append(' ').append(path).append('\n');
      return this;
    }

    private void data(String text) {
      words.append("data ").append(text.getBytes(StandardCharsets.UTF_8).length).append('\n');
      words.append(text).append('\n');
    }

    private String words() {
      return words.toString();
    }
  }

  @Override
  public void close() throws IOException {
    try (var _ = PLACES.take("all")) { // its place is not another's before its link is gone
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() throws IOException, InterruptedException {
    server.destroyForcibly();
    server.waitFor(5, TimeUnit.SECONDS);
    Command.of("ip", "link", "del", link).run(); // the kernel may have done so already
    Command.of("rm", "-rf", root.toString()).orProblem("See it.");
  }
}
