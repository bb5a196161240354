package dev.berth.definition.resolve;

import dev.berth.base.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Files in memory. */
final class TestFiles implements RepositoryFiles {
  private final Map<String, String> files = new TreeMap<>();
  private final Set<String> broken = new TreeSet<>();

  static TestFiles of(String... namesAndTexts) {
    var files = new TestFiles();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      files.files.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return files;
  }

  TestFiles broken(String name) {
    files.put(name, "");
    broken.add(name);
    return this;
  }

  @Override
  public Set<String> list(String folder) {
    var prefix = folder.equals(".") ? "" : folder + "/";
    var names = new TreeSet<String>();
    for (var file : files.keySet()) {
      if (!file.startsWith(prefix)) continue;
      var rest = file.substring(prefix.length());
      int slash = rest.indexOf('/');
      names.add(slash < 0 ? rest : rest.substring(0, slash + 1));
    }
    return names;
  }

  @Override
  public Optional<byte[]> read(String path, int most) {
    if (broken.contains(path)) throw new Problem.Unavailable("The disk is gone.", "Buy another.");
    return Optional.ofNullable(files.get(path))
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .map(bytes -> bytes.length > most ? Arrays.copyOf(bytes, most + 1) : bytes);
  }
}
