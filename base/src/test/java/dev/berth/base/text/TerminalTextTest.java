package dev.berth.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class TerminalTextTest {
  @Test
  void text_lines_tabs_and_colours_stay() {
    for (var text :
        new String[] {
          "",
          "a\tb\n",
          "Gr\u00fc\u00dfe \ud83d\ude80 \ue0b0",
          "\u001b[1;31mred\u001b[m \u001b[38:2:1:2:3mx"
        }) {
      assertThat(TerminalText.of(text)).isEqualTo(text);
    }
  }

  @Test
  void what_a_terminal_acts_on_goes() {
    assertThat(TerminalText.of("a\u001b[2Jb\u001b]0;title\u0007c\u001b]8;;x\u001b\\d\u001bce\r\b"))
        .isEqualTo("abcde");
    assertThat(TerminalText.of("\u009b2Ja\u009d0;t\u009cb\u0085\u007f\u202ec"))
        .isEqualTo("2Ja0;tbc");
    assertThat(TerminalText.of("\u001bPq\u001b\\a\u001b(0b\u001b[?25lc\u001b[>4;2md"))
        .isEqualTo("abcd");
  }

  @Test
  void of_a_line_that_is_written_over_the_last_counts() {
    var printed = "50 %\r\u001b[32m100 %\u001b[0m\r\r\nnext\r\n\u001b[?2004l\rout\n";

    assertThat(TerminalText.settled(printed)).isEqualTo("\u001b[32m100 %\u001b[0m\nnext\nout\n");
    assertThat(TerminalText.plain(printed)).isEqualTo("100 %\nnext\nout\n");
  }

  @Test
  void what_is_left_out_makes_no_sequence_of_what_stays() {
    assertThat(TerminalText.of("\u001b[\u00072J")).isEqualTo("[2J");
    assertThat(TerminalText.of("\u001b\u001b[2J[2J\u001b")).isEqualTo("[2J");
    assertThat(TerminalText.of("\u001b[")).isEqualTo("[");
    assertThat(TerminalText.of("\u001b]never ended\nnext")).isEqualTo("\nnext");
  }

  @Test
  void whatever_comes_nothing_but_colours_begins_with_an_escape() {
    var random = new Random(7);
    var letters = "\u001b\u001b\u001b[]PX();?0123mJHhq\u0007\u009b\u009d\\\n\r a\ud83d\ude80";
    var left = Pattern.compile("[\\p{L}\\p{So}\\x20-\\x7e\\n\\t]*");
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      var shown = TerminalText.of(text.toString()).replaceAll("\u001b\\[[0-9;:]*m", "");
      assertThat(left.matcher(shown).matches()).as(text.toString()).isTrue();
    }
  }
}
