package dev.berth.runtime.runc.bundle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads {@code seccomp.txt}, the list of system calls that instances may make. Its lines: {@code
 * allow NAME...}, {@code refuse NAME...} (answers EPERM), {@code allow-if NAME argument N is VALUE}
 * and {@code ... at-most VALUE}; what no line names answers ENOSYS, as an older kernel would, so
 * that programs try the way they went before.
 */
final class SystemCalls {
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final Pattern CONDITION =
      Pattern.compile("(\\w+) argument ([0-5]) (is|at-most) (0x[0-9a-f]+|\\d+)");

  private SystemCalls() {}

  static OciConfig.Seccomp read() {
    try (var list = SystemCalls.class.getResourceAsStream("seccomp.txt")) {
      if (list == null) throw new IllegalStateException("seccomp.txt is not beside this class");
      var lines = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return new OciConfig.Seccomp("SCMP_ACT_ERRNO", ENOSYS, architectures(), rules(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<OciConfig.Rule> rules(List<String> lines) {
    var rules = new ArrayList<OciConfig.Rule>();
    for (var line : lines) {
      var text = line.replaceFirst("#.*", "").strip();
      if (!text.isEmpty()) rules.add(rule(text));
    }
    return List.copyOf(rules);
  }

  private static OciConfig.Rule rule(String line) {
    var words = line.split(" ", 2);
    return switch (words[0]) {
      case "allow" ->
          new OciConfig.Rule(names(words[1]), "SCMP_ACT_ALLOW", Optional.empty(), List.of());
      case "refuse" ->
          new OciConfig.Rule(names(words[1]), "SCMP_ACT_ERRNO", Optional.of(EPERM), List.of());
      case "allow-if" -> conditional(words[1]);
      default -> throw new IllegalStateException("seccomp.txt has the line: " + line);
    };
  }

  private static List<String> names(String words) {
    return List.of(words.strip().split(" +"));
  }

  private static OciConfig.Rule conditional(String text) {
    var match = CONDITION.matcher(text);
    if (!match.matches()) throw new IllegalStateException("seccomp.txt has the condition: " + text);
    var argument =
        new OciConfig.Arg(
            Integer.parseInt(match.group(2)),
            Long.decode(match.group(4)),
            match.group(3).equals("is") ? "SCMP_CMP_EQ" : "SCMP_CMP_LE");
    return new OciConfig.Rule(
        List.of(match.group(1)), "SCMP_ACT_ALLOW", Optional.empty(), List.of(argument));
  }

  private static List<String> architectures() {
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86");
      case "aarch64" -> List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
      case String other ->
          throw new IllegalStateException("no list of system calls for the processor " + other);
      case null -> throw new IllegalStateException("the JVM does not name its processor");
    };
  }
}
