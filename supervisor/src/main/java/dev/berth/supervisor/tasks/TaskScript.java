package dev.berth.supervisor.tasks;

import dev.berth.protocol.inside.TaskPlan;
import dev.berth.supervisor.content.Beginning;
import dev.berth.supervisor.terminal.Opening;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a task's shell reads.
 *
 * <p>The commands are not typed as they are: a program that reads the keyboard would eat what is
 * typed ahead, and nothing would tell their end. Typed is only the reading of a file, whose echo is
 * not shown. The file prints a mark, runs the commands in the very shell that the user then goes on
 * with, and lets the shell print a mark with the exit code at its next prompt: also where the
 * commands were broken off by Ctrl-C or are not even correct. Marks are operating system commands
 * with a secret in them, which the terminal takes out.
 */
final class TaskScript {
  private TaskScript() {}

  /** The task's command line (gitpod-classic 7.4); empty where there is nothing to run. */
  static Optional<String> commandLine(TaskPlan task, Beginning beginning) {
    var parts =
        switch (beginning) {
          case FRESH -> Stream.of(task.before(), task.init(), task.created(), task.command());
          case PREBUILT -> Stream.of(task.before(), task.created(), task.command());
          case RESTART -> Stream.of(task.before(), task.command());
          case HEADLESS -> Stream.of(task.before(), task.init(), task.prebuild());
        };
    var line =
        parts
            .flatMap(Optional::stream)
            .filter(part -> !part.isBlank())
            .map(part -> "{\n" + part.stripTrailing() + "\n}")
            .collect(Collectors.joining(" && "));
    return line.isEmpty() ? Optional.empty() : Optional.of(line);
  }

  /**
   * For bash. Keeps the line that was typed out of the history, and puts the commands in.
   *
   * @param name the script's own file name
   */
  static String bash(String name, String commandLine, String markPrefix) {
    return """
    printf '\\033]%1$s%2$s\\007'
    __berth_line=$(history 1)
    if [[ $__berth_line =~ ^\\ *([0-9]+).*/%3$s ]]; then history -d "${BASH_REMATCH[1]}"; fi
    history -s -- %4$s
    __berth_line=${PROMPT_COMMAND-}
    __berth_ended() {
      local code=$?
      printf '\\033]%1$s%%s\\007' "$code"
      PROMPT_COMMAND=$__berth_line
      unset -v __berth_line
      unset -f __berth_ended
      (exit "$code")
      eval "$PROMPT_COMMAND"
    }
    PROMPT_COMMAND=__berth_ended
    %5$s
    """
        .formatted(markPrefix, Opening.BEGIN, name, quoted(commandLine), commandLine);
  }

  /** For a plain POSIX shell, which has no command for the prompt, but expands the prompt. */
  static String sh(String commandLine, String markPrefix) {
    return """
    printf '\\033]%1$s%2$s\\007'
    __berth_prompt=$PS1
    PS1='\033]%1$s$?\007'$PS1
    %3$s
    __berth_code=$?
    PS1=$__berth_prompt
    printf '\\033]%1$s%%s\\007' "$__berth_code"
    unset __berth_prompt
    (exit "$__berth_code")
    """
        .formatted(markPrefix, Opening.BEGIN, commandLine);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
