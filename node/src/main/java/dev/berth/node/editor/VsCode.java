package dev.berth.node.editor;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.protocol.editor.Editor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How a server of VS Code is run, wherever it came from. */
final class VsCode {
  /** Settings, extensions and state of the user's windows; in the home, so they are kept. */
  private static final String DATA = "{home}/.local/share/berth/editor";

  /** Raised when {@link #complete} changes: what it says is part of a tree. */
  static final String HOW_IT_RUNS = "5";

  /**
   * What is young has this many MiB at once, where V8 begins with one and collects a dozen times on
   * the way: 60 ms of 340 until the server answers.
   */
  private static final String YOUNG = "--min-semi-space-size=16";

  private record Product(String commit, Optional<String> quality) {}

  private record PackageJson(String version) {}

  private VsCode() {}

  /**
   * Completes the server in {@code tree} by what is ours, and says how it is run.
   *
   * @param server the server's folder, relative to the tree; empty for the tree itself
   * @param node the runtime, relative to the tree
   */
  static Editor complete(Path tree, String server, String node) throws IOException {
    var folder = tree.resolve(server);
    var product = read(folder.resolve("product.json"), Product.class);
    var version = read(folder.resolve("package.json"), PackageJson.class).version();
    var base = server.isEmpty() ? "{tree}" : "{tree}/" + server;
    var runtime = List.of("{tree}/" + node, YOUNG, base + "/out/" + main(folder));
    var folders = List.of("--user-data-dir=" + DATA, "--extensions-dir=" + DATA + "/extensions");
    Recipe.writeExtension(folder.resolve("extensions"));
    Recipe.writePrograms(
        tree.resolve("bin"),
        Map.of(
            "NODE",
            node,
            "SERVER",
            server.isEmpty() ? "" : server + "/",
            "VERSION",
            version,
            "COMMIT",
            product.commit()));
    var prefix = "/%s-%s/static/".formatted(product.quality().orElse("stable"), product.commit());
    return new Editor(
        "vscode",
        version,
        concat(
            runtime,
            List.of(
                "--host=0.0.0.0",
                "--port={port}",
                "--without-connection-token",
                "--accept-server-license-terms",
                "--telemetry-level=off",
                "--disable-update-check",
                "--disable-workspace-trust",
                "--default-folder={folder}",
                "--default-workspace={workspaceFile}"),
            folders),
        Map.of(
            "VSCODE_PROXY_URI", "{portUrl}",
            "EXTENSIONS_GALLERY",
                "{\"serviceUrl\":\"{gallery}/vscode/gallery\",\"itemUrl\":\"{gallery}/vscode/item\"}"),
        "/version",
        concat(
            runtime,
            List.of("--accept-server-license-terms", "--install-extension={extension}"),
            folders),
        Optional.of(new Editor.Settings(DATA + "/Machine/settings.json", settings())),
        Optional.of(List.of(DATA + "/User/settings.json", DATA + "/User/keybindings.json")),
        Optional.of(
            new Editor.Installed(
                DATA + "/extensions/extensions.json",
                concat(
                    runtime,
                    List.of("--accept-server-license-terms", "--list-extensions"),
                    folders),
                concat(
                    runtime,
                    List.of("--accept-server-license-terms", "--uninstall-extension={extension}"),
                    folders))),
        List.of(new Editor.Statics(prefix, server)));
  }

  /** The starter of a tree that keeps what it compiles, or the server's own. */
  private static String main(Path server) {
    var starter = "berth-server.js";
    return Files.exists(server.resolve("out").resolve(starter)) ? starter : "server-main.js";
  }

  /** What a machine of ours wants; the user's own settings go before them. */
  private static String settings() {
    return """
    {
      "chat.disableAIFeatures": true,
      "telemetry.telemetryLevel": "off",
      "workbench.enableExperiments": false,
      "extensions.autoUpdate": false,
      "extensions.autoCheckUpdates": false,
      "update.mode": "none",
      "workbench.startupEditor": "none",
      "workbench.secondarySideBar.defaultVisibility": "hidden",
      "security.workspace.trust.enabled": false,
      "git.openRepositoryInParentFolders": "always",
      "terminal.integrated.hideOnStartup": "whenEmpty",
      "terminal.integrated.defaultProfile.linux": "{shellName}",
      "remote.autoForwardPorts": false,
      "remote.portsAttributes": {portsAttributes}
    }
    """;
  }

  private static List<String> concat(List<String> first, List<String> then, List<String> last) {
    return Stream.of(first, then, last).flatMap(List::stream).toList();
  }

  private static <T> T read(Path file, Class<T> type) {
    try {
      return Json.read(Files.readAllBytes(file), type);
    } catch (IOException | Problem.Invalid e) {
      throw new Problem.Unavailable(
          "This is no server of VS Code: %s cannot be read.".formatted(file),
          "Name an archive or a folder of one by editor.archive or editor.folder.",
          e);
    }
  }
}
