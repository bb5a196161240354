package dev.berth.installer.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import dev.berth.registry.pull.DockerRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that sends other things than it says, over HTTP. */
final class RegistryLiesTest {
  private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] LAYER = "what a layer is made of".getBytes(StandardCharsets.UTF_8);
  private static final byte[] MANIFEST =
      """
      {"schemaVersion":2,"config":{"digest":"%s","size":2},"layers":[{"digest":"%s","size":23}]}
      """
          .formatted(Digest.of(CONFIG), Digest.of(LAYER))
          .getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
  private final Map<String, String> digests = new ConcurrentHashMap<>();
  private final RegistryPlaces places = RegistryPlaces.open(Set.of());
  private HttpServer server = served();
  private ImageReference image = ImageReference.parse("localhost/none");

  private HttpServer served() {
    try {
      var made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
      made.createContext("/", this::answer);
      made.start();
      return made;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var bytes = answers.get(path.replaceFirst("/v2/tool/", ""));
      if (digests.containsKey(path)) {
        exchange.getResponseHeaders().set("Docker-Content-Digest", digests.get(path));
      }
      exchange.getResponseHeaders().set("Content-Type", ImageTree.MANIFEST + "; charset=utf-8");
      exchange.sendResponseHeaders(bytes == null ? 404 : 200, bytes == null ? -1 : bytes.length);
      if (bytes != null) exchange.getResponseBody().write(bytes);
    }
  }

  @BeforeEach
  void image() {
    image = ImageReference.parse("127.0.0.1:" + server.getAddress().getPort() + "/tool:1");
    answers.put("manifests/1", MANIFEST);
    answers.put("blobs/" + Digest.of(CONFIG), CONFIG);
    answers.put("blobs/" + Digest.of(LAYER), LAYER);
  }

  @AfterEach
  void end() {
    places.close();
    server.stop(0);
  }

  private void refused(String words) {
    var archive = folder.resolve("images.tar");
    assertThatThrownBy(() -> Archive.write(archive, List.of(image), places, _ -> {}))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining(image + " cannot be copied")
        .hasMessageContaining(words);
    assertThat(folder).isEmptyDirectory();
    try (var to = DockerRegistry.open()) {
      assertThatThrownBy(() -> Copying.copy(List.of(image), to.host(), places, _ -> {}))
          .hasMessageContaining(words);
      assertThatThrownBy(() -> places.pinned(ImageReference.parse(to.host() + "/tool:1")))
          .hasMessageContaining("answered 404");
    }
  }

  @Test
  void one_that_says_the_truth_is_read() throws Exception {
    Archive.write(folder.resolve("images.tar"), List.of(image), places, _ -> {});

    assertThat(Layout.open(folder.resolve("images.tar")).images())
        .singleElement()
        .extracting(Layout.Named::name)
        .isEqualTo(image);
  }

  @Test
  void a_manifest_that_is_not_the_one_that_it_says_is_refused() {
    digests.put("/v2/tool/manifests/1", Digest.of(LAYER).toString());

    refused("its manifest has another digest than " + Digest.of(LAYER));
  }

  @Test
  void a_layer_with_other_bytes_is_refused() {
    var other = LAYER.clone();
    other[0] ^= 1;
    answers.put("blobs/" + Digest.of(LAYER), other);

    refused("has another digest");
  }

  @Test
  void a_layer_of_another_length_is_refused() {
    answers.put("blobs/" + Digest.of(LAYER), Arrays.copyOf(LAYER, 24));
    refused("is longer than the 23 bytes");

    answers.put("blobs/" + Digest.of(LAYER), Arrays.copyOf(LAYER, 20));
    refused("ends 3 bytes before the 23");
  }
}
