package dev.berth.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.protocol.Notice.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ToldNoticesTest {
  /** As messages have them. */
  record Message(String id, @JsonUnwrapped ToldNotices told) {}

  /** As programs read messages that know of no kinds. */
  record OldMessage(String id, List<String> notices) {}

  private static final List<Notice> NOTICES =
      List.of(Notice.information("It is empty."), Notice.warning("b"), Notice.error("c"));

  @Test
  void they_come_out_as_they_went_in() {
    var json = Json.write(new Message("a", ToldNotices.of(NOTICES)));

    assertThat(json)
        .isEqualTo(
            "{\"id\":\"a\",\"notices\":[\"It is empty.\",\"b\",\"c\"],"
                + "\"noticeKinds\":[\"information\",\"warning\",\"error\"]}");
    assertThat(Json.read(json, Message.class).told().all()).isEqualTo(NOTICES);
  }

  @Test
  void those_of_a_program_that_knows_of_no_kinds_are_warnings() {
    var old = Json.write(new OldMessage("a", List.of("b", "c")));

    assertThat(Json.read(old, Message.class).told().all())
        .containsExactly(Notice.warning("b"), Notice.warning("c"));
  }

  @Test
  void a_program_that_knows_of_no_kinds_reads_the_texts() {
    var json = Json.write(new Message("a", ToldNotices.of(NOTICES)));

    assertThat(Json.read(json, OldMessage.class).notices())
        .containsExactly("It is empty.", "b", "c");
  }

  @Test
  void each_has_a_kind_however_many_are_told() {
    assertThat(new ToldNotices(List.of("a", "b"), List.of(Kind.ERROR)).all())
        .containsExactly(Notice.error("a"), Notice.warning("b"));
    assertThat(new ToldNotices(List.of(), List.of(Kind.ERROR))).isEqualTo(ToldNotices.NONE);
    assertThat(Json.read("{\"id\":\"a\"}", Message.class).told()).isEqualTo(ToldNotices.NONE);
  }

  @Test
  void a_kind_that_is_none_is_refused() {
    assertThat(Kind.of("error")).isEqualTo(Kind.ERROR);
    assertThatThrownBy(() -> Kind.of("errors")).isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void a_line_begins_as_compilers_begin_theirs() {
    assertThat(NOTICES)
        .extracting(Notice::line)
        .containsExactly("note: It is empty.", "warning: b", "error: c");
  }
}
