package dev.berth.cli.workspace;

import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.settings.Home;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a login link. */
@Command(
    name = "login",
    description = "Prints a link that logs a browser in, once.",
    mixinStandardHelpOptions = true)
final class Login implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object: url, expiresAt.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var link = api.loginLink();
      System.out.println(json ? Json.write(link) : link.url());
      return 0;
    }
  }
}
