package dev.berth.control.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys were made by ssh-keygen, and the fingerprints are those that it prints. */
final class SshPublicKeyTest {
  private static final String ED25519 =
      "AAAAC3NzaC1lZDI1NTE5AAAAIDx5gzvESHzUFQm+yt28+k/jZtHI80CqOcONVSLlMLZm";

  private static Stream<Arguments> known() {
    return Stream.of(
        Arguments.of(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDx5gzvESHzUFQm+yt28+k/jZtHI80CqOcONVSLlMLZm",
            "SHA256:EvzAUJyWNvT425u7/4dBY52TeLU3o3+Sf0Qhpeu+Pc8"),
        Arguments.of(
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMjR4xthk+F6HFx7SCCnxaJEuS6Kq/KqeaXu1fPmGgmptO4wE0UFdiFyBLTcMeQ3DHR/rziWh02/p6PRME1BaB0=",
            "SHA256:Sr8AY7/C5JJcWQrdL5e+/5Uad9EyiV4jjuwPgwSrHy4"),
        Arguments.of(
            "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBBiR0+BB36CU01EbnCDFAN6vHhZqmM1+U3SrpFe4n5greJ+2cLVkMAg7+MzGkgCxltyX9I/bjRx0urRBNRvsEfQT5mEceJgg1YBiZumrq3x1ZIRioOBUoKPIeRAPkVgx4A==",
            "SHA256:4KuWGrQQ2G+M9/SQSvXQfy4AEYM6o1VBX06cWBiq2pw"),
        Arguments.of(
            "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAF552uHXvj2n1kAkq9OKbCeG4TcAZfKZ7szTwZt7/rkW5wJgZ9QB3XJAxfkQ9t359wuXw8fixqKez7DPYZOFdgtlQA0LabHxYhJR8oUrYKPUKlivddh07VtJvLlM91ZeK9jKWqu4NYhPwbGxkIWvXbzVucQETfRSXRy32uNLhwylD7UdA==",
            "SHA256:ZHY3R3vw8f6hb9lmiHi2qbTM3rGo9ZPtH737q5DRRDk"),
        Arguments.of(
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCx55UwsxPcs/AM9ZNOmlHSt/I1QN0jUXIZU4KYuYcUMpbrAV+SY876RzFbZj2lG8hO1CVJgPVBw9NILeb5B7DNaraENjfmivhzoJ6h6ieGyVaAKPwlCBs8Gw1tJMgLx8vtNbyCstoU4pWHeN3spIa0gyUynrdksoCr7OUOn0S50rrFqArZrebqbCDU1rbWNxj30OlT3cRB0YZHjxmLjdiFs5FHC8BGaVoHIi5ooCisJEu2BvOVXKfIXyGUQ2OQQCNEIJ6mLlkbEeW9u2R/Ym8LCL7uR0k+WZGyE764aSiHB7h6mkrMb/xzC9hkA6CyJYN+9XJo0fIFlIBv0qGHhXI3",
            "SHA256:4u4pB+HWyRLrJQ99GTXuo+qCUxpKappRkxwV5jXJKTs"));
  }

  @ParameterizedTest
  @MethodSource("known")
  void each_kind_that_ssh_keygen_makes_is_read(String line, String fingerprint) {
    var key = SshPublicKey.parse("  " + line + "  ann at her laptop\n");

    assertThat(key.line()).isEqualTo(line);
    assertThat(key.fingerprint()).isEqualTo(fingerprint);
    assertThat(SshPublicKey.comment(line + " ann at her laptop")).isEqualTo("ann at her laptop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ssh-ed25519",
        "ssh-ed25519 ",
        "ssh-ed25519 no!base64",
        "ssh-ed25519 AAAA",
        "ssh-rsa " + ED25519,
        "ssh-ed25519 " + ED25519 + "AAAA",
        "ssh-dss AAAAB3NzaC1kc3MAAACBAA==",
        "ssh-ed25519 /////w==",
        "command=\"x\" ssh-ed25519 " + ED25519,
        "ssh-ed25519 " + ED25519 + "\nssh-ed25519 " + ED25519,
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCiDXYTxkMjz9aTAbL1XeknEpmd9YtTfw11agrbhN1dDPm1ln0CuuZ+/Mbs84aNjFXVTvOrPeCk6F/jEMoqvJsKrbYpLp0bBvdQ/p6XqOzd6/yXUQfpeS4o1r1JHOYdAJCDj4FJrJ39+OkkRQtyNyVVwnGJTsB/WvGjSm+wSHvqvQ=="
      })
  void anything_else_is_refused(String line) {
    assertThatThrownBy(() -> SshPublicKey.parse(line)).isInstanceOf(Problem.Invalid.class);
  }

  @Test
  void who_pastes_a_private_key_is_told_so() {
    assertThatThrownBy(() -> SshPublicKey.parse("-----BEGIN OPENSSH PRIVATE KEY-----"))
        .hasMessageContaining("private key");
    assertThatThrownBy(() -> SshPublicKey.parse("ssh-ed25519 " + "A".repeat(64 << 10)))
        .isInstanceOf(Problem.Invalid.class);
  }
}
