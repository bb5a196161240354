package dev.berth.cli.install;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Trust;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.config.Install;
import dev.berth.runtime.kubernetes.cluster.ClusterAccess;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which installation is spoken of: what all commands of `berth install` take. */
final class InstallFile {
  @Option(
      names = {"-f", "--file"},
      defaultValue = "berth.yaml",
      paramLabel = "FILE",
      description = "The installation's berth.yaml; ${DEFAULT-VALUE} unless said.")
  private Path file = Path.of("berth.yaml");

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "How the cluster is reached; else cluster.kubeconfig of the file, KUBECONFIG, ~/.kube/config.")
  private Optional<Path> kubeconfig = Optional.empty();

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Of the kubeconfig; its current one unless said.")
  private Optional<String> context = Optional.empty();

  /**
   * What the file says.
   *
   * @param said all settings, with what the environment says
   */
  record Read(Install install, ObjectNode said, Configuration configuration, ClusterAccess access) {
    /** The cluster that is installed on; asks nothing of it yet. */
    Target target() {
      boolean inPod = System.getenv("KUBERNETES_SERVICE_HOST") != null;
      if (access.kubeconfig().isEmpty() && !inPod) {
        throw new Problem.Invalid(
            "No cluster is named: there is no KUBECONFIG, no ~/.kube/config, no cluster.kubeconfig.",
            "Name the file that kubectl uses: --kubeconfig FILE.");
      }
      return Target.connect(access);
    }
  }

  /** Reads it whole; a {@link Problem} tells all that is wrong in it at once. */
  Read read() {
    var read = read(file, System.getenv(), kubeconfig, context);
    Trust.beginForNow(read.configuration());
    return read;
  }

  static Read read(
      Path file,
      Map<String, String> environment,
      Optional<Path> kubeconfig,
      Optional<String> context) {
    if (!Files.exists(file)) {
      throw new Problem.Missing(
          "There is no file %s.".formatted(file.toAbsolutePath()),
          "Name it with --file, or make one: berth install init --output %s.".formatted(file));
    }
    var settings = Settings.read(file, environment);
    var configuration = Configuration.read(settings, Optional.empty());
    var install =
        Install.read(settings)
            .orElseThrow(() ->
                new Problem.Invalid(
                    "%s has no section install: it is of one machine.".formatted(file),
                    "Make one to begin with: berth install init --output FILE."));
    if (configuration.cluster().isEmpty()) {
      throw new Problem.Invalid(
          "%s names no image of Berth's own (cluster.image).".formatted(file),
          "Make one, dist/image docker://REGISTRY/berth:1, and name it there.");
    }
    var named = configuration.cluster().get().access();
    var access =
        new ClusterAccess(
            kubeconfig.map(Path::toAbsolutePath).or(named::kubeconfig).or(InstallFile::usual),
            context.or(named::context),
            install.namespace());
    return new Read(install, settings.said(), configuration, access);
  }

  private static Optional<Path> usual() {
    var named = System.getenv("KUBECONFIG");
    if (named != null && !named.isBlank()) return Optional.of(Path.of(named.split(":")[0]));
    var own = Path.of(System.getProperty("user.home", "/"), ".kube", "config");
    return Files.exists(own) ? Optional.of(own) : Optional.empty();
  }

  /** Whom others are told of who meet an unfinished change. */
  static String who() {
    var user = System.getProperty("user.name", "somebody");
    try {
      return user + "@" + InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return user;
    }
  }
}
