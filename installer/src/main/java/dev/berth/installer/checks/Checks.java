package dev.berth.installer.checks;

import dev.berth.base.Problem;
import dev.berth.installer.certificate.Authority;
import dev.berth.installer.cluster.Namespaces;
import dev.berth.installer.cluster.Target;
import dev.berth.installer.config.Certificate;
import dev.berth.installer.config.Install;
import dev.berth.installer.manifests.Manifest;
import dev.berth.protocol.check.Result;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All checks of an installation, in the order in which one needs the other. */
public final class Checks {
  private final Target target;
  private final Install install;
  private final Clock clock;
  private final Consumer<Result> each;

  /**
   * Nothing is asked yet.
   *
   * @param each is told each result as soon as it is there
   */
  public Checks(Target target, Install install, Clock clock, Consumer<Result> each) {
    this.target = target;
    this.install = install;
    this.clock = clock;
    this.each = each;
  }

  /**
   * Runs them.
   *
   * @param settings the installation's manifests of settings and secrets
   * @param pods whether some may be made to try things out
   * @param progress is told what is waited for that may take minutes
   */
  public void run(List<Manifest> settings, boolean pods, Consumer<String> progress)
      throws InterruptedException {
    var cluster = new ClusterChecks(target, install, clock);
    var version = cluster.version();
    each.accept(version);
    if (version.outcome() instanceof Result.Outcome.Bad) return;
    each.accept(cluster.rightsOfInstaller());
    each.accept(cluster.rightsOfControl());
    each.accept(namespaces());
    cluster.nodes().forEach(each);
    each.accept(cluster.clock());
    each.accept(cluster.priorities());
    each.accept(cluster.storage(pods));
    cluster.certManager().forEach(each);
    each.accept(certificate());
    var shown = shown();
    reach(install, shown, hasGateway()).check().forEach(each);
    if (pods) new Trial(target, install, clock, progress).run(settings, shown).forEach(each);
    else each.accept(Result.skipped("B600", "what only pods can tell", "--no-pods was said"));
  }

  private Result namespaces() {
    var hop = "namespaces";
    var namespaces = new Namespaces(target);
    try {
      var objections =
          Stream.of(install.namespace(), install.workspaces())
              .flatMap(name -> namespaces.objection(name).stream())
              .toList();
      return objections.isEmpty()
          ? Result.good(
              "B104", hop, "%s and %s".formatted(install.namespace(), install.workspaces()))
          : Result.bad(
              "B104",
              hop,
              "They cannot be Berth's: %s.".formatted(String.join("; ", objections)),
              "Berth closes the network of its namespaces, and runs nothing of others in them.",
              "Name others in install.namespace and cluster.namespace.");
    } catch (Problem problem) {
      return Result.bad("B104", hop, "Who else is in them is not known.", problem);
    }
  }

  private Result certificate() {
    var hop = "certificate";
    var secret =
        switch (install.certificate()) {
          case Certificate.Own(var name) -> name;
          case Certificate.Issued _, Certificate.SelfSigned _ -> Certificate.SECRET;
          case Certificate.Elsewhere _ -> "";
        };
    if (secret.isEmpty()) return Result.skipped("B403", hop, "TLS ends before the cluster");
    try {
      var content = target.secret(install.namespace(), secret);
      if (content.isEmpty() && !(install.certificate() instanceof Certificate.Own)) {
        return Result.skipped("B403", hop, "it comes with apply");
      }
      return CertificateCheck.of(secret, content, install.site().names(), clock.instant());
    } catch (Problem problem) {
      return Result.bad("B403", hop, "Whether it does is not known.", problem);
    }
  }

  private boolean hasGateway() {
    try {
      return target.gateway(install.namespace()).isPresent();
    } catch (Problem problem) {
      return true; // whether it answers is tried in any case
    }
  }

  /** The way in from this machine. */
  private static Reach reach(Install install, Optional<String> shown, boolean served) {
    return new Reach(
        "B5",
        "here",
        install.site().domain(),
        install.site().tls(),
        install.site().port(),
        install.publicSshPort(),
        install.publicHttpPort(),
        served,
        shown,
        Optional.empty());
  }

  /** The serial number of the certificate that the gateway has. */
  private Optional<String> shown() {
    var secret =
        install.certificate() instanceof Certificate.Own(var name) ? name : Certificate.SECRET;
    if (install.certificate() instanceof Certificate.Elsewhere) return Optional.empty();
    try {
      var chain = target.secret(install.namespace(), secret).get("tls.crt");
      if (chain == null) return Optional.empty();
      var pem = new String(chain, StandardCharsets.US_ASCII);
      return Optional.of(Authority.certificate(pem).getSerialNumber().toString(16));
    } catch (CertificateException | Problem e) {
      return Optional.empty(); // the check of the certificate says why
    }
  }
}
