package dev.berth.node.editor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.base.process.Command;
import dev.berth.protocol.api.EditorView;
import dev.berth.protocol.editor.Editor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * The real VS Code, made by npm; the first run on a machine takes a minute or two, later ones find
 * it in the folder that all tests share.
 */
final class UsualTreeTest {
  static final Path CACHE =
      Path.of(Optional.ofNullable(System.getenv("BERTH_EDITORS")).orElse("/var/tmp/berth-editors"));

  @Test
  void it_is_made_whole_and_serves_in_a_root_without_a_c_library() throws Exception {
    var said = new CopyOnWriteArrayList<String>();
    try (var editors = Editors.open(new EditorChoice.Usual(), CACHE, _ -> {}, said::add)) {
      await()
          .atMost(Duration.ofMinutes(10))
          .until(() -> !(editors.state() instanceof EditorView.Preparing));
      assertThat(editors.state()).as("%s", said).isInstanceOf(EditorView.Ready.class);

      var tree = editors.folder().orElseThrow();
      assertThat(new EditorTree(tree).damageOfContent()).isEmpty();
      var version = new EditorTree(tree).editor().orElseThrow().version();
      var node = Editor.TREE + "/node/bin/node";
      assertThat(inEmptyRoot(tree, node, "--version").text()).startsWith("v24.");
      var server =
          inEmptyRoot(tree, node, Editor.TREE + "/vscode/out/berth-server.js", "--version");
      assertThat(server.text()).startsWith(version);
      assertThat(server.errors()).contains("out/server-main.js was accepted");
    }
  }

  /**
   * As the account of every instance, in a root file system that has nothing but the tree and what
   * every kernel gives; the runtime tells what it finds compiled.
   */
  private static Command.Outcome inEmptyRoot(Path tree, String... argv)
      throws InterruptedException {
    var script =
        """
        set -e
        root=$(mktemp -d)
        mount -t tmpfs tmpfs "$root"
        mkdir -p "$root/opt/ide" "$root/tmp" "$root/proc" "$root/dev"
        mount --rbind "$1" "$root/opt/ide"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        shift
        HOME=/tmp NODE_DEBUG_NATIVE=COMPILE_CACHE exec chroot --userspec=33333:33333 "$root" "$@"
        """;
    var command =
        new java.util.ArrayList<>(
            List.of("unshare", "--mount", "--pid", "--fork", "sh", "-c", script, "sh"));
    command.add(tree.toString());
    command.addAll(List.of(argv));
    return Command.of(command).within(Duration.ofMinutes(1)).orProblem("See it.");
  }
}
