package dev.berth.cli.settings;

import dev.berth.base.trust.ProcessTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** Lets this process trust what its configuration says, before it asks anybody anything. */
public final class Trust {
  private Trust() {}

  /**
   * With files in {@code folder}; what is doubtful about the authorities is told.
   *
   * @return the file of all that is trusted, for programs; empty where no more is than usually
   */
  public static Optional<Path> begin(
      Configuration configuration, Path folder, Consumer<String> tell) {
    var authorities = configuration.authorities();
    if (authorities.isEmpty()) {
      ProcessTrust.end(folder);
      return Optional.empty();
    }
    authorities.doubts(Instant.now(), Configuration.AUTHORITIES).forEach(tell);
    return Optional.of(ProcessTrust.begin(authorities, folder));
  }

  /** The same for a process that has no folder of its own and tells nobody. */
  public static Optional<Path> beginForNow(Configuration configuration) {
    if (configuration.authorities().isEmpty()) return Optional.empty();
    try {
      var folder = Files.createTempDirectory("berth-trust-");
      folder.toFile().deleteOnExit(); // after the files, which are named later
      var bundle = begin(configuration, folder, _ -> {});
      ProcessTrust.files(folder).forEach(file -> file.toFile().deleteOnExit());
      return bundle;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What images of workspaces trust is what Java does, and what this process was told. */
  public static SSLContext context() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }
}
