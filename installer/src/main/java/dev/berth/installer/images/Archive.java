package dev.berth.installer.images;

import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images in a tar file with the layout of the OCI specification, to be carried elsewhere. */
public final class Archive {
  private final TarArchiveOutputStream tar;
  private final RegistryPlaces places;
  private final Consumer<String> progress;
  private final Set<Digest> written = new HashSet<>();

  private Archive(TarArchiveOutputStream tar, RegistryPlaces places, Consumer<String> progress) {
    this.tar = tar;
    this.places = places;
    this.progress = progress;
  }

  /** Writes all of them with all their platforms; a file that was there stays until it is whole. */
  public static void write(
      Path file, List<ImageReference> images, RegistryPlaces places, Consumer<String> progress)
      throws InterruptedException {
    var draft = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (var out = new BufferedOutputStream(Files.newOutputStream(draft), 1 << 20);
          var tar = new TarArchiveOutputStream(out)) {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        new Archive(tar, places, progress).all(images);
      } catch (Problem problem) {
        Files.deleteIfExists(draft);
        throw problem;
      }
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "%s could not be written: %s.".formatted(file, e.getMessage()),
          "See that there is room for it.",
          e);
    }
  }

  private void all(List<ImageReference> images) throws IOException, InterruptedException {
    entry("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
    var manifests = new ArrayList<Map<String, Object>>();
    for (var image : images) {
      progress.accept("reading " + image);
      var top = places.manifest(image);
      var source = new Copying.OfRegistry(places, image);
      var tree = ImageTree.read(source, top);
      for (var blob : tree.blobs()) blob(source, blob);
      for (var document : tree.inner()) document(document);
      document(top);
      var listed = new LinkedHashMap<String, Object>();
      listed.put("mediaType", top.mediaType());
      listed.put("digest", top.digest().toString());
      listed.put("size", top.bytes().length);
      listed.put("annotations", Map.of(Layout.NAME, image.toString()));
      manifests.add(listed);
    }
    var index = new LinkedHashMap<String, Object>();
    index.put("schemaVersion", 2);
    index.put("mediaType", ImageTree.INDEX);
    index.put("manifests", manifests);
    entry(Layout.INDEX, ImageTree.JSON.writeValueAsBytes(index));
  }

  private void document(RegistryPlaces.Document document) throws IOException {
    if (written.add(document.digest())) entry(Layout.path(document.digest()), document.bytes());
  }

  private void blob(Source source, Descriptor blob) throws IOException, InterruptedException {
    if (!written.add(blob.digest())) return;
    var entry = new TarArchiveEntry(Layout.path(blob.digest()));
    entry.setSize(blob.bytes());
    tar.putArchiveEntry(entry);
    source.copy(blob, tar);
    tar.closeArchiveEntry();
  }

  private void entry(String name, byte[] bytes) throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  /** Sends all that such a file holds to a registry; says their names there. */
  public static List<String> push(
      Path file, String registry, RegistryPlaces places, Consumer<String> progress)
      throws InterruptedException {
    var layout = Layout.open(file);
    var wanted = new ArrayList<Copying.Wanted>();
    for (var named : layout.images()) {
      var to = ImageList.at(named.name(), registry);
      wanted.add(new Copying.Wanted(layout, layout.read(named.top()), to));
    }
    return new Copying(places, progress).all(wanted);
  }
}
