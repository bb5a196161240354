package dev.berth.cli.saved;

import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the files of a workspace as an archive. */
@Command(
    name = "export",
    description = {
      "Writes the files of a workspace, as they are or were once, as a tar archive.",
      "files/ is /workspace, upper/ is what was changed elsewhere, such as the home.",
      "Unpack it with: tar --xattrs --numeric-owner -xf FILE"
    },
    mixinStandardHelpOptions = true)
final class Export implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ID", description = "The workspace.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String id;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "POINT",
      description = "The moment, as `berth points` lists it; now where none is given.")
  private @org.jspecify.annotations.Nullable String point;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write; standard output where it is not given.")
  private @org.jspecify.annotations.Nullable String file;

  @Override
  public Integer call() throws InterruptedException {
    var output = new Output(Optional.ofNullable(file));
    try (var api = Api.connect(Home.find())) {
      var workspace = Words.id(id);
      var chosen = point != null ? point : api.save(workspace).id();
      output.write(out -> api.tar(workspace, chosen, "/", out));
      return 0;
    }
  }
}
