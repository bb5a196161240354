package dev.berth.installer.manifests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.installer.config.Certificate;
import dev.berth.installer.config.Install;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes an installation's manifests: the same settings give the same bytes. */
public final class Rendering {
  private Rendering() {}

  /**
   * All of them, in the order in which they are applied.
   *
   * @param said the operator's settings
   * @param secrets empty for manifests that somebody reads: then there is none for a secret
   * @param version of the program that renders
   */
  public static List<Manifest> of(
      Install install, ObjectNode said, Optional<Secrets> secrets, String version) {
    var settings = PodSettings.of(install, said);
    var sheet = new Sheet(install, version);
    Foundations.write(sheet, install);
    settings(sheet, settings);
    secrets.ifPresent(all -> secrets(sheet, all));
    NetworkRules.write(sheet, install);
    Parts.write(sheet, install, secrets);
    certificate(sheet, install);
    Roles.write(sheet, install, settings, secrets);
    return sheet.inOrder();
  }

  /** The secrets that {@link #of} makes no manifests of without their content. */
  public static List<String> secretNames(Install install) {
    var names =
        new java.util.ArrayList<>(
            List.of(Secrets.KEYS, Secrets.GATEWAY, Secrets.ENVIRONMENT, Secrets.FILES));
    if (install.objects().isPresent()) names.add(Secrets.STORE);
    if (install.certificate() instanceof Certificate.SelfSigned) {
      names.add(Secrets.AUTHORITY);
      names.add(Certificate.SECRET);
    }
    return List.copyOf(names);
  }

  private static void settings(Sheet sheet, PodSettings settings) {
    settings(
        sheet,
        "The settings of control: the operator's berth.yaml with what pods have elsewhere.",
        settings.ofControl());
    settings(
        sheet,
        "The settings of the gateway: those of control but database and object store.",
        settings.ofGateway());
  }

  private static void settings(Sheet sheet, String why, PodSettings.Role role) {
    sheet.add(
        Stage.SETTINGS,
        "settings",
        why,
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: $name}
        immutable: true
        data: {berth.yaml: $yaml}
        """,
        Map.of("name", role.name(), "yaml", role.yaml()));
  }

  private static void secrets(Sheet sheet, Secrets secrets) {
    for (var name : secrets.content().keySet()) {
      sheet.add(
          Stage.SETTINGS,
          "settings",
          why(name),
          """
          apiVersion: v1
          kind: Secret
          metadata: {name: $name}
          type: $type
          data: $data
          """,
          Map.of(
              "name",
              name,
              "type",
              name.equals(Certificate.SECRET) || name.equals(Secrets.AUTHORITY)
                  ? "kubernetes.io/tls"
                  : "Opaque",
              "data",
              secrets.encoded(name)));
    }
  }

  private static String why(String secret) {
    return switch (secret) {
      case Secrets.KEYS ->
          "The installation's key and the SSH door's. Keep a copy: without the key all that was saved is lost.";
      case Secrets.GATEWAY ->
          "What the gateway needs of the installation's key: with it nothing that was saved can be read.";
      case Secrets.ENVIRONMENT -> "Settings that are secret, as variables of control.";
      case Secrets.FILES -> "Files that settings name, from where the operator had them.";
      case Secrets.TRUST ->
          "Certificates of the authorities that Berth and its workspaces trust; no secret is in it.";
      case Secrets.STORE -> "The one user of the object store in the cluster.";
      case Secrets.AUTHORITY ->
          "The authority that signs the installation's certificate; only the installer reads it.";
      default -> "The certificate that the gateway shows.";
    };
  }

  private static void certificate(Sheet sheet, Install install) {
    if (!(install.certificate() instanceof Certificate.Issued(var issuer, var kind))) return;
    sheet.add(
        Stage.CERTIFICATE,
        "gateway",
        "Asks cert-manager for the certificate of the installation's names and renews it; wildcards"
            + " need an issuer that proves by DNS.",
        """
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: {name: berth-tls}
        spec:
          secretName: $secret
          dnsNames: $names
          issuerRef: {group: cert-manager.io, kind: $kind, name: $issuer}
          privateKey: {algorithm: ECDSA, size: 256, encoding: PKCS8, rotationPolicy: Always}
        """,
        Map.of(
            "secret",
            Certificate.SECRET,
            "names",
            install.site().names(),
            "kind",
            kind,
            "issuer",
            issuer));
  }
}
