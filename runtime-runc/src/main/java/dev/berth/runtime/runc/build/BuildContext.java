package dev.berth.runtime.runc.build;

import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.runc.ImageBuilds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a build is made from, as far as its repository says.
 *
 * @param content a hash of the Dockerfile, of the names, modes and contents of all files that the
 *     build sees, and of its arguments and target; where there are submodules also of the owner, by
 *     whose rights they were fetched, and of which are missing
 * @param bases the images that it begins with or copies from, as the Dockerfile writes them
 */
record BuildContext(String content, List<String> bases) {
  /** Changes when the same files are to be built another way. */
  private static final String WAY = "berth build 1\n";

  BuildContext {
    bases = List.copyOf(bases);
  }

  /**
   * A file of a commit, as git lists it.
   *
   * @param mode git's: 100644, 100755, 120000 for a symbolic link, 160000 for a submodule
   * @param object the hash of its content
   */
  record Listed(String mode, String object, String path) {
    boolean isFile() {
      return mode.equals("100644") || mode.equals("100755");
    }

    boolean isSubmodule() {
      return mode.equals("160000");
    }
  }

  /**
   * Reads what a fetch brought.
   *
   * @param listing of {@code git ls-tree -r -z}
   * @param ignore the ignore file that holds for the build; empty where there is none
   * @param missing says which submodules could not be fetched; empty where all could
   * @throws Problem.Invalid where what the repository names is not there, or a link
   */
  static BuildContext of(
      ImageBuilds.Order order, byte[] listing, byte[] dockerfile, byte[] ignore, byte[] missing) {
    var wanted = order.dockerfile();
    var files = files(listing);
    var path = asListed(wanted.path());
    var found = files.stream().filter(file -> file.path().equals(path)).findFirst();
    refuseOther(wanted, found);
    var below = wanted.context().isEmpty() ? "" : asListed(wanted.context()) + "/";
    var seen = files.stream().filter(file -> file.path().startsWith(below)).toList();
    if (seen.isEmpty()) {
      throw new Problem.Invalid(
          "The folder %s, of which the image is to be built, is no folder of the repository at %s."
              .formatted(wanted.context(), shortened(wanted)),
          "Correct the build's context; a link is not followed.");
    }
    var rules = IgnoreRules.read(new String(ignore, StandardCharsets.UTF_8));
    var text = new String(dockerfile, StandardCharsets.UTF_8);
    // RUN --mount=type=bind sees what is ignored, too.
    boolean apply = rules.affordable(seen.size()) && !text.contains("--mount");
    var hash = Digest.of(new byte[0]).hasher();
    add(hash, WAY + found.orElseThrow().object());
    for (var file : seen) {
      var name = file.path().substring(below.length());
      if (apply && rules.ignore(asWritten(name))) continue;
      add(hash, file.mode() + " " + file.object() + " " + name);
    }
    add(hash, "args");
    wanted.args().forEach((name, value) -> add(hash, name + "=" + value));
    add(hash, "target " + wanted.target().orElse(""));
    wanted.flags().forEach(flag -> add(hash, "flag " + flag));
    // Those that are ignored or outside of the context, too: that they are not seen is no wall.
    if (files.stream().anyMatch(Listed::isSubmodule)) {
      add(hash, "submodules of " + order.owner());
      add(hash, "missing " + new String(missing, StandardCharsets.UTF_8));
    }
    return new BuildContext(
        HexFormat.of().formatHex(hash.digest()), BaseImages.in(text, wanted.args()));
  }

  private static void refuseOther(InstanceImage.Dockerfile wanted, Optional<Listed> found) {
    if (found.isPresent() && found.get().isFile()) return;
    throw new Problem.Invalid(
        found.isEmpty()
            ? "There is no %s in the repository at %s, or a folder on the way to it is a link."
                .formatted(wanted.path(), shortened(wanted))
            : "%s is a link, and links to Dockerfiles are not followed.".formatted(wanted.path()),
        "Name a file of the repository itself.");
  }

  private static String shortened(InstanceImage.Dockerfile wanted) {
    var commit = wanted.repository().commit();
    return commit.substring(0, Math.min(12, commit.length()));
  }

  /** With its length before it, so that two never read as one. */
  private static void add(MessageDigest hash, String part) {
    var bytes = part.getBytes(StandardCharsets.UTF_8);
    hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    hash.update(bytes);
  }

  /** A path as {@link #files} has it: a letter for each byte. */
  private static String asListed(String path) {
    return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String asWritten(String listed) {
    return new String(listed.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Lines of {@code MODE TYPE OBJECT<tab>PATH<NUL>}. */
  static List<Listed> files(byte[] listing) {
    var files = new ArrayList<Listed>();
    // Names are bytes; in this character set each is one letter, so that none is lost.
    for (var line : new String(listing, StandardCharsets.ISO_8859_1).split("\0")) {
      int tab = line.indexOf('\t');
      if (tab < 0) continue;
      var words = line.substring(0, tab).split(" ");
      if (words.length == 3) files.add(new Listed(words[0], words[2], line.substring(tab + 1)));
    }
    return files;
  }
}
