package dev.berth.e2e;

import dev.berth.base.process.Command;
import dev.berth.e2e.GitHost.History;
import dev.berth.e2e.GitHost.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The repositories that the tests open. */
final class Samples {
  /** As many as a service of some age has; a hundred commits made them. */
  private static final int FILES = 3000;

  private static final int COMMITS = 100;

  /** In ldd's words: a library, or the loader. */
  private static final Pattern LINKED = Pattern.compile("(/\\S+) \\(0x");

  /** Answers each request with its head, so that a test sees what came in. */
  static final String SERVER =
      """
      use IO::Socket::INET;
      $| = 1;
      my $server = IO::Socket::INET->new(
        LocalAddr => $ARGV[0], LocalPort => $ARGV[1], Listen => 9, ReuseAddr => 1) or die $!;
      print "serving $ARGV[1]\\n";
      while (my $client = $server->accept) {
        my $head = "";
        while (my $line = <$client>) { last if $line =~ /^\\r?$/; $head .= $line }
        my $body = "served from inside\\n$head";
        print $client "HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nConnection: close\\r\\n"
          . "Content-Length: " . length($body) . "\\r\\n\\r\\n$body";
        close $client;
      }
      """;

  private static final String DEFINITION =
      """
      tasks:
        - name: build
          before: echo before >> /workspace/ran
          init: echo init >> /workspace/ran
          command: echo command >> /workspace/ran; echo "the build is done"
        - name: web
          command: perl serve.pl 127.0.0.1 3000
      ports:
        - port: 3000
          name: shop
          onOpen: ignore
      """;

  private Samples() {}

  /** Some size, some history, branches, a tag, a pull request, and tasks. */
  static void large(Repository repository) throws InterruptedException {
    var history = new History();
    for (int commit = 0; commit < COMMITS; commit++) {
      history.commit("refs/heads/main", "", "change " + commit);
      if (commit == 0) {
        history.file(".gitpod.yml", DEFINITION).file("serve.pl", SERVER);
        history.file("README.md", "# Shop\n");
      }
      for (int file = commit; file < FILES; file += COMMITS) {
        history.file(
            "src/part%02d/File%04d.java".formatted(file % 60, file),
            "final class File%d {\n  // %s\n}\n".formatted(file, "text ".repeat(100)));
      }
    }
    history
        .commit("refs/heads/feature/cart/one", "refs/heads/main", "a cart")
        .file("cart.txt", "a cart\n")
        .commit("refs/pull/7/head", "refs/heads/main", "a pull request")
        .file("pull.txt", "a pull request\n");
    repository.with(history);
    repository.git("tag", "v1.0", "refs/heads/main");
  }

  /** The least that a workspace can be made of: a shell, and git with what it links to. */
  static void rootWithGit(Repository repository, History history, String folder)
      throws InterruptedException {
    var busybox = repository.keep(Path.of("/bin/busybox"));
    for (var name : List.of("bin/busybox", "bin/sh")) {
      history.program(folder + "/" + name, busybox);
    }
    var core = Path.of("/usr/lib/git-core");
    var programs = List.of(Path.of("/usr/bin/git"), core.resolve("git-remote-http"));
    var files = new TreeSet<String>();
    for (var program : programs) {
      var links = Command.of("ldd", program.toString()).orProblem("See ldd.").text();
      LINKED.matcher(links).results().map(found -> found.group(1)).forEach(files::add);
    }
    programs.forEach(program -> files.add(program.toString()));
    for (var file : files) history.program(folder + file, repository.keep(Path.of(file)));
  }

  /** One commit with these files: name, content, name, content ... */
  static void small(Repository repository, String... files) throws InterruptedException {
    var history = new History().commit("refs/heads/main", "", "first");
    for (int i = 0; i < files.length; i += 2) history.file(files[i], files[i + 1]);
    repository.with(history);
  }
}
