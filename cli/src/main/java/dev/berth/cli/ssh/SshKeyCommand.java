package dev.berth.cli.ssh;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.base.text.Reason;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.api.NewSshKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The keys that open workspaces by SSH. */
@Command(
    name = "ssh-key",
    description = "The public keys that open your workspaces by SSH.",
    mixinStandardHelpOptions = true)
final class SshKeyCommand implements Runnable {
  /** A .pub file has one line; more than this is something else. */
  private static final int FILE_BYTES_MAX = 64 << 10;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say add, list or delete.");
  }

  @Command(name = "add", description = "Adds a public key.", mixinStandardHelpOptions = true)
  int add(
      @Parameters(
              paramLabel = "FILE",
              description = "A .pub file, for example ~/.ssh/id_ed25519.pub; - for standard input.")
          String file,
      @Option(names = "--name", paramLabel = "NAME", description = "Instead of the key's comment.")
          Optional<String> name)
      throws InterruptedException {
    var line = read(file);
    try (var api = Api.connect(Home.find())) {
      var added = api.addSshKey(new NewSshKey(name, line.strip()));
      System.out.println("Added %s, %s".formatted(added.name(), added.fingerprint()));
      return 0;
    }
  }

  private static String read(String file) {
    try (var in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
      return new String(in.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Problem.Missing(
          "The file %s cannot be read: %s.".formatted(file, Reason.of(e)),
          "Name a .pub file; `ssh-keygen -t ed25519` makes one.",
          e);
    }
  }

  @Command(name = "list", description = "Lists the keys.", mixinStandardHelpOptions = true)
  int list(@Option(names = "--json", description = "Print one JSON object: keys.") boolean json)
      throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var all = api.sshKeys();
      if (json) {
        System.out.println(Json.write(all));
        return 0;
      }
      if (all.keys().isEmpty()) {
        System.out.println("No keys yet. Add one: berth ssh-key add ~/.ssh/id_ed25519.pub");
      }
      for (var key : all.keys()) {
        System.out.printf(
            "%s  %-20s  %s  %s%n",
            key.fingerprint(), key.type(), Words.age(key.createdAt()), key.name());
      }
      return 0;
    }
  }

  @Command(
      name = "delete",
      description = "Deletes a key; connections that it opened stay.",
      mixinStandardHelpOptions = true)
  int delete(
      @Parameters(paramLabel = "FINGERPRINT", description = "As `ssh-key list` shows it.")
          String fingerprint)
      throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var found =
          api.sshKeys().keys().stream()
              .filter(key -> key.fingerprint().equals(fingerprint) || key.id().equals(fingerprint))
              .findFirst()
              .orElseThrow(() ->
                  new Problem.Missing(
                      "You have no key %s.".formatted(fingerprint),
                      "Take one of those that `berth ssh-key list` shows."));
      api.deleteSshKey(found.id());
      return 0;
    }
  }
}
