package dev.berth.runtime.kubernetes.reading;

import dev.berth.base.text.Quoted;
import org.jspecify.annotations.Nullable;

/** Text of the cluster's, which images and registries may have made, to be put into ours. */
final class Words {
  /** What a person reads of a reason. */
  private static final int LONGEST = 600;

  private Words() {}

  /** It on one line, without a dot at its end; {@code otherwise} where it says nothing. */
  static String of(@Nullable String text, String otherwise) {
    if (text == null || text.isBlank()) return otherwise;
    var plain = Quoted.printable(text.strip().replaceAll("\\s+", " "), LONGEST);
    return plain.replaceFirst("\\.$", "");
  }
}
