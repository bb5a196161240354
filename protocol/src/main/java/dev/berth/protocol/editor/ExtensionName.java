package dev.berth.protocol.editor;

import java.util.regex.Pattern;

/** What an editor's extension is called by all: {@code publisher.name}, in small letters. */
public final class ExtensionName {
  private static final Pattern FORM =
      Pattern.compile("[a-z0-9][a-z0-9-]{0,63}\\.[a-z0-9][a-z0-9._-]{0,63}");

  private ExtensionName() {}

  /** Whether {@code text} is one; a file's name that looks like one is none. */
  public static boolean is(String text) {
    return FORM.matcher(text).matches() && !text.endsWith(".vsix");
  }
}
