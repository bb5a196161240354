package dev.berth.runtime.runc.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A user namespace that nobody lives in: the kernel's form of a map of ids, to shift those of a
 * mount by.
 */
public final class UserNamespace implements AutoCloseable {
  private final Linux.Descriptor descriptor;

  private UserNamespace(Linux.Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** One with {@code map} for users and groups: "id on disk, id on the host, how many" a line. */
  public static UserNamespace of(List<String> users, List<String> groups)
      throws IOException, InterruptedException {
    // It says when it is in its namespace, and waits on its input while we look at it.
    var process =
        new ProcessBuilder("unshare", "--user", "sh", "-c", "echo; read _")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (process.getInputStream().read() < 0) {
        throw new IOException("unshare made no user namespace; exit code " + process.waitFor());
      }
      var proc = Path.of("/proc", Long.toString(process.pid()));
      Files.writeString(proc.resolve("uid_map"), String.join("\n", users) + "\n");
      Files.writeString(proc.resolve("gid_map"), String.join("\n", groups) + "\n");
      return new UserNamespace(Linux.open(proc.resolve("ns/user")));
    } finally {
      process.destroyForcibly();
    }
  }

  int fd() {
    return descriptor.fd();
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
