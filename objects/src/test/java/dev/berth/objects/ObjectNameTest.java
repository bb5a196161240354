package dev.berth.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/..",
        "../a",
        "a/./b",
        ".drafts/x",
        "A",
        "a b",
        "a\nb",
        "a\0",
        "ä",
        "-a"
      })
  void a_name_that_a_file_system_could_misread_is_refused(String text) {
    assertThatThrownBy(() -> ObjectName.of(text)).isInstanceOf(Problem.Invalid.class);
    assertThat(ObjectName.parse(text)).isEmpty();
  }

  @Test
  void an_endless_name_is_refused_and_not_repeated_whole() {
    assertThatThrownBy(() -> ObjectName.of("a".repeat(65_536)))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageMatching("(?s).{0,200}");
  }

  @Test
  void a_folder_is_told_from_what_begins_like_it() {
    assertThat(ObjectName.of("a/b").isIn(ObjectName.of("a"))).isTrue();
    assertThat(ObjectName.of("ab").isIn(ObjectName.of("a"))).isFalse();
    assertThat(ObjectName.of("a").isIn(ObjectName.of("a"))).isFalse();
    assertThat(ObjectName.of("a/b/c").last()).isEqualTo("c");
  }
}
