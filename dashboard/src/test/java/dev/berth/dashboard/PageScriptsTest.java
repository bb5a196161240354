package dev.berth.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tests of {@code web/test}, each as one of ours: node runs them, and tells in TAP. */
final class PageScriptsTest {
  private static final Pattern RESULT = Pattern.compile("^\\s*(not )?ok \\d+ - (.*)$");

  @TestFactory
  Stream<DynamicTest> what_the_pages_decide_without_a_browser() throws Exception {
    var output = run();
    var tests = new ArrayList<DynamicTest>();
    for (var line : output.lines().toList()) {
      var found = RESULT.matcher(line);
      if (!found.matches() || found.group(2).endsWith(".mjs")) continue; // a file is no test
      boolean failed = found.group(1) != null;
      tests.add(
          DynamicTest.dynamicTest(
              found.group(2),
              () -> {
                if (failed) fail("node says:\n" + output);
              }));
    }
    assertThat(tests).as(output).isNotEmpty();
    return tests.stream();
  }

  private static String run() throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("node", "--test", "--test-reporter=tap"));
    try (var files = Files.list(Path.of("target/page-tests"))) {
      files
          .map(Path::toString)
          .filter(file -> file.endsWith(".mjs"))
          .sorted()
          .forEach(command::add);
    }
    var node = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    node.waitFor();
    return output;
  }
}
