package dev.berth.cli.saved;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.cli.api.Api;
import dev.berth.cli.line.Words;
import dev.berth.cli.settings.Home;
import dev.berth.protocol.api.PointChanges;
import dev.berth.protocol.api.PointChanges.Change;
import dev.berth.protocol.api.PointView;
import dev.berth.protocol.api.SavedFolder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The saved moments of a workspace: lists, looks into, compares, takes files out. */
@Command(
    name = "points",
    description = {
      "Lists the moments of a workspace that you can go back to, the newest first.",
      "Its files are saved while it runs; `fork` makes a workspace of a moment, `export` an archive."
    },
    mixinStandardHelpOptions = true)
final class Points implements Callable<Integer> {
  private static final String WORKSPACE = "The workspace.";
  private static final String POINT = "The moment, as `berth points ID` lists it.";

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  // Not needed by the subcommands, so it cannot be said to be needed at all.
  @Parameters(arity = "0..1", paramLabel = "ID", description = WORKSPACE)
  private Optional<String> id = Optional.empty();

  @Option(names = "--save", description = "Save it now, before they are listed.")
  private boolean save;

  @Option(names = "--json", description = "Print one JSON object: points, trouble.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (id.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Name a workspace, or say what to do.");
    }
    try (var api = Api.connect(Home.find())) {
      var workspace = Words.id(id.get());
      if (save) api.save(workspace);
      var list = api.points(workspace);
      if (json) {
        System.out.println(Json.write(list));
        return 0;
      }
      list.trouble().ifPresent(words -> System.err.println("The last save failed: " + words));
      if (list.points().isEmpty()) {
        System.out.println("Nothing is saved yet.");
        return 0;
      }
      print("POINT", "AGE", "FILES", "SIZE", "NEW", "CHANGED");
      for (var point : list.points()) {
        print(
            point.id(),
            Words.age(point.at()),
            Long.toString(point.files()),
            Words.size(point.bytes()),
            Words.size(point.newBytes()),
            point.changed().map(Points::counts).orElse("") + (point.kept() ? " kept" : ""));
      }
      return 0;
    }
  }

  private static void print(
      String point, String age, String files, String size, String fresh, String changed) {
    var line = "%-36s  %-7s  %9s  %9s  %9s  %s".formatted(point, age, files, size, fresh, changed);
    System.out.println(line.stripTrailing());
  }

  /** As of a commit: new, other, gone. */
  private static String counts(PointView.Changed changed) {
    return "+%d ~%d -%d".formatted(changed.added(), changed.changed(), changed.removed());
  }

  @Command(
      name = "files",
      description = {
        "Lists a folder of a moment.",
        "Of the image's own files a moment has those that the workspace changed."
      },
      mixinStandardHelpOptions = true)
  int files(
      @Parameters(index = "0", paramLabel = "ID", description = WORKSPACE) String workspace,
      @Parameters(index = "1", paramLabel = "POINT", description = POINT) String point,
      @Parameters(
              index = "2",
              arity = "0..1",
              paramLabel = "PATH",
              defaultValue = "/workspace",
              description = "The folder, as seen inside; ${DEFAULT-VALUE} where none is given.")
          String path,
      @Option(
              names = "--json",
              description = "Print JSON objects, one for each thousand: path, items, after.")
          boolean asJson)
      throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      Optional<String> after = Optional.empty();
      do {
        var part = api.folder(Words.id(workspace), point, path, after);
        if (asJson) System.out.println(Json.write(part));
        else part.items().forEach(Points::print);
        after = part.after();
      } while (after.isPresent());
      return 0;
    }
  }

  private static void print(SavedFolder.Item item) {
    var name =
        switch (item.kind()) {
          case FOLDER -> item.name() + "/";
          case LINK -> item.name() + " -> " + item.target().orElse("");
          case FILE -> item.name();
          case PIPE -> item.name() + "|";
          case DELETED -> item.name() + " (deleted)";
        };
    var size = item.kind() == SavedFolder.Kind.FILE ? Words.size(item.bytes()) : "";
    System.out.printf("%s  %9s  %-7s  %s%n", item.rights(), size, Words.age(item.modified()), name);
  }

  @Command(
      name = "changes",
      description = {
        "Says what is not the same at two moments.",
        "With one moment: since then and until now. With none: since the newest."
      },
      mixinStandardHelpOptions = true)
  int changes(
      @Parameters(index = "0", paramLabel = "ID", description = WORKSPACE) String id,
      @Parameters(index = "1", arity = "0..1", paramLabel = "SINCE", description = POINT)
          Optional<String> since,
      @Parameters(
              index = "2",
              arity = "0..1",
              paramLabel = "POINT",
              description = "The later one; now where none is given: then it is saved first.")
          Optional<String> point,
      @Option(
              names = "--json",
              description = "Print one JSON object: since, point, changed, changes, more, all.")
          boolean asJson)
      throws InterruptedException {
    try (var api = Api.connect(Home.find())) {
      var workspace = Words.id(id);
      var from = since.isPresent() ? since : newest(api.points(workspace).points());
      var to = point.isPresent() ? point.get() : api.save(workspace).id();
      var told = api.changes(workspace, to, from);
      if (asJson) {
        System.out.println(Json.write(told));
        return 0;
      }
      told.changes().forEach(Points::print);
      if (told.more() > 0) System.out.printf("... and %d more%n", told.more());
      var counts = told.changed();
      System.out.printf(
          "%s%d new, %d changed, %d gone%n",
          told.all() ? "" : "at least ", counts.added(), counts.changed(), counts.removed());
      return 0;
    }
  }

  private static Optional<String> newest(List<PointView> points) {
    return points.stream().findFirst().map(PointView::id);
  }

  private static void print(Change change) {
    boolean folder = change.kind() == SavedFolder.Kind.FOLDER;
    var path = change.path() + (folder ? "/" : "");
    var what = change.what();
    var size =
        Words.size(what == PointChanges.What.REMOVED ? change.bytesBefore() : change.bytes());
    var amount =
        switch (what) {
          case ADDED, REMOVED -> folder ? "%d files, %s".formatted(change.files(), size) : size;
          case CHANGED -> folder ? "" : Words.size(change.bytesBefore()) + " -> " + size;
        };
    var mark =
        switch (what) {
          case ADDED -> '+';
          case CHANGED -> '~';
          case REMOVED -> '-';
        };
    System.out.println("%s %s  %s".formatted(mark, path, amount).stripTrailing());
  }

  @Command(
      name = "get",
      description = "Writes a file of a moment, or a folder of it as a tar archive.",
      mixinStandardHelpOptions = true)
  int get(
      @Parameters(index = "0", paramLabel = "ID", description = WORKSPACE) String id,
      @Parameters(index = "1", paramLabel = "POINT", description = POINT) String point,
      @Parameters(
              index = "2",
              paramLabel = "PATH",
              description = "As seen inside: /workspace/app/README.md")
          String path,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FILE",
              description = "Where to write; standard output where it is not given.")
          Optional<String> file)
      throws InterruptedException {
    var output = new Output(file);
    try (var api = Api.connect(Home.find())) {
      var workspace = Words.id(id);
      output.write(out -> {
        try {
          api.file(workspace, point, path, out);
        } catch (Problem.Invalid _) {
          api.tar(workspace, point, path, out); // a folder, or this says what is wrong
        }
      });
      return 0;
    }
  }
}
