package dev.berth.definition.devcontainer;

import dev.berth.definition.Definition;
import dev.berth.definition.Origin;
import dev.berth.definition.reading.Findings;
import dev.berth.definition.reading.JsoncText;
import dev.berth.definition.reading.Section;
import dev.berth.definition.reading.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The label {@link #LABEL} of an image: what the features in it and the file that it was built of
 * say, so that a repository need not say it again.
 */
public final class ImageMetadata {
  /** Its name among an image's labels. */
  public static final String LABEL = "devcontainer.metadata";

  private static final int MOST_ENTRIES = 256; // one for each feature and file

  private ImageMetadata() {}

  /**
   * What a file and its image say together: the label's entries in their order, the file last
   * (specification, "Merge Logic").
   *
   * @param path the file's, relative to the repository's root
   * @param label the label's text
   */
  public static Definition merged(
      String label, String path, byte[] file, Surroundings surroundings) {
    var ofLabel = new Findings(LABEL);
    var ofFile = new Findings(path);
    var all = Stated.NOTHING;
    for (var entry : entries(label, surroundings, ofLabel)) all = all.and(entry);
    all = all.and(DevcontainerJson.stated(path, file, surroundings, ofFile));
    var findings = new ArrayList<>(ofLabel.inOrder());
    findings.addAll(ofFile.inOrder());
    return new Effective(all, surroundings).definition().with(Origin.NONE, findings);
  }

  static List<Stated> entries(String label, Surroundings surroundings, Findings findings) {
    var root = JsoncText.read(label.getBytes(StandardCharsets.UTF_8), findings);
    if (root.isEmpty()) return List.of();
    List<Value> values =
        root.get() instanceof Value.Items(_, var items) ? items : List.of(root.get());
    var entries = new ArrayList<Stated>();
    for (var value : values.subList(0, Math.min(values.size(), MOST_ENTRIES))) {
      if (value instanceof Value.Fields fields) {
        var section = new Section(fields, "in an entry", findings);
        entries.add(DevcontainerJson.entry(section, surroundings, findings));
      } else {
        findings.error(
            value.place(),
            "An entry of metadata is a mapping, and this is %s; it is not used."
                .formatted(value.kind()),
            "Build the image anew.");
      }
    }
    return entries;
  }
}
