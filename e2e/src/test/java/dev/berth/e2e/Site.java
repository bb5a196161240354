package dev.berth.e2e;

import dev.berth.base.http.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * What the tests of a class share, as long as they leave it well: a git host, and an installation
 * that runs.
 */
record Site(GitHost git, Installation berth) implements AutoCloseable {

  static Site open() throws Exception {
    var git = GitHost.open(Files.createTempDirectory(Path.of("target").toAbsolutePath(), "git-"));
    try {
      Samples.large(git.create("octo/shop"));
      Samples.small(git.create("octo/small"), "README.md", "# Small\n");
      var berth = Installation.create("ssh: {port: %d}".formatted(FreePorts.next()));
      berth.up();
      return new Site(git, berth);
    } catch (Exception | AssertionError e) {
      git.close();
      throw e;
    }
  }

  /** A repository with tasks, a server, 3,000 files and some history. */
  String shop() {
    return git.url("octo/shop");
  }

  /** A repository with nothing but a README. */
  String small() {
    return git.url("octo/small");
  }

  @Override
  public void close() throws IOException {
    try (git) {
      berth.close();
    }
  }

  /** Hands the site to tests, opens it for the first and closes it after the last. */
  static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Site.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(Namespace.create(Site.class))
          .computeIfAbsent(
              "site",
              _ -> {
                try {
                  return open();
                } catch (Exception e) {
                  throw new IllegalStateException("the site did not open", e);
                }
              },
              Site.class);
    }
  }
}
