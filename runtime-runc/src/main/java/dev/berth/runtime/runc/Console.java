package dev.berth.runtime.runc;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * What an instance's first process printed: the last two full pieces and the one being written.
 *
 * <p>A loop of dd in the container's monitor ({@code monitor.sh}) writes it. It needs nothing of
 * ours, so it goes on when we are killed; it keeps at most three times 512 KiB however much is
 * printed; and who prints waits for it, so a flood costs the instance's own time.
 */
record Console(Path folder) {
  private static final int SHOWN_BYTES = 64 * 1024;

  /** What a person reads of a reason. */
  private static final int LONGEST_LINE = 1000;

  void make() throws IOException {
    Files.createDirectories(folder);
  }

  void clear() throws IOException {
    for (var piece : pieces()) Files.deleteIfExists(piece);
  }

  /** Lets it be {@code text} until its instance prints. */
  void show(String text) throws IOException {
    var next = folder.resolve("shown");
    Files.writeString(next, text);
    Files.move(next, folder.resolve("0"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The end of it; bytes that are no UTF-8 become question marks. */
  String end() throws IOException {
    var all = new ByteArrayOutputStream();
    for (var piece : pieces()) {
      if (!Files.isRegularFile(piece)) continue;
      try (var file = new RandomAccessFile(piece.toFile(), "r")) {
        file.seek(Math.max(0, file.length() - SHOWN_BYTES));
        var bytes = new byte[SHOWN_BYTES];
        int length = file.read(bytes);
        if (length > 0) all.write(bytes, 0, length);
      } catch (FileNotFoundException _) {
        // It became the next piece in this moment.
      }
    }
    var bytes = all.toByteArray();
    int from = Math.max(0, bytes.length - SHOWN_BYTES);
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
  }

  /** The last line that says something, without control characters; at most 1,000 characters. */
  Optional<String> lastLine() throws IOException {
    return end()
        .lines()
        .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
        .filter(line -> !line.isEmpty())
        .reduce((_, last) -> last)
        .map(line -> line.substring(0, Math.min(line.length(), LONGEST_LINE)));
  }

  private List<Path> pieces() {
    return List.of(folder.resolve("2"), folder.resolve("1"), folder.resolve("0"));
  }
}
