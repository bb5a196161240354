package dev.berth.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

final class PagesTest {
  private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

  @Test
  void a_page_finds_each_file_that_it_refers_to() {
    for (var pages : List.of(Pages.site(), Pages.workspace())) {
      var html = text(pages.find("/").orElseThrow().body());
      var files = REFERENCE.matcher(html).results().map(found -> found.group(1)).toList();
      assertThat(files).hasSizeGreaterThan(3);
      for (var file : files) {
        var page = pages.find(file).orElseThrow();
        assertThat(page.hashed()).as(file).isTrue();
        assertThat(page.cacheControl()).contains("immutable");
      }
    }
  }

  @Test
  void the_compressed_file_is_the_same() throws IOException {
    for (var pages : List.of(Pages.site(), Pages.workspace())) {
      for (var path : pages.paths()) {
        var page = pages.find(path).orElseThrow();
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(page.gzip()))) {
          assertThat(gzip.readAllBytes()).as(path).isEqualTo(page.body());
        }
      }
    }
  }

  @Test
  void only_whole_paths_of_files_are_found() {
    var site = Pages.site();
    assertThat(site.find("/index.html")).isEmpty();
    assertThat(site.find("/assets/../files.txt")).isEmpty();
    assertThat(site.find("/files.txt")).isEmpty();
    assertThat(site.find("")).isEmpty();
  }

  @Test
  void nothing_runs_that_is_not_a_file_of_ours() {
    for (var pages : List.of(Pages.site(), Pages.workspace())) {
      assertThat(pages.headers().get("Content-Security-Policy"))
          .contains("script-src 'self';")
          .doesNotContain("script-src 'self' ");
      var html = text(pages.find("/").orElseThrow().body());
      assertThat(html).doesNotContain("http://", "https://", "style=");
      assertThat(pages.find("/").orElseThrow().cacheControl()).isEqualTo("no-cache");
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
