package dev.berth.control.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.sqlite.SQLiteJDBCLoader;

/**
 * The native part of the embedded database, unpacked once. By itself its library unpacks it at each
 * start, compares what it wrote byte by byte, and does so where everybody may write.
 */
final class NativeSqlite {
  private NativeSqlite() {}

  /** Lets the library load it from {@code folder}, which only root may write to. */
  static void from(Path folder) throws IOException {
    System.setProperty("org.sqlite.tmpdir", folder.toString());
    var inJar = "/org/sqlite/native/Linux/%s/libsqlitejdbc.so".formatted(architecture());
    try (var packed = SQLiteJDBCLoader.class.getResourceAsStream(inJar)) {
      if (packed == null) return; // a machine that it unpacks something else for
      var name = "libsqlitejdbc-%s.so".formatted(SQLiteJDBCLoader.getVersion());
      var file = folder.resolve(name);
      if (!Files.exists(file)) {
        var draft = folder.resolve(name + ".new");
        Files.copy(packed, draft, StandardCopyOption.REPLACE_EXISTING);
        try (var written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
          written.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      }
      System.setProperty("org.sqlite.lib.path", folder.toString());
      System.setProperty("org.sqlite.lib.name", name);
    }
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64" -> "x86_64";
      case String other -> other;
    };
  }
}
