package dev.berth.supervisor.gp;

import java.util.Optional;

/**
 * An option of a command.
 *
 * @param letter its short form, or nothing
 * @param value what stands for its value in the help; empty for one that takes none
 */
record Flag(String name, Optional<Character> letter, Optional<String> value, String words) {
  static Flag of(char letter, String name, String words) {
    return new Flag(name, Optional.of(letter), Optional.empty(), words);
  }

  static Flag of(String name, String words) {
    return new Flag(name, Optional.empty(), Optional.empty(), words);
  }

  static Flag valued(char letter, String name, String value, String words) {
    return new Flag(name, Optional.of(letter), Optional.of(value), words);
  }

  static Flag valued(String name, String value, String words) {
    return new Flag(name, Optional.empty(), Optional.of(value), words);
  }
}
