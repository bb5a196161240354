package dev.berth.runtime.runc.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.protocol.UserId;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.WorkspaceSize;
import dev.berth.runtime.runc.ImageBuilds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildContextTest {
  private static final UserId ANN = UserId.create();
  private static final UserId BOB = UserId.create();

  private static final String LISTING =
      """
      100644 blob a1\tDockerfile
      100644 blob b1\tapp/main
      100755 blob c1\tapp/run
      120000 blob d1\tlink
      """;

  private static InstanceImage.Dockerfile wanted(String context, Map<String, String> args) {
    return new InstanceImage.Dockerfile(
        new InstanceImage.Repository(
            "https://example.org/a", "0123456789abcdef", Optional.empty(), Optional.empty()),
        "Dockerfile",
        context,
        args,
        Optional.empty(),
        List.of());
  }

  private static String content(String listing, String ignore) {
    return content(wanted("", Map.of()), listing, ignore);
  }

  private static String content(InstanceImage.Dockerfile wanted, String listing, String ignore) {
    return content(wanted, ANN, listing, ignore, "");
  }

  private static String content(
      InstanceImage.Dockerfile wanted,
      UserId owner,
      String listing,
      String ignore,
      String missing) {
    return content(wanted, "FROM a", owner, listing, ignore, missing);
  }

  private static String content(
      InstanceImage.Dockerfile wanted,
      String dockerfile,
      UserId owner,
      String listing,
      String ignore,
      String missing) {
    var size = new WorkspaceSize(1000, 1 << 30, 100);
    return BuildContext.of(
            new ImageBuilds.Order(wanted, owner, size, List.of()),
            bytes(listing.replace('\n', '\0')),
            bytes(dockerfile),
            bytes(ignore),
            bytes(missing))
        .content();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest(name = "{0} for {1}")
  @CsvSource({
    "blob a1, blob a2",
    "blob b1, blob b2",
    "100755, 100644",
    "app/main, app/mains",
    "120000 blob d1, 120000 blob d2",
  })
  void each_name_mode_and_content_counts(String before, String after) {
    assertThat(content(LISTING.replace(before, after), "")).isNotEqualTo(content(LISTING, ""));
  }

  @Test
  void arguments_count_and_their_order_does_not() {
    var none = content(wanted("", Map.of()), LISTING, "");
    var one = content(wanted("", Map.of("A", "1", "B", "2")), LISTING, "");

    assertThat(one).isNotEqualTo(none);
    assertThat(content(wanted("", Map.of("B", "2", "A", "1")), LISTING, "")).isEqualTo(one);
    assertThat(content(wanted("", Map.of("A", "1\0B=2")), LISTING, "")).isNotEqualTo(one);
  }

  @Test
  void files_outside_of_the_context_or_ignored_do_not_count() {
    var before = content(wanted("app", Map.of()), LISTING, "");
    var changed = LISTING.replace("blob d1", "blob d2");

    assertThat(content(wanted("app", Map.of()), changed, "")).isEqualTo(before);
    assertThat(content(changed, "link")).isEqualTo(content(LISTING, "link"));
    assertThat(content(changed, "link\n!link")).isNotEqualTo(content(LISTING, "link\n!link"));
  }

  @Test
  void ignored_files_count_where_a_mount_may_see_them() {
    var dockerfile = "FROM a\nRUN --mount=type=bind,target=/ctx cp /ctx/link /";
    var changed = LISTING.replace("blob d1", "blob d2");

    assertThat(content(wanted("", Map.of()), dockerfile, ANN, changed, "link", ""))
        .isNotEqualTo(content(wanted("", Map.of()), dockerfile, ANN, LISTING, "link", ""));
  }

  @Test
  void an_owner_and_what_could_not_be_fetched_count_where_there_are_submodules_only() {
    var wanted = wanted("app", Map.of());
    assertThat(content(wanted, BOB, LISTING, "", "")).isEqualTo(content(wanted, LISTING, ""));

    for (var place : List.of("app/sub", "sub", "app/ignored")) {
      var listing = LISTING + "160000 commit e1\t" + place + "\n";
      var anns = content(wanted, ANN, listing, "ignored", "");
      assertThat(content(wanted, ANN, listing, "ignored", "")).isEqualTo(anns);
      assertThat(content(wanted, BOB, listing, "ignored", "")).isNotEqualTo(anns);
      var some = content(wanted, ANN, listing, "ignored", "some");
      assertThat(some).isNotEqualTo(anns);
      assertThat(content(wanted, ANN, listing, "ignored", "others")).isNotEqualTo(some);
    }
  }

  @Test
  void a_dockerfile_that_is_not_there_or_a_link_is_refused() {
    assertThatThrownBy(() -> content(LISTING.replace("Dockerfile", "Other"), ""))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("There is no Dockerfile");
    assertThatThrownBy(() -> content(LISTING.replace("100644 blob a1", "120000 blob a1"), ""))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("is a link");
    assertThatThrownBy(() -> content(wanted("../..", Map.of()), LISTING, ""))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining("no folder of the repository");
  }

  @ParameterizedTest(name = "{0} on {1}: {2}")
  @CsvSource({
    "*.log, a.log, true",
    "*.log, b/a.log, false",
    "**/*.log, b/c/a.log, true",
    "**/*.log, a.log, true",
    "b, b/c/a.log, true",
    "b, bc, false",
    "b/, b/x, true",
    "/b, b/x, true",
    "./b/../c, c, true",
    "b/**, b/c/d, true",
    "b/**, b, false",
    "a/**/z, a/z, true",
    "a/**/z, a/b/c/z, true",
    "a/**/z, a/bz, false",
    "?.txt, a.txt, true",
    "?.txt, ab.txt, false",
    "[a-c].txt, b.txt, true",
    "[^a-c].txt, b.txt, false",
    "*, anything/below, true",
    "**, anything/below, true",
    "\\*.txt, a.txt, false",
    "'\\*.txt', '*.txt', true",
    "# a comment, a, false",
    "'*,!keep', keep, false",
    "'*,!keep', other, true",
    "'docs,!docs/api', docs/api/x, false",
    "'docs,!docs/api,docs/api/x', docs/api/x, true",
    "[unclosed, '[unclosed', true",
  })
  void ignore_rules_read_as_docker_reads_them(String rules, String path, boolean ignored) {
    var text = rules.replace(",", "\n");
    assertThat(IgnoreRules.read(text).ignore(path)).isEqualTo(ignored);
  }

  @Test
  @Timeout(10)
  void a_pattern_that_would_make_a_regular_expression_run_for_ever_does_not() {
    var pattern = "**/a".repeat(60) + "/**/*b*b*b*b*c";
    var rules = IgnoreRules.read((pattern + "\n").repeat(200));
    var path = "a/".repeat(300) + "b".repeat(200);

    assertThat(rules.ignore(path)).isFalse();
    assertThat(rules.affordable(1_000_000)).isFalse();
  }

  @Test
  void bases_are_what_it_begins_with_or_copies_from() {
    var dockerfile =
        """
        # FROM comment
        ARG VERSION=12
        ARG REGISTRY
        FROM --platform=linux/amd64 \\
          ${REGISTRY:-docker.io}/debian:$VERSION AS base
        FROM base AS next
        COPY --from=base /a /a
        COPY --from=busybox:1 /bin/busybox /b
        COPY --from=0 /a /c
        from scratch
        """;

    assertThat(BaseImages.in(dockerfile, Map.of()))
        .containsExactly("docker.io/debian:12", "busybox:1");
    assertThat(BaseImages.in(dockerfile, Map.of("VERSION", "13", "REGISTRY", "r:5000")))
        .containsExactly("r:5000/debian:13", "busybox:1");
    var many = IntStream.range(0, 1000).mapToObj("FROM i%d"::formatted);
    assertThat(BaseImages.in(many.collect(Collectors.joining("\n")), Map.of())).hasSize(32);
  }
}
