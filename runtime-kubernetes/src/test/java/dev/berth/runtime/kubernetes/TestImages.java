package dev.berth.runtime.kubernetes;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The images of tests, made of Debian's static busybox and pushed to the registry of the tests. */
final class TestImages {
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private final String registry;
  private final Path folder;
  private final Map<String, String> references = new HashMap<>();

  private TestImages(String registry, Path folder) {
    this.registry = registry;
    this.folder = folder;
  }

  /** Pushes them; those that are there as they are cost a request each. */
  static TestImages push(String registry, Path folder) throws Exception {
    var images = new TestImages(registry, folder);
    images.push(
        "workspace",
        images
            .of("bin/busybox", "/bin/busybox", "/bin/sh", "/bin/cat", "/bin/id", "/bin/touch")
            .addEnvironmentVariable("IMAGE_SAYS", "hello")
            .addEnvironmentVariable("JAVA_TOOL_OPTIONS", "-Dimage=1")
            .setUser("1000"));
    images.push("bare", images.of("/lib/no-program-but-our-name-for-it").setUser("1000"));
    images.push("trees", images.makeTrees());
    images.push("content", images.makeContent());
    return images;
  }

  /** With a shell. */
  String workspace() {
    return reference("workspace");
  }

  /** With no shell, and none of the folders that a system has. */
  String bare() {
    return reference("bare");
  }

  /** With the supervisor's tree in {@code opt/supervisor}. */
  String trees() {
    return reference("trees");
  }

  String content() {
    return reference("content");
  }

  private String reference(String image) {
    return Objects.requireNonNull(references.get(image), image);
  }

  /** A name in the registry of the tests. */
  String name(String image) {
    return registry + "/berth-test/" + image + ":1";
  }

  private void push(String image, JibContainerBuilder builder) throws Exception {
    var pushed =
        builder.containerize(
            Containerizer.to(RegistryImage.named(name(image)))
                .setAllowInsecureRegistries(true)
                .setApplicationLayersCache(folder.resolve("cache"))
                .setBaseImageLayersCache(folder.resolve("cache")));
    // By digest: a node keeps what it pulled by a tag.
    references.put(image, registry + "/berth-test/" + image + "@" + pushed.getDigest());
  }

  /** Of busybox under these names. */
  private JibContainerBuilder of(String... names) {
    var layer = FileEntriesLayer.builder();
    for (var name : names) {
      layer.addEntry(
          BUSYBOX,
          AbsoluteUnixPath.get(name.startsWith("/") ? name : "/" + name),
          FilePermissions.fromOctalString("755"));
    }
    return Jib.fromScratch().addFileEntriesLayer(layer.build());
  }

  /** A supervisor that does what the boot plan's variable DO says, and then waits for SIGTERM. */
  private JibContainerBuilder makeTrees() throws IOException {
    return of("/bin/cp", "/opt/supervisor/bin/busybox")
        .addFileEntriesLayer(
            script(
                "supervisor",
                "/opt/supervisor/bin/supervisor",
                """
                #!/.supervisor/bin/busybox sh
                b=/.supervisor/bin/busybox
                do=$($b sed -n 's/.*"DO":"\\([^"]*\\)".*/\\1/p' /.berth/boot.json)
                echo "supervisor starts: $do"
                case "$do" in
                  exit) exit 3 ;;
                  stubborn) trap '' TERM ;;
                  flood) $b yes 'a line of a flood' | $b head -n 20000; echo flooded ;;
                  eat) exec $b dd if=/dev/zero of=/dev/null bs=512M ;;
                  *) trap 'echo supervisor ends; exit 0' TERM ;;
                esac
                while :; do $b sleep 1000 & wait; done
                """));
  }

  /** A content container: says what it was told, and notes each save in the files. */
  private JibContainerBuilder makeContent() throws IOException {
    return of("/bin/busybox", "/bin/sh")
        .addFileEntriesLayer(
            script(
                "content",
                "/bin/content",
                """
                #!/bin/busybox sh
                b=/bin/busybox
                if [ "$RESTORE" = never ]; then echo "the store is away"; exit 1; fi
                mkdir -p /content/files; chmod 777 /content/files
                echo "restored for $BERTH_INSTANCE seed $BERTH_SEED" > /content/files/restored
                $b mkdir -p /www; echo ok > /www/restored
                trap 'echo ended >> /content/files/saves; exit 0' TERM
                cat > /serve <<'END'
                #!/bin/busybox sh
                read -r method path rest
                echo "$method $path" >> /content/files/asked
                printf 'HTTP/1.0 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok'
                END
                $b chmod 755 /serve
                while :; do $b nc -ll -p 22998 -e /serve & wait; done
                """));
  }

  private FileEntriesLayer script(String name, String inside, String text) throws IOException {
    var file = folder.resolve(name);
    Files.writeString(file, text);
    return FileEntriesLayer.builder()
        .addEntry(file, AbsoluteUnixPath.get(inside), FilePermissions.fromOctalString("755"))
        .build();
  }

  /** How the supervisor is started. */
  static final List<String> ARGV = List.of("/.supervisor/bin/supervisor");
}
