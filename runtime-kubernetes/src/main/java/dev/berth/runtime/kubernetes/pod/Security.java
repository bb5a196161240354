package dev.berth.runtime.kubernetes.pod;

import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.ArrayList;
import java.util.List;

/** What the processes of a pod may. */
final class Security {
  /**
   * What sudo, apt and chown need of root, and nothing that forges packets. All of it is within the
   * pod security standard "baseline", which namespaces may enforce; SYS_PTRACE is not.
   */
  private static final List<String> ROOT =
      List.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "NET_BIND_SERVICE",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  /** What is harmless only where root inside is nobody outside. */
  private static final List<String> OF_NOBODY = List.of("MKNOD");

  private Security() {}

  /** Of the user's container, whose first process is its root whatever the image says. */
  static SecurityContext ofUsers(boolean userNamespace) {
    var may = new ArrayList<>(ROOT);
    if (userNamespace) may.addAll(OF_NOBODY);
    return base()
        .withAllowPrivilegeEscalation(true) // else there is no sudo
        .withNewCapabilities()
        .addToDrop("ALL")
        .addAllToAdd(may)
        .endCapabilities()
        .build();
  }

  /** Of a container of our own, which keeps the numbers of those whose files it touches. */
  static SecurityContext ofOurs(boolean readOnlyRoot) {
    return base()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(readOnlyRoot)
        .withNewCapabilities()
        .addToDrop("ALL")
        .addToAdd("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID")
        .endCapabilities()
        .build();
  }

  private static SecurityContextBuilder base() {
    return new SecurityContextBuilder()
        .withRunAsUser(0L)
        .withRunAsGroup(0L)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile();
  }
}
