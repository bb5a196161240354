package dev.berth.cli.workspace;

import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists prebuilds. */
@Command(
    name = "prebuilds",
    description = {
      "Lists the prebuilds.",
      "`berth logs ID` prints what the tasks of one printed, `berth stop ID` ends one,",
      "`berth delete ID` removes it; workspaces that began with it stay as they are."
    },
    mixinStandardHelpOptions = true)
final class Prebuilds implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object: prebuilds.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var list = api.prebuilds();
      if (json) {
        System.out.println(Json.write(list));
        return 0;
      }
      if (list.prebuilds().isEmpty()) {
        System.out.println("There is none. Make one: berth prebuild URL");
        return 0;
      }
      System.out.printf("%-44s  %-9s  %-7s  %-7s  %s%n", "ID", "STATE", "AGE", "COMMIT", "OF");
      for (var one : list.prebuilds()) {
        var commit = one.commit().orElse("");
        System.out.printf(
            "%-44s  %-9s  %-7s  %-7s  %s%n",
            one.id(),
            one.state().word(),
            Words.age(one.createdAt()),
            commit.substring(0, Math.min(7, commit.length())),
            one.contextUrl());
      }
      return 0;
    }
  }
}
