package dev.berth.installer.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuthorityTest {
  private static final List<String> NAMES =
      List.of("berth.example.com", "*.berth.example.com", "*.ws.berth.example.com");

  @TempDir Path folder;

  @Test
  void what_it_signs_is_valid_for_who_trusts_the_root() throws Exception {
    var authority = Authority.make("berth.example.com", Instant.now());

    assertThat(
            verified(
                authority.sign(NAMES, Instant.now()), authority, "3000-a.ws.berth.example.com"))
        .contains("OK");
  }

  @Test
  void it_signs_for_its_domain_only() throws Exception {
    var authority = Authority.make("berth.example.com", Instant.now());
    var foreign = authority.sign(List.of("bank.example.org"), Instant.now());

    assertThat(verified(foreign, authority, "bank.example.org"))
        .contains("permitted subtree violation");
  }

  @Test
  void one_that_is_read_back_signs_as_before() throws Exception {
    var authority = Authority.make("berth.example.com", Instant.now());

    var again = Authority.of(authority.root());

    assertThat(again.root()).isEqualTo(authority.root());
    assertThat(verified(again.sign(NAMES, Instant.now()), authority, "berth.example.com"))
        .contains("OK");
  }

  /** What OpenSSL says of it. */
  private String verified(Authority.Pair pair, Authority authority, String name) throws Exception {
    var root = Files.writeString(folder.resolve("root.pem"), authority.root().chain());
    var chain = Files.writeString(folder.resolve("chain.pem"), pair.chain());
    var said =
        Command.of(
                "openssl",
                "verify",
                "-x509_strict",
                "-CAfile",
                "" + root,
                "-verify_hostname",
                name,
                "" + chain)
            .run();
    return said.text() + said.errors();
  }
}
