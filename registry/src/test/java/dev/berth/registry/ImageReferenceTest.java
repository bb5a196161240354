package dev.berth.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageReferenceTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "ubuntu, docker.io/library/ubuntu:latest",
    "ubuntu:24.04, docker.io/library/ubuntu:24.04",
    "gitpod/workspace-full, docker.io/gitpod/workspace-full:latest",
    "docker.io/ubuntu, docker.io/library/ubuntu:latest",
    "index.docker.io/library/ubuntu, docker.io/library/ubuntu:latest",
    "ghcr.io/owner/image:v1, ghcr.io/owner/image:v1",
    "GHCR.io/owner/image, ghcr.io/owner/image:latest",
    "localhost/image, localhost/image:latest",
    "localhost:5000/a/b/c:x_1.2-3, localhost:5000/a/b/c:x_1.2-3",
    "127.0.0.1:5000/image, 127.0.0.1:5000/image:latest",
    "[::1]:5000/image, [::1]:5000/image:latest",
    "registry.corp:443/a__b/c--d/e.f, registry.corp:443/a__b/c--d/e.f:latest",
  })
  void what_is_left_out_is_filled_in_as_docker_does(String written, String meant) {
    assertThat(ImageReference.parse(written)).hasToString(meant);
  }

  @Test
  void a_digest_alone_has_no_tag_and_with_a_tag_both_are_kept() {
    var digest = "sha256:" + HEX;
    assertThat(ImageReference.parse("a/b@" + digest)).hasToString("docker.io/a/b@" + digest);
    assertThat(ImageReference.parse("a/b:c@" + digest)).hasToString("docker.io/a/b:c@" + digest);
    assertThat(ImageReference.parse(ImageReference.parse("a/b:c@" + digest).toString()))
        .isEqualTo(ImageReference.parse("a/b:c@" + digest));
  }

  @ParameterizedTest
  @CsvSource({
    "https://ghcr.io/owner/image, Leave out https:// and write ghcr.io/owner/image.",
    "docker://ubuntu, Leave out docker:// and write ubuntu.",
    "Ubuntu, Write ubuntu instead of Ubuntu.",
    "ghcr.io/Owner/image, Write owner instead of Owner.",
    "ubuntu@latest, Write :latest if you mean the tag.",
    "ubuntu:, 'Write one, or leave out the colon.'",
    "ubuntu@sha256:12, Write sha256: and its 64 hex digits.",
    "ubuntu@md5:12, Write sha256: and its 64 hex digits.",
    "a//b, Write one / between two names.",
    "a/, Write one / between two names.",
    "host:99999/a, 'Write a number from 1 to 65535 behind the host, or leave out the colon.'",
    "-bad-.io/a, 'Write the registry''s host, such as ghcr.io.'",
    "'ubuntu latest', 'Write it in plain letters, digits and . _ - / : @ only.'",
    "' ', 'Write one, such as ubuntu:24.04 or ghcr.io/owner/image.'",
  })
  void a_near_miss_is_told_with_its_cure(String written, String remedy) {
    assertThatThrownBy(() -> ImageReference.parse(written))
        .isInstanceOfSatisfying(
            Problem.Invalid.class, e -> assertThat(e.remedy()).isEqualTo(remedy));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "a/../b",
        "a b",
        "a\nb",
        "a\u0000b",
        "ubuntu:a/b:c:d",
        "@",
        ":",
        "/",
        "a..b",
        "a_-b",
        "exämple/a",
        "ubuntu:\u001b[31m",
        "host:/a",
        "[::1/a",
        "ubuntu:.x",
        "user:pass@host/image",
        "a@b@c"
      })
  void what_names_no_image_is_refused(String written) {
    assertThatThrownBy(() -> ImageReference.parse(written)).isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void endless_names_are_refused_in_short_words() {
    for (var text :
        new String[] {"a".repeat(65536), "a/".repeat(300) + "a", "a:" + "b".repeat(129), HEX}) {
      assertThatThrownBy(() -> ImageReference.parse(text))
          .isInstanceOfSatisfying(
              Problem.Invalid.class, e -> assertThat(e.words()).hasSizeLessThan(500));
    }
  }
}
