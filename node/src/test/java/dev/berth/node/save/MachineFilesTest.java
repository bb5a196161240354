package dev.berth.node.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.base.Problem;
import dev.berth.base.posix.Name;
import dev.berth.base.process.Command;
import dev.berth.protocol.InsidePath;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.SavedFiles.Change;
import dev.berth.runtime.SavedFiles.Counts;
import dev.berth.runtime.SavedFiles.Item;
import dev.berth.runtime.SavedFiles.Kind;
import dev.berth.runtime.SavedFiles.Moment;
import dev.berth.runtime.SavedFiles.What;
import dev.berth.runtime.Saves;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real files; a workspace's folder as the runc driver has it. */
final class MachineFilesTest {
  private final WorkspaceId fox = WorkspaceId.create("octo", "fox");
  private final UserId ann = UserId.create();

  @TempDir Path here;
  private Path folder;
  private MachineSaves saves;

  @BeforeEach
  void make_a_workspace() throws IOException, InterruptedException {
    folder = here.resolve("workspaces").resolve(fox.value());
    write("files/fox/src/App.java", "class App {}");
    write("files/fox/README.md", "old");
    write("upper/home/gitpod/.profile", "mine");
    Files.createDirectories(folder.resolve("upper/workspace")); // where the other is mounted
    saves =
        MachineSaves.open(
            here.resolve("workspaces"),
            SaveOptions.usual(
                here.resolve("store"), Optional.empty(), new byte[32], Duration.ofHours(1)));
  }

  @AfterEach
  void close() {
    saves.close();
  }

  private void write(String path, String text) throws IOException {
    Files.createDirectories(folder.resolve(path).getParent());
    Files.writeString(folder.resolve(path), text);
  }

  private Moment saved() throws InterruptedException {
    return new Moment(fox, ann, saves.save(fox, ann).id());
  }

  private List<String> names(Moment moment, String path) throws InterruptedException {
    return saves.files().page(moment, InsidePath.parse(path), Optional.empty()).items().stream()
        .map(item -> item.name().escaped())
        .toList();
  }

