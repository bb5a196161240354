package dev.berth.node.editor;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import dev.berth.protocol.editor.Editor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** The usual tree, from packages of npm and this machine's C library. */
record UsualTree(Editors.Tools tools) implements EditorSupply {
  /** 100 MB on a slow line; 26 s where npm has them already, 2 cores. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** The finished tree, its packed files and npm's, at once. */
  private static final long NEEDED_BYTES = 1L << 30;

  private static final Pattern STEP = Pattern.compile("berth: (\\d{1,2}) (.{1,100})");

  @Override
  public Editor make(Path draft, Path tree, Steps steps) throws IOException, InterruptedException {
    checkSpace(draft);
    tools.install(words -> steps.at(1, words));
    var recipe = Files.createDirectories(draft.resolve("recipe"));
    Recipe.writeTo(recipe);
    var work = Files.createDirectories(draft.resolve("work"));
    var errors = new ArrayList<String>();
    int exitCode =
        Command.of("sh", recipe.resolve("make-tree").toString(), recipe.toString(), tree.toString())
            .in(work)
            .within(LONGEST)
            .follow(line -> {
              var step = STEP.matcher(line);
              if (step.matches()) steps.at(Integer.parseInt(step.group(1)), step.group(2));
              else if (errors.size() < 5 && !line.isBlank()) errors.add(plain(line));
            });
    if (exitCode != 0) {
      throw new Problem.Unavailable(
          "VS Code could not be fetched and put together: %s"
              .formatted(
                  errors.isEmpty() ? "exit code " + exitCode + "." : String.join(" ", errors)),
          "See that this machine's npm reaches its registry, or name a ready archive by"
              + " editor.archive; it is tried again by itself.");
    }
    return VsCode.complete(tree, "vscode", "node/bin/node");
  }

  private static void checkSpace(Path draft) throws IOException {
    long free = Files.getFileStore(draft).getUsableSpace();
    if (free >= NEEDED_BYTES) return;
    throw new Problem.Unavailable(
        "Making the browser editor needs %d MiB, and %d MiB are free."
            .formatted(NEEDED_BYTES >> 20, free >> 20),
        "Make room on the disk of %s, or name a folder on another by editor.cache."
            .formatted(draft.getParent()));
  }

  private static String plain(String line) {
    var words = line.replaceAll("\\p{Cntrl}", " ").replace("berth: failed: ", "").strip();
    return words.length() <= 300 ? words : words.substring(0, 300) + "...";
  }
}
