package dev.berth.e2e;

import dev.berth.base.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An authority that nobody knows, as a company has one: made by openssl in a folder. */
record PrivateAuthority(Path folder) {
  /** Of the keys' files. */
  static final String WORD = "changeit";

  /** A new one. */
  static PrivateAuthority make(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    run(
        folder,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=Fox Ltd'"
            + " -addext basicConstraints=critical,CA:true -keyout ca.key -out ca.pem");
    return new PrivateAuthority(folder);
  }

  /** Its certificate. */
  Path certificate() {
    return folder.resolve("ca.pem");
  }

  /** A new key with a certificate for {@code address}, PKCS #12. */
  Path keys(String address) throws IOException, InterruptedException {
    Files.writeString(folder.resolve("names"), "subjectAltName=IP:" + address + "\n");
    run(
        folder,
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=git -keyout own.key -out own.csr"
            + " && openssl x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out own.pem"
            + " && openssl pkcs12 -export -in own.pem -inkey own.key -passout pass:"
            + WORD
            + " -out own.p12");
    return folder.resolve("own.p12");
  }

  private static void run(Path folder, String script) throws InterruptedException {
    Command.of("sh", "-c", script).in(folder).orProblem("See what openssl said.");
  }
}