  private String text(Moment moment, String path) throws Exception {
    var out = new ByteArrayOutputStream();
    saves.files().file(moment, InsidePath.parse(path), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void folders_are_listed_and_files_read_where_they_are_inside() throws Exception {
    var moment = saved();

    assertThat(names(moment, "/")).containsExactly("home", "workspace");
    assertThat(names(moment, "/workspace/fox")).containsExactly("README.md", "src");
    assertThat(names(moment, "/home/gitpod/")).containsExactly(".profile");
    assertThat(text(moment, "/workspace/fox/src/App.java")).isEqualTo("class App {}");
    assertThat(text(moment, "/home/gitpod/.profile")).isEqualTo("mine");
    assertThat(saves.files().item(moment, InsidePath.parse("/workspace")))
        .returns(Kind.FOLDER, Item::kind)
        .returns(Name.of("workspace"), Item::name);
  }

  /** Whoever reads takes as long as he likes. */
  @Test
  void slow_readers_of_one_owner_leave_room_for_another() throws Exception {
    var moment = saved();
    var bob = UserId.create();
    var bobs = new Moment(fox, bob, saves.save(fox, bob).id());
    var inside = new AtomicInteger();
    var goOn = new CountDownLatch(1);
    var readers = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      var slow =
          new OutputStream() {
            @Override
            public void write(int one) throws IOException {
              inside.incrementAndGet();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
              write(0);
            }
          };
      readers.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  saves.files().file(moment, InsidePath.parse("/workspace/fox/README.md"), slow);
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    await().until(() -> inside.get() == 3);
    await()
        .until(
            () -> readers.stream().anyMatch(one -> one.getState() == Thread.State.TIMED_WAITING));

    assertThat(names(bobs, "/")).containsExactly("home", "workspace");

    assertThat(inside.get()).isEqualTo(3);
    goOn.countDown();
    for (var one : readers) one.join();
    assertThat(inside.get()).isGreaterThan(3);
  }

  @Test
  void what_is_not_there_or_is_something_else_is_told() throws Exception {
    var moment = saved();
    var bobs = new Moment(fox, UserId.create(), moment.point());

    assertThatThrownBy(() -> text(moment, "/workspace/none")).isInstanceOf(Problem.Missing.class);
    assertThatThrownBy(() -> text(moment, "/workspace/fox/README.md/x"))
        .isInstanceOf(Problem.Missing.class);
    assertThatThrownBy(() -> text(moment, "/workspace/fox")).isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> names(moment, "/workspace/fox/README.md"))
        .isInstanceOf(Problem.Invalid.class);
    assertThatThrownBy(() -> names(bobs, "/")).isInstanceOf(Problem.Missing.class);
    for (var path :
        List.of("workspace", "/workspace/..", "/a/./b", "/\\x00", "/\\q", "/" + "x".repeat(300))) {
      assertThatThrownBy(() -> InsidePath.parse(path)).isInstanceOf(Problem.Invalid.class);
    }
  }

  @Test
  void a_large_folder_comes_in_pages() throws Exception {
    for (int i = 0; i < 1500; i++) write("files/many/%04d".formatted(i), "");
    var moment = saved();
    var path = InsidePath.parse("/workspace/many");

    var first = saves.files().page(moment, path, Optional.empty());
    var rest = saves.files().page(moment, path, Optional.of(first.items().getLast().name()));

    assertThat(first.items()).hasSize(1000);
    assertThat(first.more()).isTrue();
    assertThat(rest.items()).hasSize(500);
    assertThat(rest.items().getFirst().name().escaped()).isEqualTo("1000");
    assertThat(rest.more()).isFalse();
  }

  @Test
  void a_hole_is_read_as_zeros_and_a_link_is_told_and_not_followed() throws Exception {
    Command.of("truncate", "-s", "3000000", folder.resolve("files/sparse").toString())
        .orProblem("see truncate");
    Files.createSymbolicLink(folder.resolve("files/link"), Path.of("/etc/shadow"));
    var moment = saved();

    assertThat(text(moment, "/workspace/sparse")).isEqualTo("\0".repeat(3_000_000));
    assertThat(saves.files().item(moment, InsidePath.parse("/workspace/link")))
        .returns(Kind.LINK, Item::kind)
        .returns(Optional.of(Name.of("/etc/shadow")), Item::target);
    assertThatThrownBy(() -> text(moment, "/workspace/link")).isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void a_folder_is_had_as_an_archive_from_there_on() throws Exception {
    var out = new ByteArrayOutputStream();

    saves.files().tar(saved(), InsidePath.parse("/workspace/fox"), out);

    var tar = Files.write(here.resolve("it.tar"), out.toByteArray());
    var listed = Command.of("tar", "-tf", tar.toString()).orProblem("see tar");
    assertThat(listed.text().lines())
        .containsExactly("./", "./README.md", "./src/", "./src/App.java");
  }

  @Test
  void what_is_new_other_and_gone_since_another_moment_is_told_and_counted() throws Exception {
    var before = saved();
    write("files/fox/README.md", "newer");
    write("files/fox/node_modules/a/index.js", "12");
    write("files/fox/node_modules/b.js", "345");
    Files.delete(folder.resolve("upper/home/gitpod/.profile"));
    Command.of("mknod", folder.resolve("upper/gone").toString(), "c", "0", "0").orProblem("root?");
    Command.of("touch", "-d", "2001-01-01", folder.resolve("files/fox/src/App.java").toString())
        .orProblem("see touch");

    var now = saved();
    var compared = saves.files().compare(Optional.of(before.point()), now);

    assertThat(compared.changes())
        .containsExactly(
            change(What.CHANGED, "/workspace/fox/README.md", Kind.FILE, 1, 3, 5),
            change(What.ADDED, "/workspace/fox/node_modules", Kind.FOLDER, 2, 0, 5),
            change(What.REMOVED, "/gone", Kind.DELETED, 1, 0, 0),
            change(What.REMOVED, "/home/gitpod/.profile", Kind.FILE, 1, 4, 0));
    assertThat(compared.counts()).isEqualTo(new Counts(2, 1, 2));
    assertThat(compared.all()).isTrue();
    assertThat(saves.files().compare(Optional.of(now.point()), now).changes()).isEmpty();
  }

  private static Change change(
      What what, String path, Kind kind, long files, long before, long now) {
    return new Change(what, InsidePath.parse(path), kind, files, before, now);
  }

  @Test
  void each_point_tells_how_much_it_changed_and_whether_it_is_kept() throws Exception {
    saves.keep(fox, ann, saved().point());
    write("files/fox/one", "1");
    write("files/fox/two", "2");
    saved();

    assertThat(saves.points(fox, ann))
        .extracting(Saves.Point::changed)
        .containsExactly(Optional.of(new Counts(2, 0, 0)), Optional.empty());
    assertThat(saves.points(fox, ann)).extracting(Saves.Point::kept).containsExactly(false, true);
  }

  @Test
  void a_name_of_any_bytes_can_be_asked_for_as_it_was_told() throws Exception {
    var name = Name.of(new byte[] {'a', (byte) 0xff, '\n', '\\', 'z'}, 0, 5);
    Command.of("bash", "-c", "printf x > $'a\\xff\\n\\\\z'")
        .in(folder.resolve("files"))
        .orProblem("see bash");
    var moment = saved();

    assertThat(names(moment, "/workspace")).contains("a\\xff\\x0a\\x5cz");
    assertThat(text(moment, "/workspace/a\\xff\\x0a\\x5cz")).isEqualTo("x");
    assertThat(Name.unescaped(name.escaped())).contains(name);
  }
}
