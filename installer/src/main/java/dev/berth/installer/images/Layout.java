package dev.berth.installer.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An archive of images that somebody brought. It is never unpacked: its list of contents is read
 * once, and what a manifest names is read at its place.
 */
record Layout(Path file, Map<String, Place> places) implements Source {
  static final String INDEX = "index.json";

  /** The annotation with an image's name. */
  static final String NAME = "org.opencontainers.image.ref.name";

  private static final Pattern FILES =
      Pattern.compile(
          "oci-layout|index\\.json|blobs/sha256/[0-9a-f]{64}|blobs/sha512/[0-9a-f]{128}");
  private static final Pattern FOLDERS = Pattern.compile("blobs/(sha256/|sha512/)?");

  /** A dozen images of ten platforms with a hundred layers each. */
  private static final int MOST_FILES = 20_000;

  private static final int MOST_IMAGES = 256;

  /** What stands before a file in the archive: its name and a few attributes. */
  private static final int MOST_HEADER_BYTES = 1 << 16;

  /** Of a tar file: each file in it begins at a multiple. */
  private static final int BLOCK = 512;

  /** Where a file of the archive is. */
  record Place(long at, long bytes) {}

  /** An image of the archive. */
  record Named(ImageReference name, Descriptor top) {}

  Layout {
    places = Map.copyOf(places);
  }

  static String path(Digest digest) {
    return "blobs/%s/%s".formatted(digest.algorithm(), digest.hex());
  }

  /** Reads where everything is. */
  static Layout open(Path file) {
    try (var channel = FileChannel.open(file)) {
      return new Layout(file, places(file, channel));
    } catch (java.nio.file.NoSuchFileException e) {
      throw new Problem.Missing("%s is not there.".formatted(file), "Name another file.", e);
    } catch (IOException | IllegalArgumentException e) {
      throw refused(file, "it is no whole tar file (%s)".formatted(e.getMessage()));
    }
  }

  private static Map<String, Place> places(Path file, FileChannel channel) throws IOException {
    var places = new HashMap<String, Place>();
    for (var entry = next(channel); entry != null; entry = next(channel)) {
      var name = entry.getName();
      if (entry.isDirectory() && FOLDERS.matcher(name).matches() && entry.getSize() == 0) continue;
      boolean plain = entry.isFile() && !entry.isSparse() && !entry.isSymbolicLink();
      if (!plain || entry.isLink() || !FILES.matcher(name).matches()) {
        throw refused(file, "it holds %s, which is no part of an image".formatted(shown(name)));
      }
      var place = new Place(channel.position(), entry.getSize());
      if (place.bytes() < 0 || place.bytes() > channel.size() - place.at()) {
        throw refused(file, "it ends in the middle of %s".formatted(name));
      }
      if (places.put(name, place) != null) {
        throw refused(file, "it holds %s twice".formatted(name));
      }
      if (places.size() > MOST_FILES) {
        throw refused(file, "it holds more than %,d files".formatted(MOST_FILES));
      }
      channel.position(place.at() + (place.bytes() + BLOCK - 1) / BLOCK * BLOCK);
    }
    if (!places.containsKey(INDEX)) {
      throw refused(file, "it ends without a list of its images (%s)".formatted(INDEX));
    }
    return places;
  }

  /** Leaves the channel at what the file holds: a reader of all of them would read that, too. */
  private static @Nullable TarArchiveEntry next(FileChannel channel) throws IOException {
    return new TarArchiveInputStream(new Headers(Channels.newInputStream(channel))).getNextEntry();
  }

  /** Names and attributes are kept in memory, so they must end. */
  private static final class Headers extends FilterInputStream {
    private int left = MOST_HEADER_BYTES;

    Headers(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      spend(1);
      return super.read();
    }

    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
      int read = super.read(bytes, at, length);
      spend(read);
      return read;
    }

    private void spend(int bytes) throws IOException {
      left -= bytes;
      if (left < 0) throw new IOException("what stands before a file has no end");
    }
  }

  /** Its images, each with the name that it had where it was read. */
  List<Named> images() {
    var listed = index().path("manifests");
    if (!listed.isArray() || listed.size() > MOST_IMAGES) {
      throw refused("its %s lists no images, or more than %d".formatted(INDEX, MOST_IMAGES));
    }
    var images = new ArrayList<Named>();
    for (var one : listed) {
      var name = one.path("annotations").path(NAME).asText();
      try {
        images.add(new Named(ImageReference.parse(name), Descriptor.parse(one, this)));
      } catch (Problem.Invalid problem) {
        throw refused("an image in it has no name: " + problem.what());
      }
    }
    return images;
  }

  private JsonNode index() {
    var place = places.get(INDEX);
    if (place == null || place.bytes() > MOST_DOCUMENT_BYTES) {
      throw refused("its %s is too large".formatted(INDEX));
    }
    try (var in = at(place)) {
      return ImageTree.JSON.readTree(in.readAllBytes());
    } catch (IOException e) {
      throw refused("its %s is no JSON".formatted(INDEX));
    }
  }

  @Override
  public InputStream document(Descriptor which) throws IOException {
    return blob(which);
  }

  @Override
  public InputStream blob(Descriptor which) throws IOException {
    var place = places.get(path(which.digest()));
    if (place == null) throw refused("it lacks %s".formatted(which.digest()));
    return at(place);
  }

  private InputStream at(Place place) throws IOException {
    var channel = FileChannel.open(file).position(place.at());
    return new Portion(Channels.newInputStream(channel), place.bytes());
  }

  /** The next bytes of a stream, as if it ended then. */
  private static final class Portion extends FilterInputStream {
    private long left;

    Portion(InputStream in, long bytes) {
      super(in);
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
      if (left == 0) return -1;
      int read = super.read(bytes, at, (int) Math.min(length, left));
      left -= Math.max(0, read);
      return read;
    }
  }

  @Override
  public Problem refused(String why) {
    return refused(file, why);
  }

  private static Problem refused(Path file, String why) {
    return new Problem.Invalid(
        "%s cannot be taken as an archive of images: %s.".formatted(file, why),
        "See that it arrived whole (sha256sum at both ends), or make it anew: berth install images --archive FILE.");
  }

  /** A name of a stranger's, on one line and not long. */
  private static String shown(String name) {
    var printable = name.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() > 80 ? printable.substring(0, 80) + "..." : printable;
  }
}
