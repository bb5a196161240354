package dev.berth.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkspaceIdTest {
  @ParameterizedTest
  @CsvSource({
    "octo,hello,octo-hello",
    "Octo-Cat,Hello_World.js,octocat-helloworldjs",
    "averylongownername,averylongrepositoryname,averylongow-averylongre",
    "averylongownername,ab,averylongownerna-ab",
    "é,ü,blue-otter",
    "'','',blue-otter",
    "group/sub/team,x,groupsubteam-otter",
  })
  void an_id_is_made_of_owner_and_repository_whatever_they_hold(
      String owner, String repository, String expected) {
    var id = WorkspaceId.create(owner, repository).value();

    assertThat(id).startsWith(expected + "-").matches(WorkspaceId.PATTERN);
    assertThat(id.substring(expected.length() + 1)).hasSize(11);
    assertThat(("65535-" + id).length()).isLessThanOrEqualTo(63);
  }

  @Test
  void a_trial_has_an_id_of_its_own_that_no_other_workspace_can_have() {
    var tried = new WorkspaceId("debug-hello-abcdefghijk");

    assertThat(tried.isTrial()).isFalse();
    assertThat(tried.trial()).isEqualTo(new WorkspaceId("debug-debug-hello-abcdefghijk"));
    assertThat(tried.trial().isTrial()).isTrue();
    var longest = new WorkspaceId("a".repeat(16) + "-" + "b".repeat(16) + "-" + "c".repeat(11));
    assertThat(("65535-" + longest.trial()).length()).isLessThanOrEqualTo(63);
    assertThatThrownBy(() -> tried.trial().trial()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void ids_of_one_repository_differ() {
    var seen = new HashSet<WorkspaceId>();
    for (int i = 0; i < 1000; i++) seen.add(WorkspaceId.create("octo", "hello"));
    assertThat(seen).hasSize(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "octo-hello",
        "octo-hello-ABCDEFGHIJK",
        "octo-hello-abcdefghijk ",
        "octo-hello-abcdefghijk\n",
        "octo-hello-abcdefghijkl",
        "8080-octo-hello-abcdefghijk",
        "debug-debug-octo-hello-abcdefghijk",
        "../octo-hello-abcdefghijk",
        "o-hello-abcdefghijk",
      })
  void what_is_not_an_id_as_a_whole_is_none(String text) {
    assertThat(WorkspaceId.parse(text)).isEmpty();
    assertThatThrownBy(() -> new WorkspaceId(text)).isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void a_bad_id_is_told_short_and_printable() {
    var hostile = "\u001b[31m" + "x".repeat(65_536);
    assertThatThrownBy(() -> new WorkspaceId(hostile))
        .satisfies(problem -> assertThat(problem.getMessage()).hasSizeLessThan(100))
        .satisfies(problem -> assertThat(problem.getMessage()).doesNotContain("\u001b"));
  }
}
