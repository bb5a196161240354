package dev.berth.registry.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciLayoutTest {
  private static final byte[] LAYER = {1, 2, 3};

  @TempDir Path folder;
  private Path blobs;
  private Digest layer;
  private Digest config;
  private Digest manifest;

  @BeforeEach
  void write() throws IOException {
    blobs = Files.createDirectories(folder.resolve("layout/blobs/sha256"));
    layer = blob(LAYER);
    config =
        blob(
            "{\"config\":{\"Env\":[\"A=b\"]},\"rootfs\":{\"diff_ids\":[\"%s\"]}}".formatted(layer));
    manifest =
        blob(
            """
            {"schemaVersion":2,
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":1},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":3}]}
            """
                .formatted(config, layer));
    index("[{\"digest\":\"%s\",\"size\":1}]".formatted(manifest));
  }

  private void index(String manifests) throws IOException {
    var json = "{\"schemaVersion\":2,\"manifests\":%s}".formatted(manifests);
    Files.writeString(folder.resolve("layout/index.json"), json);
  }

  private Digest blob(String json) throws IOException {
    return blob(json.getBytes(StandardCharsets.UTF_8));
  }

  private Digest blob(byte[] content) throws IOException {
    var digest = Digest.of(content);
    Files.write(blobs.resolve(digest.hex()), content);
    return digest;
  }

  private OciLayout layout() {
    return OciLayout.of(folder.resolve("layout"), Platform.here());
  }

  /** Puts a link to a file of the same content in the place of one. */
  private void link(Path file) throws IOException {
    var elsewhere = folder.resolve("elsewhere");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);
  }

  @Test
  void what_an_image_says_beyond_all_measure_is_left_out() throws IOException {
    var long100 = "x".repeat(100 << 10);
    var lines = IntStream.range(0, 20).mapToObj(i -> "\"V%d=%s\"".formatted(i, long100)).toList();
    var config =
        blob(
            """
            {"config":{"Env":["A=b","LONG=%s",%s],"User":"%s","Labels":{"devcontainer.metadata":"%s"}},
             "rootfs":{"diff_ids":["%s"]}}
            """
                .formatted(
                    "y".repeat(200 << 10),
                    String.join(",", lines),
                    "u".repeat(5000),
                    "l".repeat((1 << 20) + 1),
                    layer));
    manifest =
        blob(
            """
            {"schemaVersion":2,
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":1},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":3}]}
            """
                .formatted(config, layer));
    index("[{\"digest\":\"%s\",\"size\":1}]".formatted(manifest));

    var image = layout().image();

    assertThat(image.env()).containsOnlyKeys("A", "V0", "V1", "V2", "V3", "V4");
    assertThat(image.user()).isEmpty();
    assertThat(image.metadata()).isEmpty();
  }

  @Test
  void an_image_is_read_with_its_layers() throws IOException {
    var image = layout().image();

    assertThat(image.digest()).isEqualTo(manifest);
    assertThat(image.env()).containsEntry("A", "b");
    try (var stream = layout().layer(image.layers().getFirst())) {
      assertThat(stream.readAllBytes()).isEqualTo(LAYER);
    }
  }

  @Test
  void links_are_not_followed() throws IOException {
    var image = layout().image();
    link(blobs.resolve(layer.hex()));
    assertThatThrownBy(() -> layout().layer(image.layers().getFirst()))
        .isInstanceOf(IOException.class);

    Files.delete(folder.resolve("elsewhere"));
    link(folder.resolve("layout/index.json"));
    assertThat(layout().exists()).isFalse();
    assertThatThrownBy(() -> layout().image()).isInstanceOf(IOException.class);

    Files.move(
        folder.resolve("elsewhere"),
        folder.resolve("layout/index.json"),
        StandardCopyOption.REPLACE_EXISTING);
    link(folder.resolve("layout/blobs"));
    assertThatThrownBy(() -> layout().image()).isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void what_is_not_what_its_name_says_is_refused() throws IOException {
    Files.writeString(blobs.resolve(config.hex()), "{}");
    assertThatThrownBy(() -> layout().image())
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("another digest");

    index("[]");
    assertThatThrownBy(() -> layout().image()).isInstanceOf(Problem.Invalid.class);
    index("[{\"digest\":\"sha256:../../../etc/passwd\",\"size\":1}]");
    assertThatThrownBy(() -> layout().image()).isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void a_layer_of_another_size_than_it_says_is_refused() throws IOException {
    var image = layout().image();
    Files.write(blobs.resolve(layer.hex()), new byte[1000]);

    assertThatThrownBy(() -> layout().layer(image.layers().getFirst()))
        .isInstanceOf(Problem.Invalid.class);
  }
}
