package dev.berth.gateway.ssh;

import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The keys by which clients know this door: OpenSSH's files, made once. */
final class HostKeys {
  /** Type and bits; which a client takes is its own choice. */
  private static final Map<String, Integer> KINDS =
      Map.of("ed25519", 256, "ecdsa", 256, "rsa", 3072);

  private HostKeys() {}

  static List<KeyPair> open(SshConfig.Keys keys) {
    return switch (keys) {
      case SshConfig.Keys.Made(var folder) -> own(folder);
      case SshConfig.Keys.Given(var folder) -> given(folder);
    };
  }

  private static List<KeyPair> given(Path folder) {
    try {
      var all = new ArrayList<KeyPair>();
      for (var kind : List.of("ed25519", "ecdsa", "rsa")) {
        var file = file(folder, kind);
        if (Files.exists(file)) all.add(read(file));
      }
      if (!all.isEmpty()) return all;
      throw new Problem.Unavailable(
          "There is no SSH host key in %s.".formatted(folder),
          "Put them there, as ssh-keygen -q -N '' -t ed25519 -f ssh_host_ed25519_key makes one; those of ssh.hostKeys are never made by themselves, since all gateways share them.");
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(folder, e);
    }
  }

  private static Path file(Path folder, String kind) {
    return folder.resolve("ssh_host_" + kind + "_key");
  }

  private static Problem unreadable(Path folder, Exception e) {
    return new Problem.Unavailable(
        "The SSH host keys in %s cannot be read or made: %s.".formatted(folder, Reason.of(e)),
        "Check the rights of the folder, or put the files back from your backup.",
        e);
  }

  private static List<KeyPair> own(Path folder) {
    try {
      Files.createDirectories(folder);
      var all = new ArrayList<KeyPair>();
      for (var kind : List.of("ed25519", "ecdsa", "rsa")) all.add(open(folder, kind));
      return all;
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable(folder, e);
    }
  }

  private static KeyPair open(Path folder, String kind)
      throws IOException, GeneralSecurityException {
    var file = file(folder, kind);
    if (!Files.exists(file)) make(file, kind);
    var pair = read(file);
    publish(pair, folder.resolve(file.getFileName() + ".pub"));
    return pair;
  }

  private static KeyPair read(Path file) throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      var keys = SecurityUtils.loadKeyPairIdentities(null, new PathResource(file), in, null);
      if (keys == null || !keys.iterator().hasNext()) {
        throw new IOException(file + " holds no key");
      }
      return keys.iterator().next();
    }
  }

  /** Beside the key, as OpenSSH has it, for `berth ssh-config` and whoever compares. */
  private static void publish(KeyPair pair, Path file)
      throws IOException, GeneralSecurityException {
    var text = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(pair.getPublic(), "berth", text);
    text.write('\n');
    if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), text.toByteArray())) return;
    Files.write(file, text.toByteArray());
  }

  private static void make(Path file, String kind) throws IOException, GeneralSecurityException {
    var type =
        switch (kind) {
          case "ecdsa" -> "ecdsa-sha2-nistp256";
          default -> "ssh-" + kind;
        };
    var pair = KeyUtils.generateKeyPair(type, KINDS.getOrDefault(kind, 0));
    var text = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "berth", null, text);
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var folder = file.toAbsolutePath().getParent();
    var temporary = Files.createTempFile(folder, "key", ".new", owner);
    Files.writeString(temporary, text.toString(StandardCharsets.US_ASCII));
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
