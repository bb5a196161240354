package dev.berth.node;

import dev.berth.base.process.Command;
import dev.berth.runtime.InstanceImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Git's own server behind busybox's, far away. Everybody may have its repositories but {@code
 * secret}, which all have as their submodule {@code private}.
 */
final class FarGit implements AutoCloseable {
  private static final int PORT = 8080;
  private static final String ORIGIN = "http://" + FarServer.ADDRESS + ":" + PORT;
  private static final String PATH = "/cgi-bin/git/";

  static final InstanceImage.Login LOGIN = new InstanceImage.Login(ORIGIN, "ann", "pw");

  private final Path repositories;
  private final FarServer server;

  private FarGit(Path repositories, FarServer server) {
    this.repositories = repositories;
    this.server = server;
  }

  static FarGit open(Path folder) throws IOException, InterruptedException {
    var repositories = Files.createDirectory(folder.resolve("repositories"));
    var secret = Files.createDirectory(repositories.resolve("secret"));
    Files.writeString(secret.resolve("key"), "s3cret");
    commit(secret);
    var script = Files.createDirectories(folder.resolve("www/cgi-bin")).resolve("git");
    Files.writeString(
        script,
        """
        #!/bin/sh
        export GIT_PROJECT_ROOT=%s GIT_HTTP_EXPORT_ALL=1
        exec git http-backend
        """
            .formatted(repositories));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    var config = folder.resolve("httpd.conf");
    Files.writeString(config, PATH + "secret:%s:%s\n".formatted(LOGIN.user(), LOGIN.token()));
    var port = Integer.toString(PORT);
    var www = folder.resolve("www").toString();
    return new FarGit(
        repositories,
        FarServer.open(
            PORT,
            List.of("busybox", "httpd", "-f", "-p", port, "-h", www, "-c", config.toString())));
  }

  /** A new repository with one commit; a build of it sees all its files. */
  Hosted repository(String name) throws IOException, InterruptedException {
    var at = repositories.resolve(name);
    Files.createDirectories(at.resolve("private"));
    Files.writeString(at.resolve("Dockerfile"), "FROM scratch\nCOPY . /all/\n");
    Files.writeString(at.resolve("name"), name);
    Files.writeString(
        at.resolve(".gitmodules"), "[submodule \"private\"]\npath = private\nurl = ../secret\n");
    var secret = Command.of("git", "-C", "secret", "rev-parse", "HEAD").in(repositories);
    var submodule = "160000,%s,private".formatted(secret.orProblem("See it.").text().strip());
    Command.of("git", "init", "-q").in(at).orProblem("See it.");
    Command.of("git", "update-index", "--add", "--cacheinfo", submodule)
        .in(at)
        .orProblem("See it.");
    return new Hosted(ORIGIN + PATH + name, commit(at));
  }

  /** Where a commit is to be had. */
  record Hosted(String url, String commit) {}

  private static String commit(Path repository) throws InterruptedException {
    var git =
        "git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm x"
            + " && git rev-parse HEAD";
    return Command.of("sh", "-c", git).in(repository).orProblem("See it.").text().strip();
  }

  @Override
  public void close() {
    server.close();
  }
}
