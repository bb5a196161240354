package dev.berth.runtime.runc.layers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Programs of the machine, as the second opinion. */
final class Shell {
  private Shell() {}

  static String run(Path folder, String script) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(List.of("bash", "-euo", "pipefail", "-c", script))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException(script + "\n" + text);
    return text.strip();
  }
}
