package dev.berth.installer.config;

/** Where the certificate of the installation's names comes from. */
public sealed interface Certificate {
  /** The secret that Berth's own certificate lies in, whoever made it. */
  String SECRET = "berth-tls";

  /** Of cert-manager, by an issuer that is there. */
  record Issued(String issuer, String kind) implements Certificate {}

  /** The operator's own, in a secret of the installation's namespace. */
  record Own(String secret) implements Certificate {}

  /** Of an authority that the installer makes; who trusts that trusts the installation. */
  record SelfSigned() implements Certificate {}

  /** None here: what stands before the gateway ends TLS. */
  record Elsewhere() implements Certificate {}
}
