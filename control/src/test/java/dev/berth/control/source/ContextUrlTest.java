package dev.berth.control.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.text.Quoted;
import dev.berth.control.source.ContextUrl.Repository.Folder;
import dev.berth.control.source.ContextUrl.Repository.Remote;
import dev.berth.control.source.ContextUrl.Wanted;
import dev.berth.control.source.ContextUrl.Wanted.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContextUrlTest {
  @ParameterizedTest
  @CsvSource({
    // GitHub
    "https://github.com/octo/hello, https://github.com/octo/hello, default",
    "https://github.com/octo/hello/, https://github.com/octo/hello, default",
    "https://github.com/octo/hello.git, https://github.com/octo/hello.git, default",
    "github.com/octo/hello?tab=readme#top, https://github.com/octo/hello, default",
    "https://GitHub.com:443/octo/hello, https://github.com/octo/hello, default",
    "https://github.com/octo/hello/tree/a/b/c, https://github.com/octo/hello, ANY a/b/c +path",
    "https://github.com/octo/hello/blob/main/x.txt#L3, https://github.com/octo/hello,"
        + " ANY main/x.txt +path",
    "https://github.com/o/h/tree/refs/heads/x/y, https://github.com/o/h, BRANCH x/y +path",
    "https://github.com/o/h/blob/main/a%20b%23, https://github.com/o/h, ANY main/a b# +path",
    "https://github.com/o/h/commit/ABCDEF1, https://github.com/o/h, commit abcdef1",
    "https://github.com/o/h/commits/main, https://github.com/o/h, ANY main +path",
    "https://github.com/o/h/releases/tag/v1/x, https://github.com/o/h, TAG v1/x",
    "https://github.com/o/h/pull/7, https://github.com/o/h, refs/pull/7/head",
    "https://github.com/o/h/pull/7/files/abc, https://github.com/o/h, refs/pull/7/head",
    "https://github.com/o/h/issues/12, https://github.com/o/h, issue 12",
    // GitLab
    "https://gitlab.com/a/b/c/d, https://gitlab.com/a/b/c/d, default",
    "https://gitlab.com/a/b/c/-/tree/x/y, https://gitlab.com/a/b/c, ANY x/y +path",
    "https://git.example.com:8443/a/b/c/tree/x, https://git.example.com:8443/a/b/c, ANY x +path",
    "https://gitlab.com/a/b/-/tags/v1, https://gitlab.com/a/b, TAG v1",
    "https://gitlab.com/a/b/-/releases/v1, https://gitlab.com/a/b, TAG v1",
    "https://gitlab.com/a/b/-/commit/0123456789, https://gitlab.com/a/b, commit 0123456789",
    "https://gitlab.com/a/b/-/merge_requests/9/diffs, https://gitlab.com/a/b,"
        + " refs/merge-requests/9/head",
    "https://gitlab.com/a/b/merge_requests/9, https://gitlab.com/a/b, refs/merge-requests/9/head",
    "https://gitlab.com/a/b/-/issues/3, https://gitlab.com/a/b, issue 3",
    "https://gitlab.com/a/b/src, https://gitlab.com/a/b/src, default",
    // Bitbucket Cloud
    "https://bitbucket.org/w/r/src/main/dir, https://bitbucket.org/w/r, ANY main/dir +path",
    "https://bitbucket.org/w/r/src/abcdef1/?at=f/x, https://bitbucket.org/w/r, ANY f/x",
    "https://bitbucket.org/w/r/branch/f/x, https://bitbucket.org/w/r, BRANCH f/x",
    "https://bitbucket.org/w/r/commits/abcdef1, https://bitbucket.org/w/r, ANY abcdef1 +path",
    "https://bitbucket.org/w/r/commits/tag/v1, https://bitbucket.org/w/r, TAG v1 +path",
    "https://bitbucket.org/w/r/commits/branch/b, https://bitbucket.org/w/r, BRANCH b +path",
    "https://bitbucket.org/w/r/pull-requests/4, https://bitbucket.org/w/r,"
        + " refs/pull-requests/4/from",
    // Bitbucket Server
    "https://b.example.com/projects/KEY/repos/shop, https://b.example.com/scm/key/shop.git,"
        + " default",
    "https://b.example.com/projects/KEY/repos/shop/browse/a?at=refs%2Fheads%2Ff%2Fx,"
        + " https://b.example.com/scm/key/shop.git, BRANCH f/x",
    "https://b.example.com/bb/users/ann/repos/shop/pull-requests/2/overview,"
        + " https://b.example.com/bb/scm/~ann/shop.git, refs/pull-requests/2/from",
    "https://b.example.com/projects/K/repos/s/commits/abcdef123,"
        + " https://b.example.com/scm/k/s.git, ANY abcdef123 +path",
    "https://b.example.com/scm/key/shop.git, https://b.example.com/scm/key/shop.git, default",
    // Gitea, Forgejo
    "https://codeberg.org/o/r/src/branch/f/x/README.md, https://codeberg.org/o/r,"
        + " BRANCH f/x/README.md +path",
    "https://git.example.com/o/r/src/commit/abcdef1234/dir, https://git.example.com/o/r,"
        + " commit abcdef1234",
    "https://git.example.com/o/r/src/tag/v1, https://git.example.com/o/r, TAG v1 +path",
    "https://git.example.com/o/r/pulls/5/files, https://git.example.com/o/r, refs/pull/5/head",
    // SSH, and whatever serves git
    "git@github.com:octo/hello.git, https://github.com/octo/hello.git, default",
    "ssh://git@git.example.com:2222/octo/hello, https://git.example.com/octo/hello, default",
    "http://localhost:3000/o/r, http://localhost:3000/o/r, default",
    "http://[::1]:3000/o/r, http://[::1]:3000/o/r, default",
    "https://git.example.com/linux.git, https://git.example.com/linux.git, default",
    "https://git.example.com/pub/scm/torvalds/linux.git/tree/v6,"
        + " https://git.example.com/pub/scm/torvalds/linux.git, ANY v6 +path",
    "https://b\u00fccher.example/o/r, https://xn--bcher-kva.example/o/r, default",
  })
  void addresses_of_every_host_are_understood(String text, String repository, String wanted) {
    var url = ContextUrl.parse(text);

    assertThat(url.repository()).isInstanceOf(Remote.class);
    var remote = (Remote) url.repository();
    assertThat(remote.origin() + "/" + String.join("/", remote.path())).isEqualTo(repository);
    assertThat(words(url.wanted())).isEqualTo(wanted);
    assertThat(ContextUrl.parse(url.text()).wanted()).isEqualTo(url.wanted());
    assertThat(ContextUrl.parse(url.text()).text()).isEqualTo(url.text());
  }

  @Test
  void a_folder_is_understood_with_its_branch() {
    var url = ContextUrl.parse("file:///srv/my%20repos/shop/?at=refs/heads/f/x");

    assertThat(url.repository()).isEqualTo(new Folder(Path.of("/srv/my repos/shop")));
    assertThat(words(url.wanted())).isEqualTo("BRANCH f/x");
    assertThat(ContextUrl.parse(url.text()).repository()).isEqualTo(url.repository());
  }

  @Test
  void variables_before_the_url_are_taken_and_bad_ones_told() {
    var url = ContextUrl.parse("A=b%2Fc,B=,C=d=e,GITPOD_X=1,_D=1/https://github.com/o/r");

    assertThat(url.variables()).isEqualTo(Map.of("A", "b/c", "_D", "1"));
    assertThat(url.notices()).hasSize(3);
    assertThat(url.text()).isEqualTo("https://github.com/o/r");
  }

  @Test
  void prefixes_that_are_not_served_yet_are_answered() {
    assertThat(
            ContextUrl.parse("referrer:jetbrains-gateway:goland/https://github.com/o/r").notices())
        .hasSize(1);
    assertThat(ContextUrl.parse("#imagebuild/github.com/o/r").notices()).hasSize(1);
    for (var prefix : new String[] {"prebuild/", "open-prebuild/x/", "snapshot/"}) {
      assertThatThrownBy(() -> ContextUrl.parse(prefix + "https://github.com/o/r"))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining("not served yet");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "octo/hello",
        "hello",
        "https://",
        "https:///o/r",
        "https://github.com",
        "https://github.com/octo",
        "https://github.com/o/r/actions",
        "https://github.com/o/r/tree",
        "https://github.com/o/r/pull/abc",
        "https://github.com/o/r/pull/0",
        "https://github.com/o/r/commit/xyz",
        "https://github.com/o/r/commit/abc",
        "https://github.com/../r",
        "https://github.com/%2e%2e/r",
        "https://github.com/-o/r",
        "https://github.com/o/--upload-pack=touch${IFS}x",
        "--upload-pack=touch",
        "-x",
        "ext::sh -c touch% /tmp/x",
        "ext::sh",
        "ext://a/b/c",
        "git://github.com/o/r",
        "javascript://x/o/r",
        "data:text/html,x",
        "https://github.com/o/r\n.evil",
        "https://github.com/o/\u0000r",
        "https://github.com/o/r%0a",
        "https://github.com/o/r%zz",
        "https://github.com/o/%ff",
        "https://github.com/o/r r",
        "https://git hub.com/o/r",
        "https://user:secret@github.com/o/r",
        "https://github.com:0/o/r",
        "https://github.com:99999/o/r",
        "https://github.com:x/o/r",
        "https://-github.com/o/r",
        "https://github..com/o/r",
        "https://a_b.com/o/r",
        "https://github.com@evil:x@y/o/r",
        "file://host/srv/x",
        "file:///",
        "file:///srv/../etc",
        "https://github.com/o/r'x",
        "https://github.com/o/$(x)",
      })
  void what_is_no_context_is_refused_with_a_remedy(String text) {
    assertThatThrownBy(() -> ContextUrl.parse(text))
        .isInstanceOfSatisfying(
            Problem.Invalid.class,
            problem -> {
              assertThat(problem.remedy()).isNotBlank();
              assertThat(Quoted.isPlain(problem.words())).isTrue();
              assertThat(problem.words()).doesNotContain("secret").hasSizeLessThan(500);
            });
  }

  @Test
  void sixty_four_kibibytes_are_refused() {
    assertThatThrownBy(() -> ContextUrl.parse("https://github.com/o/" + "r".repeat(65_536)))
        .isInstanceOf(Problem.Invalid.class);
  }

  static IntStream seeds() {
    return IntStream.range(0, 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void any_text_is_read_or_refused(int seed) {
    var random = new Random(seed);
    var parts =
        new String[] {
          "https://",
          "http://",
          "file://",
          "git@",
          "ssh://",
          "github.com",
          "/",
          "-",
          "tree",
          "%",
          "%2f",
          "..",
          ".git",
          "?at=",
          "#",
          "@",
          ":",
          "A=b",
          ",",
          "\u00e9",
          "\ud800",
          "[",
          "]",
          "::1",
          "pull",
          "7",
          "commit",
          "\u0000",
          "src",
          "refs",
          "heads",
          "repos",
          "projects",
          "&"
        };
    for (int i = 0; i < 300; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(14); n >= 0; n--)
        text.append(parts[random.nextInt(parts.length)]);
      assertThatCode(
              () -> {
                try {
                  var url = ContextUrl.parse(text.toString());
                  assertThat(ContextUrl.parse(url.text()).repository()).isNotNull();
                } catch (Problem.Invalid e) {
                  assertThat(e.remedy()).isNotBlank();
                }
              })
          .as(text.toString())
          .doesNotThrowAnyException();
    }
  }

  private static String words(Wanted wanted) {
    return switch (wanted) {
      case Wanted.DefaultBranch _ -> "default";
      case Wanted.Named(Kind kind, var parts, boolean pathFollows) ->
          kind + " " + String.join("/", parts) + (pathFollows ? " +path" : "");
      case Wanted.Commit(var hash) -> "commit " + hash;
      case Wanted.PullRequest(_, var ref) -> ref;
      case Wanted.Issue(int number) -> "issue " + number;
    };
  }
}
