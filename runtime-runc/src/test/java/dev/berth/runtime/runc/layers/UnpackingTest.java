package dev.berth.runtime.runc.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.berth.registry.Digest;
import dev.berth.registry.pull.Pushes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UnpackingTest {
  private static final Bounds BOUNDS = new Bounds(64 << 20, 1000, 0);

  @TempDir Path folder;
  private Path root;
  private Path outside;

  @BeforeEach
  void folders() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.createDirectory(folder.resolve("trash"));
  }

  private void unpack(byte[] tar) throws IOException {
    unpackAs(tar, tar, BOUNDS);
  }

  private void unpackAs(byte[] sent, byte[] tar, Bounds bounds) throws IOException {
    Unpacking.unpack(
        new ByteArrayInputStream(sent), root, folder.resolve("trash"), Digest.of(tar), bounds);
  }

  private Object attribute(String path, String name) throws IOException {
    return Files.getAttribute(root.resolve(path), "unix:" + name, LinkOption.NOFOLLOW_LINKS);
  }

  private boolean isWhiteout(String path) throws IOException {
    int mode = (int) attribute(path, "mode");
    return (mode & 0xf000) == 0x2000 && attribute(path, "rdev").equals(0L);
  }

  @Test
  void files_get_owner_mode_time_and_bytes() throws Exception {
    unpack(
        new Tar()
            .folder("./", 0711, 0, 0)
            .folder("tmp", 01777, 0, 0)
            .folder("home/ada", 02750, 1000, 1000)
            .file(
                "home/ada/a.txt", "hello", 0640, 1000, 1001, Map.of("mtime", "1600000000.1234567"))
            .file("usr/bin/sudo", "#!", 04755, 0, 0, Map.of())
            .file("far", "x", 0644, 1_000_370_000, 70000, Map.of())
            .symlink("bin", "usr/bin")
            .symlink("absolute", "/etc/passwd")
            .hardLink("usr/bin/sudoedit", "usr/bin/sudo")
            .bytes());

    assertThat(attribute("", "mode")).isEqualTo(0x4000 | 0711);
    assertThat(attribute("tmp", "mode")).isEqualTo(0x4000 | 01777);
    assertThat(attribute("home/ada", "mode")).isEqualTo(0x4000 | 02750);
    assertThat(attribute("home/ada", "uid")).isEqualTo(1000);
    assertThat(attribute("home/ada", "lastModifiedTime")).hasToString("2023-11-14T22:13:20Z");
    assertThat(attribute("home/ada/a.txt", "gid")).isEqualTo(1001);
    assertThat(attribute("home/ada/a.txt", "lastModifiedTime"))
        .hasToString("2020-09-13T12:26:40.1234567Z");
    assertThat(root.resolve("home/ada/a.txt")).hasContent("hello");
    assertThat(attribute("usr/bin/sudo", "mode")).isEqualTo(0x8000 | 04755);
    assertThat(attribute("usr/bin/sudo", "nlink")).isEqualTo(2);
    assertThat(attribute("usr/bin/sudoedit", "ino")).isEqualTo(attribute("usr/bin/sudo", "ino"));
    assertThat(attribute("far", "uid")).isEqualTo(65534);
    assertThat(attribute("far", "gid")).isEqualTo(65534);
    assertThat(Files.readSymbolicLink(root.resolve("absolute"))).hasToString("/etc/passwd");
    assertThat(attribute("usr", "mode")).isEqualTo(0x4000 | 0755);
  }

  @Test
  void attributes_are_kept_but_those_that_steer_overlayfs() throws Exception {
    // cap_net_raw+ep, as `setcap` writes it
    var capability = "\u0001\u0000\u0000\u0002\u0000 " + "\u0000".repeat(14);
    unpack(
        new Tar()
            .file(
                "ping",
                "x",
                0755,
                0,
                0,
                Map.of(
                    "SCHILY.xattr.security.capability", capability,
                    "SCHILY.xattr.user.note", "kept",
                    "SCHILY.xattr.user.overlay.opaque", "y",
                    "SCHILY.xattr.trusted.overlay.redirect", "/etc",
                    "SCHILY.xattr.security.selinux", "system"))
            .bytes());
    assertThat(Shell.run(root, "getcap ping")).isEqualTo("ping cap_net_raw=ep");
    assertThat(Shell.run(root, "python3 -c 'import os; print(sorted(os.listxattr(\"ping\")))'"))
        .isEqualTo("['security.capability', 'user.note']");
  }

  @Test
  void whiteouts_become_what_overlayfs_reads() throws Exception {
    var lower = root;
    unpack(
        new Tar()
            .file("gone", "1")
            .file("kept", "1")
            .file("folder/old", "1")
            .file("replaced/old", "1")
            .file("later/old", "1")
            .file("etc/passwd", "1")
            .bytes());
    root = Files.createDirectory(folder.resolve("upper"));
    unpack(
        new Tar()
            .file(".wh.gone", "")
            .folder("folder")
            .file("folder/.wh..wh..opq", "")
            .file("folder/new", "2")
            .file(".wh.replaced", "")
            .file("replaced/new", "2")
            .folder("later")
            .file("later/new", "2")
            .file(".wh.later", "")
            .file("etc/.wh.passwd", "")
            .file(".wh..wh.plnk/1.2", "")
            .file(".wh..wh.aufs", "")
            .bytes());

    assertThat(isWhiteout("gone")).isTrue();
    var merged = Files.createDirectory(folder.resolve("merged"));
    Shell.run(
        folder, "mount -t overlay overlay -o lowerdir=%s:%s %s".formatted(root, lower, merged));
    try {
      assertThat(Shell.run(merged, "find . -mindepth 1 | sort | xargs"))
          .isEqualTo(
              "./etc ./folder ./folder/new ./kept ./later ./later/new ./replaced ./replaced/new");
    } finally {
      Shell.run(folder, "umount " + merged);
    }
  }

  @Test
  void an_entry_takes_the_place_of_an_earlier_one() throws Exception {
    unpack(
        new Tar()
            .file("a", "1")
            .hardLink("b", "a")
            .file("a", "2")
            .folder("d")
            .file("d/x", "1")
            .file("d", "now a file")
            .symlink("s", "/etc/passwd")
            .file("s", "now a file")
            .file("f", "1")
            .folder("f")
            .file("f/x", "1")
            .folder("e")
            .symlink("e", "d")
            .folder("e")
            .file("e/x", "in e")
            .folder("a/../a".replace("/../a", "a"))
            .bytes());
    assertThat(root.resolve("b")).hasContent("1");
    assertThat(root.resolve("d")).hasContent("now a file");
    assertThat(root.resolve("s")).hasContent("now a file");
    assertThat(root.resolve("e/x")).hasContent("in e");
    assertThat(root.resolve("f/x")).hasContent("1");
  }

  @Test
  void nothing_is_written_through_a_link() throws Exception {
    for (var tar :
        new Tar[] {
          new Tar().symlink("out", outside.toString()).file("out/x", "evil"),
          new Tar().symlink("out", outside.toString()).folder("out/x"),
          new Tar().symlink("out", outside.toString()).file("out/.wh.x", ""),
          new Tar().symlink("out", outside.toString()).file("out/.wh..wh..opq", ""),
          new Tar().symlink("out", outside.toString()).symlink("out/x", "y"),
          new Tar().file("a", "").symlink("out", outside.toString()).hardLink("out/x", "a"),
          new Tar().symlink("out", outside.toString()).hardLink("a", "out/secret"),
          new Tar().symlink("a", ".").symlink("b", "a/" + outside).file("b/x", "evil"),
          new Tar().symlink("in", "sub").folder("sub").file("in/x", "evil"),
          new Tar().file("file", "").file("file/x", "evil"),
        }) {
      Files.writeString(outside.resolve("secret"), "s");
      assertThatThrownBy(() -> unpack(tar.bytes()))
          .isInstanceOf(Damaged.class)
          .hasMessageContaining("which it says is no folder");
      assertThat(Shell.run(outside, "ls -A")).isEqualTo("secret");
      Shell.run(root, "rm -rf ./* .wh*");
    }
  }

  @Test
  void a_link_to_the_outside_may_stand_there_and_is_not_written_to() throws Exception {
    Files.writeString(outside.resolve("secret"), "s");
    unpack(
        new Tar()
            .symlink("x", outside.resolve("secret").toString())
            .hardLink("y", "x") // one more name of the link itself
            .file("x", "mine")
            .file("y", "mine")
            .bytes());
    assertThat(outside.resolve("secret")).hasContent("s");
    assertThat(root.resolve("x")).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "a/..", "..", "/../x", "./../x", "a/./../x"})
  void a_path_that_leads_out_is_refused(String path) throws Exception {
    assertThatThrownBy(() -> unpack(new Tar().file(path, "evil").bytes()))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining("which leads out of a folder");
    assertThatThrownBy(() -> unpack(new Tar().file("x", "").hardLink("y", path).bytes()))
        .isInstanceOf(Damaged.class);
    assertThat(Shell.run(folder, "ls -A | xargs")).isEqualTo("outside root trash");
  }

  @Test
  void an_absolute_path_begins_at_the_layers_root() throws Exception {
    unpack(
        new Tar()
            .file("/etc/motd", "in")
            .file("//usr///x", "in")
            .hardLink("z", "/etc/motd")
            .bytes());
    assertThat(root.resolve("etc/motd")).hasContent("in");
    assertThat(root.resolve("usr/x")).hasContent("in");
    assertThat(root.resolve("z")).hasContent("in");
  }

  @Test
  void hard_links_to_what_the_layer_does_not_have_are_refused() {
    for (var target : new String[] {"missing", "folder", ".", "/etc/hostname", "gone"}) {
      var tar = new Tar().folder("folder").file(".wh.gone", "").hardLink("x", target);
      assertThatThrownBy(() -> unpack(tar.bytes()))
          .isInstanceOf(Damaged.class)
          .hasMessageContaining("holds a hard link");
    }
  }

  @Test
  void whiteouts_without_a_name_are_refused() {
    for (var name : new String[] {".wh.", ".wh..", ".wh...", "a/.wh.."}) {
      assertThatThrownBy(() -> unpack(new Tar().file(name, "").bytes()))
          .isInstanceOf(Damaged.class);
    }
  }

  @Test
  void long_names_are_read_in_both_dialects_and_endless_ones_refused() throws Exception {
    var name = "d".repeat(200) + "/" + "e".repeat(250) + "/ä€";
    for (int dialect :
        new int[] {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX}) {
      unpack(
          new Tar(dialect)
              .file(name, "x")
              .hardLink("h", name)
              .symlink("s", "t".repeat(4000))
              .bytes());
      assertThat(Shell.run(root, "cat */*/*")).isEqualTo("x");
      for (var endless :
          new String[] {"a/".repeat(2000) + "a", "a/".repeat(300) + "a", "b".repeat(256)}) {
        assertThatThrownBy(() -> unpack(new Tar(dialect).file(endless, "x").bytes()))
            .isInstanceOf(Damaged.class)
            .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
      }
      assertThatThrownBy(() -> unpack(new Tar(dialect).symlink("s", "t".repeat(5000)).bytes()))
          .isInstanceOf(Damaged.class);
    }
  }

  @Test
  void special_headers_that_promise_gigabytes_cost_none() {
    for (char type : new char[] {'x', 'g', 'L', 'K'}) {
      var header = header(type, "77777777777"); // 8 GiB
      assertThatThrownBy(() -> unpack(header))
          .isInstanceOf(Damaged.class)
          .hasMessageContaining("holds a name or header of 8,589,934,591 bytes");
      var thousands = new ByteArrayOutputStream();
      for (int i = 0; i < 5000; i++) thousands.writeBytes(header(type, "00000000000"));
      assertThatThrownBy(() -> unpack(thousands.toByteArray()))
          .isInstanceOf(Damaged.class)
          .hasMessageContaining("more than 1,000 files");
    }
  }

  @Test
  void names_of_64_kib_are_refused_in_short_words() {
    var name = "n".repeat(65536);
    var pax = "65549 path=%s\n".formatted(name);
    for (var tar :
        new byte[][] {
          special('L', name),
          special('x', pax),
          special('g', pax),
          special('x', pax.replace("65549 path", "65553 linkpath"))
        }) {
      assertThatThrownBy(() -> unpack(tar))
          .isInstanceOf(Damaged.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }
  }

  /** A header that tells of the next, with the next: a symbolic link. */
  private static byte[] special(char type, String content) {
    var tar = new ByteArrayOutputStream();
    tar.writeBytes(header(type, "%011o".formatted(content.length())));
    tar.writeBytes(content.getBytes(StandardCharsets.UTF_8));
    tar.writeBytes(new byte[(512 - content.length() % 512) % 512]);
    tar.writeBytes(header('2', "00000000000"));
    return tar.toByteArray();
  }

  /** A header alone, with a right checksum. */
  private static byte[] header(char type, String size) {
    var block = new byte[512];
    put(block, 0, "name");
    put(block, 124, size);
    put(block, 257, "ustar\u000000");
    block[156] = (byte) type;
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (var b : block) sum += b & 0xff;
    put(block, 148, "%06o\0".formatted(sum));
    return block;
  }

  private static void put(byte[] block, int at, String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  @Test
  void devices_and_pipes_are_left_out() throws Exception {
    unpack(
        new Tar()
            .special("dev/sda", TarConstants.LF_BLK)
            .special("dev/mem", TarConstants.LF_CHR)
            .special("pipe", TarConstants.LF_FIFO)
            .file("after", "x")
            .bytes());
    assertThat(Shell.run(root, "find . -mindepth 1")).isEqualTo("./after");
  }

  @Test
  void gzip_of_one_or_many_members_and_zstd_and_plain_are_told_by_their_bytes() throws Exception {
    var random = new byte[300_000];
    new Random(1).nextBytes(random);
    var tar = new Tar().file("a", "x").file("b", Arrays.toString(random)).bytes();
    var members = new ByteArrayOutputStream();
    for (int i = 0; i < tar.length; i += 70_000) {
      members.writeBytes(
          Pushes.gzipped(Arrays.copyOfRange(tar, i, Math.min(tar.length, i + 70_000))));
    }
    var zstd = new ByteArrayOutputStream();
    try (var out = new ZstdOutputStream(zstd)) {
      out.write(tar);
    }
    for (var sent :
        new byte[][] {tar, Pushes.gzipped(tar), members.toByteArray(), zstd.toByteArray()}) {
      unpackAs(sent, tar, BOUNDS);
      assertThat(root.resolve("b")).hasContent(Arrays.toString(random));
      Shell.run(root, "rm -rf ./*");
    }
    for (var whole : new byte[][] {Pushes.gzipped(tar), zstd.toByteArray(), tar}) {
      var cut = Arrays.copyOf(whole, whole.length / 2);
      assertThatThrownBy(() -> unpackAs(cut, tar, BOUNDS)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void what_grows_without_end_is_stopped() throws Exception {
    var zeros = Pushes.gzipped(new byte[80 << 20]);
    assertThatThrownBy(() -> unpackAs(zeros, zeros, BOUNDS))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining("unpacks to more than 67,108,864 bytes");
    var bomb = Pushes.gzipped(new Tar().file("x", "\0".repeat(80 << 20)).bytes());
    assertThatThrownBy(() -> unpackAs(bomb, bomb, BOUNDS)).isInstanceOf(Damaged.class);
    var many = new Tar();
    for (int i = 0; i < 1001; i++) many.file("f" + i, "");
    assertThatThrownBy(() -> unpack(many.bytes()))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining("more than 1,000 files");
  }

  @Test
  void other_files_than_the_configuration_names_are_refused() {
    var tar = new Tar().file("a", "x").bytes();
    assertThatThrownBy(() -> unpackAs(tar, new byte[0], BOUNDS))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining("holds other files");
    assertThatThrownBy(() -> unpack("no tar at all".repeat(100).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining("is no tar archive");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format=gnu --sparse",
        "--format=posix --sparse --sparse-version=0.0",
        "--format=posix --sparse --sparse-version=0.1",
        "--format=posix --sparse --sparse-version=1.0",
        "--format=gnu",
        "--format=ustar",
        "--format=v7",
        "--format=oldgnu",
      })
  void what_gnu_tar_writes_is_unpacked_as_gnu_tar_does(String how) throws Exception {
    var source = Files.createDirectory(folder.resolve("source"));
    Shell.run(
        source,
        """
        mkdir -p a/b empty "with space"; echo 1 > a/b/file; chmod 4711 a/b/file; ln a/b/file hard
        ln -s ../x link; printf 'new\\nline' > "$(printf 'odd\\nname\\377')"; chown 33:33333 hard
        truncate -s 3M holes; for i in $(seq 0 40); do
          printf x | dd of=holes bs=1 seek=$((i * 65536 + 5)) conv=notrunc status=none; done
        truncate -s 1M allhole; touch -d @1500000000 a/b/file a empty; touch zero
        head -c 3000000 /dev/urandom > random
        """);
    Shell.run(folder, "tar -C source %s -cf source.tar .".formatted(how));
    unpack(Files.readAllBytes(folder.resolve("source.tar")));
    var gnu = Files.createDirectory(folder.resolve("gnu"));
    Shell.run(gnu, "tar -xpf ../source.tar --numeric-owner");
    var list = "tar --sort=name --numeric-owner --format=gnu -cf - . | sha256sum";
    assertThat(Shell.run(root, list)).isEqualTo(Shell.run(gnu, list));
    if (how.contains("sparse")) {
      long blocks = Long.parseLong(Shell.run(root, "stat -c %b holes"));
      assertThat(blocks).isLessThan(3_000_000 / 512);
    }
  }
}
