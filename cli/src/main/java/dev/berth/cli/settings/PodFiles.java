package dev.berth.cli.settings;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Settings that name files of the machine where they were made: a pod has none of these, so the
 * text of each goes with them.
 */
public final class PodFiles {
  private static final Set<String> FILES =
      Set.of(
          "BERTH_OBJECTS_S3_AUTHORITIES",
          "BERTH_OBJECTS_AZURE_AUTHORITIES",
          "BERTH_OBJECTS_GCS_AUTHORITIES",
          "BERTH_OBJECTS_GCS_KEY",
          "BERTH_TRUST_AUTHORITIES");

  private static final String TEXT = "_TEXT";

  private PodFiles() {}

  /** The variables with the files' texts instead of their names. */
  public static Map<String, String> packed(Map<String, String> variables) {
    var all = new TreeMap<>(variables);
    for (var name : FILES) {
      var file = all.remove(name);
      if (file == null) continue;
      try {
        all.put(name + TEXT, Files.readString(Path.of(file)));
      } catch (IOException e) {
        throw new Problem.Unavailable(
            "%s cannot be read: %s.".formatted(file, Reason.of(e)), "Check its rights.", e);
      }
    }
    return all;
  }

  /** The same with files that have the texts, which end with this process, or its pod. */
  public static Map<String, String> unpacked(Map<String, String> variables) throws IOException {
    var all = new TreeMap<>(variables);
    for (var name : FILES) {
      var text = all.remove(name + TEXT);
      if (text == null) continue;
      var file = Files.createTempFile("berth-", ".pem"); // for its owner only
      file.toFile().deleteOnExit(); // a container that is started anew finds the pod's /tmp
      Files.writeString(file, text);
      all.put(name, file.toString());
    }
    return all;
  }
}
