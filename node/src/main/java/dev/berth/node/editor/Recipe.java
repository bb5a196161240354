package dev.berth.node.editor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** How the usual tree is made: a script and what it needs, in this program's jar. */
final class Recipe {
  private static final List<String> FILES =
      List.of(
          "make-tree",
          "classic-page.js",
          "dark-page.js",
          "compiled.js",
          "code",
          "preview",
          "modules/npmrc",
          "modules/package.json",
          "modules/package-lock.json",
          "spdlog/package.json",
          "spdlog/index.js",
          "native-watchdog/package.json",
          "native-watchdog/index.js",
          "extension/package.json",
          "extension/extension.js");

  private Recipe() {}

  /** Names the tree that comes of it: another recipe makes another tree. */
  static String treeName() {
    var all = new ArrayList<byte[]>();
    for (var file : FILES) all.add(read(file));
    all.add(VsCode.HOW_IT_RUNS.getBytes(StandardCharsets.UTF_8));
    return "vscode-" + hash(all);
  }

  /** Twelve digits that stand for {@code texts}. */
  static String hash(List<byte[]> texts) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      texts.forEach(hash::update);
      return HexFormat.of().formatHex(hash.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lays it into {@code folder}. */
  static void writeTo(Path folder) throws IOException {
    for (var file : FILES) {
      var path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, read(file));
    }
  }

  /** Lays our extension into a server's folder of extensions. */
  static void writeExtension(Path extensions) throws IOException {
    var folder = Files.createDirectories(extensions.resolve("berth"));
    for (var name : List.of("package.json", "extension.js")) {
      Files.write(folder.resolve(name), read("extension/" + name));
    }
  }

  /**
   * Lays the programs for the user's terminals into {@code folder}, with {@code values} in them.
   */
  static void writePrograms(Path folder, Map<String, String> values) throws IOException {
    Files.createDirectories(folder);
    for (var name : List.of("code", "preview")) {
      var text = new String(read(name), StandardCharsets.UTF_8);
      for (var value : values.entrySet()) {
        text = text.replace("@" + value.getKey() + "@", value.getValue());
      }
      var file = folder.resolve(name);
      Files.writeString(file, text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static byte[] read(String file) {
    try (var stream = Recipe.class.getResourceAsStream(file)) {
      if (stream == null) throw new IllegalStateException(file + " is not beside this class");
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }
}
