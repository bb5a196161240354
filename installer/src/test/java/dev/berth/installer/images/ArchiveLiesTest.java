package dev.berth.installer.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import dev.berth.registry.pull.DockerRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of strangers and damaged ones, each with one lie, before a real registry. */
final class ArchiveLiesTest {
  private static final String NAME = "docker.io/library/tool:1";
  private static final byte[] CONFIG = bytes("{\"architecture\":\"arm64\",\"os\":\"linux\"}");
  private static final byte[] LAYER = bytes("a layer, of which nothing is unpacked here");

  @TempDir Path folder;
  private final DockerRegistry to = DockerRegistry.open();
  private final RegistryPlaces places = RegistryPlaces.open(Set.of());

  /** The files of an archive, by name; in it they stand in the names' order, the list last. */
  private final TreeMap<String, byte[]> files = new TreeMap<>();

  @AfterEach
  void end() {
    places.close();
    to.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String at(Digest digest) {
    return "blobs/" + digest.algorithm() + "/" + digest.hex();
  }

  private String blob(String type, byte[] bytes) {
    files.put(at(Digest.of(bytes)), bytes);
    return named(type, Digest.of(bytes).toString(), bytes.length);
  }

  private static String named(String type, String digest, long size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, digest, size);
  }

  /** A manifest of these; what names it. */
  private String manifest(String config, String... layers) {
    return blob(
        ImageTree.MANIFEST,
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                .formatted(ImageTree.MANIFEST, config, String.join(",", layers))));
  }

  private String list(String... manifests) {
    return blob(
        ImageTree.INDEX,
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
                .formatted(ImageTree.INDEX, String.join(",", manifests))));
  }

  private String good() {
    return manifest(blob("application/config", CONFIG), blob("application/layer", LAYER));
  }

  private static String called(String named, String name) {
    return named.replaceFirst(
        "}$", ",\"annotations\":{\"%s\":\"%s\"}}".formatted(Layout.NAME, name));
  }

  private void index(String... images) {
    files.put(
        Layout.INDEX,
        bytes("{\"schemaVersion\":2,\"manifests\":[%s]}".formatted(String.join(",", images))));
  }

  private byte[] tar() throws IOException {
    var out = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(out)) {
      for (var name : files.keySet()) {
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(files.get(name).length);
        tar.putArchiveEntry(entry);
        tar.write(files.get(name));
        tar.closeArchiveEntry();
      }
    }
    return out.toByteArray();
  }

  private List<String> push(byte[] tar) throws Exception {
    var file = Files.write(folder.resolve("images.tar"), tar);
    return Archive.push(file, to.host(), places, _ -> {});
  }

  /** It is refused, in these words, and nothing got a tag. */
  private void refused(byte[] tar, String... words) {
    assertThatThrownBy(() -> push(tar))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("images.tar cannot be taken as an archive of images")
        .hasMessageContainingAll(words);
    assertThat(isTagged("library/tool:1")).isFalse();
  }

  private boolean isTagged(String name) {
    try {
      places.pinned(ImageReference.parse(to.host() + "/" + name));
      return true;
    } catch (Problem.Unavailable problem) {
      assertThat(problem).hasMessageContaining("answered 404");
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void one_that_says_the_truth_is_taken_with_lists_in_lists() throws Exception {
    index(called(list(list(good())), NAME));

    assertThat(push(tar())).singleElement().asString().startsWith(to.host() + "/library/tool:1@");
    assertThat(isTagged("library/tool:1")).isTrue();
  }

  @Test
  void a_layer_with_other_bytes_is_seen() throws Exception {
    index(called(good(), NAME));
    var other = LAYER.clone();
    other[3] ^= 1;
    files.put(at(Digest.of(LAYER)), other);

    refused(tar(), "what it has as " + Digest.of(LAYER) + " has another digest");
  }

  @Test
  void a_layer_that_is_longer_than_its_manifest_says_is_not_read_to_its_end() throws Exception {
    index(called(good(), NAME));
    files.put(at(Digest.of(LAYER)), Arrays.copyOf(LAYER, 1 << 20));

    refused(tar(), "is longer than the 42 bytes that its manifest says");
  }

  @Test
  void a_layer_that_is_shorter_than_its_manifest_says_is_seen() throws Exception {
    index(called(good(), NAME));
    files.put(at(Digest.of(LAYER)), Arrays.copyOf(LAYER, 40));

    refused(tar(), "ends 2 bytes before the 42");
  }

  @Test
  void a_manifest_with_other_bytes_is_seen() throws Exception {
    var manifest = good();
    index(called(manifest, NAME));
    var digest = ImageTree.JSON.readTree(manifest).path("digest").asText();
    files.computeIfPresent(
        at(Digest.parse(digest)),
        (_, bytes) -> bytes(new String(bytes, StandardCharsets.UTF_8).replace("2", "3")));

    refused(tar(), "has another digest");
  }

  @Test
  void a_configuration_that_is_not_there_is_named() throws Exception {
    index(called(good(), NAME));
    files.remove(at(Digest.of(CONFIG)));

    refused(tar(), "it lacks " + Digest.of(CONFIG));
  }

  @Test
  void one_that_was_cut_off_is_called_so() throws Exception {
    index(called(good(), NAME));
    var tar = tar();
    var listAt = new String(tar, StandardCharsets.ISO_8859_1).indexOf(Layout.INDEX);

    refused(Arrays.copyOf(tar, 700), "it ends in the middle of blobs/sha256/");
    refused(Arrays.copyOf(tar, listAt), "it ends without a list of its images");
    refused(Arrays.copyOf(tar, listAt + 100), "it ends without a list of its images");
    refused(bytes("no tar at all".repeat(100)), "it is no whole tar file");
  }

  @Test
  void names_that_lead_elsewhere_are_no_part_of_an_image() throws Exception {
    for (var name :
        List.of(
            "../blobs/sha256/" + "0".repeat(64),
            "/etc/passwd",
            "blobs/sha256/../../index.json",
            "blobs/sha256/abc")) {
      files.clear();
      index(called(good(), NAME));
      files.put(name, CONFIG);

      refused(tar(), "it holds " + name + ", which is no part of an image");
    }
  }

  @Test
  void a_link_in_the_place_of_a_layer_is_not_followed() throws Exception {
    index(called(good(), NAME));
    files.remove(at(Digest.of(LAYER)));
    var out = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(out)) {
      var link = new TarArchiveEntry(at(Digest.of(LAYER)), TarConstants.LF_SYMLINK);
      link.setLinkName("/etc/passwd");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }

    refused(out.toByteArray(), "which is no part of an image");
  }

  @Test
  void two_files_of_one_name_are_refused() throws Exception {
    index(called(good(), NAME));
    var once = tar();
    int first = 512 + 512; // a header and less than a block of content
    var twice = new byte[first + once.length];
    System.arraycopy(once, 0, twice, 0, first);
    System.arraycopy(once, 0, twice, first, once.length);

    refused(twice, "twice");
  }

  @Test
  void a_digest_that_is_a_path_is_none() throws Exception {
    index(called(named(ImageTree.MANIFEST, "sha256:../../../etc/passwd", 10), NAME));
    refused(tar(), "cannot be used", "64 hex digits");

    var config = blob("application/config", CONFIG);
    index(called(manifest(config, named("x", "file:/etc/passwd", 10)), NAME));
    refused(tar(), "neither sha256 nor sha512");
  }

  @Test
  void sizes_that_nothing_has_are_refused() throws Exception {
    var config = blob("application/config", CONFIG);
    var digest = Digest.of(LAYER).toString();
    index(called(manifest(config, named("x", digest, -1)), NAME));
    refused(tar(), "a part is to have -1 bytes");

    index(called(manifest(config, named("x", digest, Long.MAX_VALUE)), NAME));
    refused(tar(), "a part is to have 9223372036854775807 bytes");

    index(called(manifest(config, "{\"digest\":\"%s\"}".formatted(digest)), NAME));
    refused(tar(), "without its digest or its size");

    index(called(named(ImageTree.MANIFEST, digest, 1 << 30), NAME));
    refused(tar(), "is to have 1,073,741,824 bytes, and none has more than 4,194,304");

    index(called(manifest(config, named("x", digest, 10), named("x", digest, 11)), NAME));
    refused(tar(), "10 bytes at one place and 11 at another");
  }

  @Test
  void lists_without_an_end_are_not_followed() throws Exception {
    index(called(list(list(list(list(good())))), NAME));
    refused(tar(), "more than 2 deep");

    var many = new ArrayList<String>();
    var config = blob("application/config", CONFIG);
    for (int i = 0; i < 200; i++) many.add(manifest(config, blob("x", bytes("layer " + i))));
    var half = list(many.subList(0, 100).toArray(String[]::new));
    var more = new ArrayList<String>();
    for (int i = 0; i < 100; i++) more.add(manifest(config, blob("x", bytes("other " + i))));
    index(
        called(
            list(
                half,
                list(many.subList(100, 200).toArray(String[]::new)),
                list(more.toArray(String[]::new))),
            NAME));
    refused(tar(), "it has more than 256 manifests");
  }

  @Test
  void a_document_that_is_two_things_at_once_is_neither() throws Exception {
    var both =
        bytes(
            "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"manifests\":[]}"
                .formatted(blob("application/config", CONFIG)));
    index(called(blob(ImageTree.MANIFEST, both), NAME));
    refused(tar(), "is neither a manifest nor a list");

    index(called(good().replace(ImageTree.MANIFEST, ImageTree.INDEX), NAME));
    refused(tar(), "is called " + ImageTree.INDEX + " by what names it");

    index(called(blob(ImageTree.MANIFEST, bytes("{\"layers\":[],\"layers\":[]}")), NAME));
    refused(tar(), "is no JSON object");
  }

  @Test
  void an_image_without_a_name_or_with_a_hostile_one_is_refused() throws Exception {
    index(good());
    refused(tar(), "an image in it has no name");

    index(called(good(), "docker.io/../../v2/other:1"));
    refused(tar(), "an image in it has no name");
  }

  @Test
  void two_images_of_one_name_are_not_put_over_each_other() throws Exception {
    var config = blob("application/config", CONFIG);
    index(called(good(), NAME), called(manifest(config), "ghcr.io/library/tool:1"));

    refused(tar(), "another image would be called " + to.host() + "/library/tool:1, too");
  }

  @Test
  void a_whole_image_gets_no_tag_beside_a_damaged_one() throws Exception {
    var config = blob("application/config", CONFIG);
    var damaged = manifest(config, blob("x", bytes("the other one's")));
    index(called(good(), NAME), called(damaged, "docker.io/library/other:1"));
    files.put(at(Digest.of(bytes("the other one's"))), bytes("the other one?s"));

    refused(tar(), "has another digest");
    assertThat(isTagged("library/other:1")).isFalse();
  }

  @Test
  void what_stands_before_a_file_is_not_kept_however_long_it_is() throws Exception {
    var out = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(out)) {
      var name = new TarArchiveEntry(TarConstants.GNU_LONGLINK, TarConstants.LF_GNUTYPE_LONGNAME);
      name.setSize(1 << 20);
      tar.putArchiveEntry(name);
      tar.write(bytes("a".repeat(1 << 20)));
      tar.closeArchiveEntry();
    }

    refused(out.toByteArray(), "what stands before a file has no end");
  }
}
