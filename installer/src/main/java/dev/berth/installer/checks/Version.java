package dev.berth.installer.checks;

import java.util.Optional;
import java.util.regex.Pattern;

/** The first two numbers of a version, whatever stands around them. */
record Version(int major, int minor) {
  private static final Pattern FORM = Pattern.compile("\\D*(\\d{1,6})\\.(\\d{1,6}).*");

  static Optional<Version> of(String text) {
    var match = FORM.matcher(text);
    return match.matches()
        ? Optional.of(
            new Version(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2))))
        : Optional.empty();
  }

  boolean isAtLeast(int wantedMajor, int wantedMinor) {
    return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
