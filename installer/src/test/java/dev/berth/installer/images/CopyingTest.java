package dev.berth.installer.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import dev.berth.registry.pull.DockerRegistry;
import dev.berth.registry.pull.Pushes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a registry to another, both real ones. */
final class CopyingTest {
  @TempDir Path folder;
  private DockerRegistry from = DockerRegistry.open();
  private DockerRegistry to = DockerRegistry.open();
  private final RegistryPlaces places = RegistryPlaces.open(Set.of());
  private ImageReference image = ImageReference.parse("localhost/none");
  private Digest digest = Digest.of(new byte[0]);

  @BeforeEach
  void push() throws Exception {
    var layer = Pushes.Layer.gzip(new byte[] {1, 2, 3});
    digest = new Pushes(from.host()).image("library/mariadb", "11", List.of(layer));
    image = ImageReference.parse(from.host() + "/library/mariadb:11");
  }

  @AfterEach
  void end() {
    places.close();
    from.close();
    to.close();
  }

  @Test
  void an_image_is_named_by_its_digest() throws Exception {
    assertThat(places.pinned(image).digest()).contains(digest);
  }

  @Test
  void a_copy_has_the_same_digest_below_the_other_registrys_path() throws Exception {
    var copy = Copying.copy(List.of(image), to.host() + "/berth", places, _ -> {});

    assertThat(copy).containsExactly(to.host() + "/berth/library/mariadb:11@" + digest);
    assertThat(
            places.pinned(ImageReference.parse(to.host() + "/berth/library/mariadb:11")).digest())
        .contains(digest);
  }

  @Test
  void images_of_several_processors_under_one_name_are_all_copied() throws Exception {
    var pushes = new Pushes(from.host());
    var arm = pushes.image("berth", "1-arm64", List.of(Pushes.Layer.gzip(new byte[] {4})));
    var amd = pushes.image("berth", "1-amd64", List.of(Pushes.Layer.gzip(new byte[] {5})));
    var name = ImageReference.parse(from.host() + "/berth:1");
    var index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
            .formatted(ImageTree.INDEX, listed(name, arm, "arm64"), listed(name, amd, "amd64"));
    places.putManifest(
        name, new RegistryPlaces.Document(ImageTree.INDEX, index.getBytes(StandardCharsets.UTF_8)));
    var archive = folder.resolve("images.tar");

    Copying.copy(List.of(name), to.host() + "/straight", places, _ -> {});
    Archive.write(archive, List.of(name), places, _ -> {});
    Archive.push(archive, to.host() + "/carried", places, _ -> {});

    for (var path : List.of("straight", "carried")) {
      var there = ImageReference.parse(to.host() + "/" + path + "/berth:1");
      assertThat(places.manifest(there).bytes()).asString().isEqualTo(index);
      assertThat(places.manifest(there.at(arm)).digest()).isEqualTo(arm);
      assertThat(places.manifest(there.at(amd)).digest()).isEqualTo(amd);
    }
  }

  private String listed(ImageReference name, Digest one, String processor) throws Exception {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}"
        .formatted(
            ImageTree.MANIFEST, one, places.manifest(name.at(one)).bytes().length, processor);
  }

  @Test
  void an_archive_carries_it_to_where_the_first_registry_is_not_reached() throws Exception {
    var archive = folder.resolve("images.tar");

    Archive.write(archive, List.of(image), places, _ -> {});
    from.close();

    assertThat(Archive.push(archive, to.host(), places, _ -> {}))
        .containsExactly(to.host() + "/library/mariadb:11@" + digest);
  }

  @Test
  void one_that_is_not_there_is_told_with_its_registry() {
    var missing = ImageReference.parse(from.host() + "/library/nothing:1");

    assertThatThrownBy(() -> Copying.copy(List.of(missing), to.host(), places, _ -> {}))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("answered 404")
        .hasMessageContaining("library/nothing:1");
  }
}
