package dev.berth.runtime.runc.layers;

import dev.berth.base.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a small archive of a stranger's into memory: plain files in folders and nothing else.
 * Touches no file of the machine.
 */
public final class SmallArchive {
  private SmallArchive() {}

  /**
   * How much one may hold.
   *
   * @param mostBytes of all files together
   * @param mostFiles folders included
   */
  public record Limits(int mostBytes, int mostFiles) {}

  /** A file. Its bytes are nobody's to change. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record File(byte[] bytes, boolean executable) {}

  /**
   * The files by their paths, each without a slash at its begin and without "..". Where a path
   * comes twice, the last one counts.
   *
   * @param name what messages call it
   */
  public static Map<String, File> read(String name, byte[] archive, Limits limits) {
    try (var unpacked = Compression.unpacked(new ByteArrayInputStream(archive))) {
      var entries = new Archive(unpacked, limits.mostFiles());
      var files = new LinkedHashMap<String, File>();
      long left = limits.mostBytes();
      for (var next = entries.next(); next.isPresent(); next = entries.next()) {
        var entry = next.get();
        switch (entry.kind()) {
          case TarEntry.Kind.Folder _ -> {}
          case TarEntry.Kind.File file -> {
            if (file.isSparse()) throw new Damaged("holds a file with holes");
            left -= file.sizeBytes();
            if (left < 0) {
              throw new Damaged("unpacks to more than %,d bytes".formatted(limits.mostBytes()));
            }
            var bytes = all(entries, (int) file.sizeBytes());
            files.put(path(entry), new File(bytes, (entry.mode() & 0100) != 0));
          }
          case TarEntry.Kind.Symlink _, TarEntry.Kind.HardLink _ ->
              throw new Damaged(
                  "holds the link %s, and links are not taken".formatted(path(entry)));
          case TarEntry.Kind.Other _ ->
              throw new Damaged("holds %s, which is no plain file".formatted(path(entry)));
        }
      }
      refuseFilesAsFolders(files);
      return files;
    } catch (IOException e) {
      var how = e instanceof Damaged ? e.getMessage() : "is cut short or wrongly compressed";
      throw new Problem.Invalid(
          "Cannot use %s: its archive %s.".formatted(name, how),
          "Have it published again, or leave it out.",
          e);
    }
  }

  private static byte[] all(Archive archive, int size) throws IOException {
    var bytes = new ByteArrayOutputStream(Math.min(size, 1 << 16));
    var buffer = new byte[1 << 16];
    for (int got = archive.read(buffer, buffer.length);
        got >= 0;
        got = archive.read(buffer, buffer.length)) {
      bytes.write(buffer, 0, got);
    }
    return bytes.toByteArray();
  }

  private static String path(TarEntry entry) throws Damaged {
    var parts = new ArrayList<String>();
    for (var part : entry.path()) {
      try {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        parts.add(decoder.decode(ByteBuffer.wrap(part.bytes())).toString());
      } catch (CharacterCodingException _) {
        throw new Damaged("holds the name %s, which is no UTF-8".formatted(part));
      }
    }
    if (parts.isEmpty()) throw new Damaged("holds a file without a name");
    return String.join("/", parts);
  }

  private static void refuseFilesAsFolders(Map<String, File> files) throws Damaged {
    for (var path : List.copyOf(files.keySet())) {
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        if (files.containsKey(path.substring(0, slash))) {
          throw new Damaged(
              "holds %s as a file and as a folder".formatted(path.substring(0, slash)));
        }
      }
    }
  }
}
