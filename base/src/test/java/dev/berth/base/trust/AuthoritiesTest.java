package dev.berth.base.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.process.Command;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuthoritiesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  private Path folder;

  @Test
  void several_in_a_file_are_read_once_each_with_words_between_them() throws Exception {
    var first = made("first", "CA:true");
    var second = made("second", "CA:true");
    var file = folder.resolve("all.pem");
    Files.writeString(
        file,
        "# ours\r\n"
            + Files.readString(first)
            + "\n"
            + Files.readString(second)
            + Files.readString(first).replace("\n", "\r\n"));

    var read = Authorities.read(file);

    assertThat(read.pems()).containsExactly(Files.readString(first), Files.readString(second));
    assertThat(read.without(Authorities.read(first)).pems())
        .containsExactly(Files.readString(second));
    assertThat(read.doubts(Instant.now(), "here")).isEmpty();
  }

  @Test
  void what_cannot_be_used_says_file_and_remedy() throws Exception {
    var authority = made("one", "CA:true");
    var key = folder.resolve("key.pem");
    Files.writeString(
        key, Files.readString(authority) + Files.readString(folder.resolve("one.key")));
    var empty = Files.writeString(folder.resolve("empty.pem"), "nothing\n");
    var broken = folder.resolve("broken.pem");
    Files.writeString(broken, Files.readString(authority).replaceFirst("\nMII[^\n]*\n", "\n"));

    assertProblem(key, "private key", "leave only the certificates");
    assertProblem(empty, "no certificate", "PEM");
    assertProblem(broken, "Certificate 1", "openssl x509");
    assertProblem(folder.resolve("missing.pem"), "cannot be read", "PEM");
  }

  private static void assertProblem(Path file, String what, String remedy) {
    assertThatThrownBy(() -> Authorities.read(file))
        .isInstanceOfSatisfying(
            Problem.Invalid.class,
            problem -> {
              assertThat(problem.what()).contains(file.toString(), what);
              assertThat(problem.remedy()).contains(remedy);
            });
  }

  @Test
  void one_that_ended_or_is_none_is_doubtful() throws Exception {
    var server = Authorities.read(made("server", "CA:false"));
    var authority = Authorities.read(made("authority", "CA:true"));

    assertThat(server.doubts(Instant.now(), "a.pem")).singleElement().asString().contains("a.pem");
    assertThat(authority.doubts(Instant.now().plus(Duration.ofDays(3)), "a.pem"))
        .singleElement()
        .asString()
        .contains("CN=authority", "ended", "a.pem");
    assertThat(authority.doubts(Instant.now().minus(Duration.ofDays(3)), "a.pem"))
        .singleElement()
        .asString()
        .contains("begins", "clock");
  }

  @Test
  void a_store_has_what_java_knows_and_ours() throws Exception {
    var ours = Authorities.read(made("ours", "CA:true"));
    var known = ProcessTrust.known();

    var bytes =
        ProcessTrust.store(
            java.util.stream.Stream.concat(known.stream(), ours.certificates().stream()));

    var store = KeyStore.getInstance("JKS");
    store.load(new ByteArrayInputStream(bytes), null); // as one who is told no password
    assertThat(store.size()).isEqualTo(known.size() + 1);
    assertThat(store.getCertificateAlias(ours.certificates().getFirst())).isNotNull();
  }

  private Path made(String name, String constraints) throws InterruptedException {
    Command.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=" + name,
            "-addext",
            "basicConstraints=critical," + constraints,
            "-keyout",
            folder.resolve(name + ".key").toString(),
            "-out",
            folder.resolve(name + ".pem").toString())
        .orProblem("See what openssl said.");
    return folder.resolve(name + ".pem");
  }
}
