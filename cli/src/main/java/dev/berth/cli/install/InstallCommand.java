package dev.berth.cli.install;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Berth itself on a Kubernetes cluster. */
@Command(
    name = "install",
    description = {
      "Brings Berth up on a Kubernetes cluster, looks after it and takes it away again.",
      "The usual way: init, fill in the file, check, apply. docs/operate/install-on-kubernetes.md tells it from nothing."
    },
    subcommands = {
      InstallInit.class,
      InstallCheck.class,
      InstallRender.class,
      InstallApply.class,
      InstallStatus.class,
      InstallRemove.class,
      InstallImages.class,
      InstallProbe.class,
    },
    mixinStandardHelpOptions = true)
public final class InstallCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Say what to do: init, check, render, apply, status, remove or images.");
  }
}
