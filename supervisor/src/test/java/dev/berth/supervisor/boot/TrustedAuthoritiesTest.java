package dev.berth.supervisor.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustedAuthoritiesTest {
  private static final String DEBIANS = "etc/ssl/certs/ca-certificates.crt";
  private static final String ANCHORS = "usr/local/share/ca-certificates";

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  private Path folder;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Path root;

  @SuppressWarnings("NullAway.Init")
  private String images;

  @SuppressWarnings("NullAway.Init")
  private String fox;

  @BeforeEach
  void make_an_image() throws Exception {
    root = Files.createDirectories(folder.resolve("image")).toRealPath();
    images = "# of the image\n" + certificate("everybody");
    fox = certificate("fox");
  }

  @Test
  void they_are_in_the_bundle_where_tools_find_them_and_in_the_environment() throws Exception {
    write(DEBIANS, images);
    Files.createDirectories(root.resolve(ANCHORS));

    var trusted = TrustedAuthorities.put(root, fox);

    assertThat(trusted.notices()).isEmpty();
    assertThat(read(DEBIANS)).isEqualTo(images + fox);
    assertThat(read(ANCHORS + "/berth-1.crt")).isEqualTo(fox);
    assertThat(trusted.env())
        .containsEntry("NODE_EXTRA_CA_CERTS", "/run/berth/trust/authorities.pem")
        .containsEntry("SSL_CERT_FILE", "/" + DEBIANS)
        .containsEntry("REQUESTS_CA_BUNDLE", "/" + DEBIANS)
        .doesNotContainKeys("GIT_SSL_CAINFO", "CURL_CA_BUNDLE");
    assertThat(read("run/berth/trust/authorities.pem")).isEqualTo(fox);
    assertThat(trusted.javaOptions())
        .isEqualTo("-Djavax.net.ssl.trustStore=/run/berth/trust/authorities.jks");
    var store = KeyStore.getInstance("JKS");
    var bytes = Files.readAllBytes(root.resolve("run/berth/trust/authorities.jks"));
    store.load(new ByteArrayInputStream(bytes), null);
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  void another_start_with_others_replaces_them_and_one_without_takes_them_away() throws Exception {
    write(DEBIANS, images);
    Files.createDirectories(root.resolve(ANCHORS));
    var wolf = certificate("wolf");
    TrustedAuthorities.put(root, fox + wolf);
    TrustedAuthorities.put(root, fox + wolf);
    assertThat(read(DEBIANS)).isEqualTo(images + fox + wolf);

    TrustedAuthorities.put(root, wolf);
    assertThat(read(DEBIANS)).isEqualTo(images + wolf);
    assertThat(root.resolve(ANCHORS)).isDirectoryContaining("glob:**/berth-1.crt");
    assertThat(root.resolve(ANCHORS + "/berth-2.crt")).doesNotExist();

    // As update-ca-certificates would make it: in another order, with other lines.
    write(DEBIANS, wolf.replace("\n", "\r\n") + images);
    var none = TrustedAuthorities.put(root, "");

    assertThat(read(DEBIANS)).isEqualTo(images);
    assertThat(root.resolve(ANCHORS)).isEmptyDirectory();
    assertThat(none).isEqualTo(TrustedAuthorities.NONE);
  }

  @Test
  void javas_store_is_made_once_for_each_bundle() throws Exception {
    write(DEBIANS, images);
    TrustedAuthorities.put(root, fox);
    var store = root.resolve("run/berth/trust/authorities.jks");
    var made = Files.getLastModifiedTime(store);
    Files.setLastModifiedTime(store, FileTime.fromMillis(1_000_000));

    TrustedAuthorities.put(root, fox);
    assertThat(Files.getLastModifiedTime(store)).isEqualTo(FileTime.fromMillis(1_000_000));

    TrustedAuthorities.put(root, certificate("wolf"));
    assertThat(Files.getLastModifiedTime(store)).isGreaterThanOrEqualTo(made);
    var read = KeyStore.getInstance("JKS");
    read.load(new ByteArrayInputStream(Files.readAllBytes(store)), null);
    assertThat(read.size()).isEqualTo(2);
  }

  @Test
  void what_the_image_trusted_by_itself_stays_when_the_setting_goes() throws Exception {
    write(DEBIANS, images + fox);

    TrustedAuthorities.put(root, fox);
    TrustedAuthorities.put(root, "");

    assertThat(read(DEBIANS)).isEqualTo(images + fox);
  }

  @Test
  void fedoras_link_is_followed_to_where_such_files_lie() throws Exception {
    var real = "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem";
    write(real, images);
    Files.createDirectories(root.resolve("etc/pki/tls/certs"));
    Files.createDirectories(root.resolve("etc/pki/ca-trust/source/anchors"));
    var link = root.resolve("etc/pki/tls/certs/ca-bundle.crt");
    Files.createSymbolicLink(link, Path.of("../../ca-trust/extracted/pem/tls-ca-bundle.pem"));

    var trusted = TrustedAuthorities.put(root, fox);

    assertThat(read(real)).isEqualTo(images + fox);
    assertThat(link).isSymbolicLink();
    assertThat(read("etc/pki/ca-trust/source/anchors/berth-1.pem")).isEqualTo(fox);
    assertThat(trusted.env()).containsEntry("SSL_CERT_FILE", "/etc/pki/tls/certs/ca-bundle.crt");
    assertThat(trusted.notices()).isEmpty();
  }

  @Test
  void no_link_of_a_hostile_image_leads_out() throws Exception {
    var prey = folder.resolve("prey");
    Files.writeString(prey, "precious\n");
    var folderOfPrey = Files.createDirectories(root.resolve("workspace"));
    Files.writeString(folderOfPrey.resolve("berth-1.crt"), "mine\n");
    Files.createDirectories(root.resolve("etc/ssl/certs"));
    Files.createSymbolicLink(root.resolve(DEBIANS), prey);
    Files.createDirectories(root.resolve("usr/local/share"));
    Files.createSymbolicLink(root.resolve(ANCHORS), folderOfPrey);
    Files.createDirectories(root.resolve("run"));
    Files.createSymbolicLink(root.resolve("run/berth"), folderOfPrey);

    var trusted = TrustedAuthorities.put(root, fox);

    assertThat(prey).hasContent("precious\n");
    assertThat(folderOfPrey.resolve("berth-1.crt")).hasContent("mine\n");
    assertThat(folderOfPrey).isDirectoryNotContaining("glob:**/trust");
    assertThat(trusted.notices()).anyMatch(notice -> notice.text().contains("/" + DEBIANS));
    // Programs find them all the same.
    assertThat(trusted.env()).containsEntry("SSL_CERT_FILE", "/run/berth/trust/all.pem");
    assertThat(read("run/berth/trust/all.pem")).endsWith(fox);
  }

  @Test
  void a_link_under_the_name_of_the_next_file_is_not_written_through() throws Exception {
    write(DEBIANS, images);
    var prey = folder.resolve("prey");
    Files.writeString(prey, "precious\n");
    Files.createSymbolicLink(root.resolve("etc/ssl/certs/.berth-trust.new"), prey);

    TrustedAuthorities.put(root, fox);

    assertThat(prey).hasContent("precious\n");
    assertThat(root.resolve(DEBIANS)).isRegularFile();
    assertThat(Files.isSymbolicLink(root.resolve(DEBIANS))).isFalse();
  }

  @Test
  void an_image_without_any_gets_a_whole_bundle_in_the_environment() throws Exception {
    var trusted = TrustedAuthorities.put(root, fox);

    assertThat(trusted.env())
        .containsEntry("GIT_SSL_CAINFO", "/run/berth/trust/all.pem")
        .containsEntry("CURL_CA_BUNDLE", "/run/berth/trust/all.pem")
        .containsEntry("SSL_CERT_FILE", "/run/berth/trust/all.pem");
    assertThat(read("run/berth/trust/all.pem")).contains("BEGIN CERTIFICATE").endsWith(fox);
    // Whoever installs ca-certificates there has them in what that makes.
    assertThat(read(ANCHORS + "/berth-1.crt")).isEqualTo(fox);
  }

  @Test
  void a_bundle_that_is_no_plain_file_keeps_nobody_waiting() throws Exception {
    Files.createDirectories(root.resolve("etc/ssl/certs"));
    Command.of("mkfifo", root.resolve(DEBIANS).toString()).orProblem("See it.");

    var trusted = TrustedAuthorities.put(root, fox);

    assertThat(trusted.notices()).hasSize(1);
    assertThat(Files.isRegularFile(root.resolve(DEBIANS), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void an_instance_that_was_told_of_none_is_not_touched() throws Exception {
    write(DEBIANS, images);

    assertThat(TrustedAuthorities.put(root, "")).isEqualTo(TrustedAuthorities.NONE);

    assertThat(root.resolve("run")).doesNotExist();
    assertThat(root.resolve("usr")).doesNotExist();
  }

  private void write(String path, String text) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }

  private String read(String path) throws IOException {
    return Files.readString(root.resolve(path));
  }

  private String certificate(String name) throws InterruptedException, IOException {
    var file = folder.resolve(name + ".pem");
    Command.of(
            "sh",
            "-c",
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                + " -addext basicConstraints=critical,CA:true -subj /CN=$0 -keyout /dev/null -out $1",
            name,
            file.toString())
        .orProblem("See what openssl said.");
    return Files.readString(file);
  }
}
