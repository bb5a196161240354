package dev.berth.cli;

import dev.berth.cli.role.RoleCommands;

/**
 * What the launcher asks before it has a machine tried out for minutes: it exits with 0 where
 * {@code up} with these arguments would start, and says nothing.
 */
final class Beforehand {
  private Beforehand() {}

  public static void main(String... arguments) {
    System.exit(RoleCommands.upWouldStart(arguments) ? 0 : 1);
  }
}
