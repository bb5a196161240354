package dev.berth.installer.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images in a tar file with the layout of the OCI specification, to be carried elsewhere. */
public final class Archive {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String NAME = "org.opencontainers.image.ref.name";
  private static final ObjectMapper JSON = new ObjectMapper();

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
      for (var digest : Copying.manifests(top)) {
        var inner = places.manifest(image.at(digest));
        blobs(image, inner);
        document(inner);
      }
      blobs(image, top);
      document(top);
      var listed = new LinkedHashMap<String, Object>();
      listed.put("mediaType", top.mediaType());
      listed.put("digest", top.digest().toString());
      listed.put("size", top.bytes().length);
      listed.put("annotations", Map.of(NAME, image.toString()));
      manifests.add(listed);
    }
    var index = new LinkedHashMap<String, Object>();
    index.put("schemaVersion", 2);
    index.put("mediaType", INDEX);
    index.put("manifests", manifests);
    entry("index.json", JSON.writeValueAsBytes(index));
  }

  private void document(RegistryPlaces.Document document) throws IOException {
    if (written.add(document.digest())) entry(path(document.digest()), document.bytes());
  }

  private void blobs(ImageReference image, RegistryPlaces.Document manifest)
      throws IOException, InterruptedException {
    for (var blob : Copying.blobs(manifest)) {
      if (!written.add(blob.digest())) continue;
      var entry = new TarArchiveEntry(path(blob.digest()));
      entry.setSize(blob.bytes());
      tar.putArchiveEntry(entry);
      var hasher = blob.digest().hasher();
      try (var in = places.blob(image, blob.digest())) {
        var buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          hasher.update(buffer, 0, read);
          tar.write(buffer, 0, read);
        }
      }
      if (!blob.digest().matches(hasher)) {
        throw RegistryPlaces.failed(image, "a part of it has another digest than its name says");
      }
      tar.closeArchiveEntry();
    }
  }

  private void entry(String name, byte[] bytes) throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static String path(Digest digest) {
    return "blobs/%s/%s".formatted(digest.algorithm(), digest.hex());
  }

  /** Sends all that such a file holds to a registry; says their names there. */
  public static List<String> push(
      Path file, String registry, RegistryPlaces places, Consumer<String> progress)
      throws InterruptedException {
    var source = new FromFile(file);
    var moved = new ArrayList<String>();
    try {
      var index = JSON.readTree(source.bytes("index.json"));
      for (var listed : index.path("manifests")) {
        var digest = Digest.parse(listed.path("digest").asText());
        var name = ImageReference.parse(listed.path("annotations").path(NAME).asText());
        var to = ImageList.at(name, registry);
        var top =
            new RegistryPlaces.Document(
                listed.path("mediaType").asText(), source.bytes(path(digest)));
        Copying.push(source, top, to, places, progress);
        moved.add(to.at(digest).toString());
      }
      return moved;
    } catch (IOException e) {
      throw new Problem.Invalid(
          "%s cannot be read as an archive of images: %s.".formatted(file, e.getMessage()),
          "Make it anew: berth install images --archive FILE.",
          e);
    }
  }

  /** Entries are found by reading from the beginning: a tar file has no list of them. */
  private record FromFile(Path file) implements Copying.Source {
    @Override
    public RegistryPlaces.Document manifest(Digest digest) {
      try {
        var bytes = bytes(path(digest));
        var type = JSON.readTree(bytes).path("mediaType").asText();
        boolean list = JSON.readTree(bytes).has("manifests");
        var usual = list ? INDEX : "application/vnd.oci.image.manifest.v1+json";
        return new RegistryPlaces.Document(type.isEmpty() ? usual : type, bytes);
      } catch (IOException e) {
        throw new Problem.Invalid(
            "%s lacks %s: %s.".formatted(file, digest, e.getMessage()),
            "Make it anew: berth install images --archive FILE.",
            e);
      }
    }

    @Override
    public InputStream blob(Digest digest) throws IOException {
      return open(path(digest));
    }

    byte[] bytes(String name) throws IOException {
      try (var in = open(name)) {
        return in.readAllBytes();
      }
    }

    private InputStream open(String name) throws IOException {
      var tar =
          new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20));
      try {
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
          if (entry.getName().equals(name)) return tar;
        }
      } catch (IOException e) {
        tar.close();
        throw e;
      }
      tar.close();
      throw new IOException("it has no " + name);
    }
  }
}
