package dev.berth.supervisor.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutputFilterTest {
  private final List<String> titles = new ArrayList<>();
  private final List<String> marks = new ArrayList<>();
  private final OutputFilter filter = new OutputFilter("7788;secret;", titles::add, marks::add);

  @Test
  void marks_are_taken_out_wherever_the_output_is_cut() {
    var output = "a\033[1mb\033]7788;secret;0\007c\033]0;title\033\\d\033]52;c;x\007e\033\033[me";
    for (int cut = 0; cut <= output.length(); cut++) {
      marks.clear();
      titles.clear();
      var shown = filter(output.substring(0, cut)) + filter(output.substring(cut));

      assertThat(shown).isEqualTo("a\033[1mbc\033]0;title\033\\d\033]52;c;x\007e\033\033[me");
      assertThat(marks).containsExactly("0");
      assertThat(titles).containsExactly("title");
    }
  }

  @Test
  void marks_of_others_go_through() {
    assertThat(filter("\033]7788;guess;0\007x")).isEqualTo("\033]7788;guess;0\007x");
    assertThat(marks).isEmpty();
  }

  @Test
  void a_command_that_never_ends_goes_through() {
    var endless = "\033]0;" + "x".repeat(10_000);
    assertThat(filter(endless)).isEqualTo(endless);
    assertThat(titles).isEmpty();
  }

  @Test
  void what_is_kept_back_is_replaced_or_shown() {
    filter.hold();
    assertThat(filter(" . /script\r\n")).isEmpty();
    filter.replaceHeld("instead".getBytes(StandardCharsets.UTF_8));
    assertThat(filter("after")).isEqualTo("insteadafter");

    filter.hold();
    assertThat(filter("stuck")).isEmpty();
    filter.release();
    assertThat(filter("!")).isEqualTo("stuck!");
  }

  @Test
  void more_than_an_echo_is_not_kept_back() {
    filter.hold();
    assertThat(filter("x".repeat(9000))).hasSize(9000);
  }

  private String filter(String text) {
    var all = new ByteArrayOutputStream();
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    all.writeBytes(filter.filter(Arrays.copyOf(bytes, bytes.length + 5), bytes.length));
    return all.toString(StandardCharsets.UTF_8);
  }
}
