package dev.berth.installer.architectures;

import dev.berth.installer.config.Architecture;
import dev.berth.installer.config.Provider;
import java.util.Optional;

/** A commented berth.yaml to begin with. */
public final class Draft {
  private static final String DOMAIN = "berth.example.com";

  private Draft() {}

  /** The text for an architecture at a provider; what must be filled in is marked with FILL IN. */
  public static String of(
      Architecture architecture, Provider provider, Optional<String> domain, String image) {
    var text = new StringBuilder();
    text.append(head(architecture, provider));
    text.append(site(architecture, domain));
    text.append(cluster(image));
    text.append(install(architecture, provider));
    text.append(stores(architecture, provider));
    text.append(foot());
    return text.toString();
  }

  private static String head(Architecture architecture, Provider provider) {
    var what =
        switch (architecture) {
          case PROOF_OF_VALUE ->
              "Everything is in the cluster, database and object store too: to try Berth out. Who"
                  + " loses the\n# cluster loses the data.";
          case PRODUCTION -> "Database and object store are outside of the cluster.";
          case K3S -> "One machine with k3s: everything is on it.";
        };
    return """
    # Berth on Kubernetes: architecture %s, provider %s. %s
    # berth install check --file FILE proves what it needs, berth install apply --file FILE brings it up.
    # All settings: docs/operate/configuration.md. Lines with FILL IN need an answer.

    """
        .formatted(architecture, provider, what);
  }

  private static String site(Architecture architecture, Optional<String> domain) {
    var named = domain.orElse(DOMAIN);
    var fill = domain.isPresent() ? "" : " # FILL IN";
    var port = architecture == Architecture.K3S ? ":30443" : "";
    return """
    # The address in browsers. DNS leads this name, *.%1$s and *.ws.%1$s to the load balancer%2$s.
    dashboard: https://%1$s%3$s%4$s

    """
        .formatted(named, architecture == Architecture.K3S ? " or to the machine" : "", port, fill);
  }

  private static String cluster(String image) {
    return """
    cluster:
      image: %s # FILL IN: Berth's own, made by dist/image docker://YOUR.REGISTRY/berth:VERSION
      workspaceImage: docker.io/gitpod/workspace-full:latest # of repositories that name none
      # The prefix of the nodes' labels: PREFIX/workload_meta, _workspace_services, _workspace_regular and
      # _workspace_headless must each be "true" on some node.
      labels: gitpod.io
      # pullSecrets: [registry-login] # secrets of type kubernetes.io/dockerconfigjson, in both namespaces before apply

    """
        .formatted(image);
  }

  private static String install(Architecture architecture, Provider provider) {
    var text =
        """
        install:
          architecture: %s
          provider: %s
          namespace: berth
        """
            .formatted(architecture, provider);
    return text + service(architecture, provider) + certificate(architecture);
  }

  private static String service(Architecture architecture, Provider provider) {
    if (architecture == Architecture.K3S) {
      return """
        service:
          # At a port of the node, the one of `dashboard`. With k3s's own load balancer (servicelb) 443 is
          # possible, too: type: LoadBalancer, and a dashboard without a port; SSH is then at 2222, as 22 is the
          # machine's own: sshPort names another.
          type: NodePort
          sshNodePort: 30022
      """;
    }
    var balancer =
        switch (provider) {
          case GCP -> "annotated for network endpoint groups";
          case AWS -> "annotated for a network load balancer";
          case AZURE -> "annotated so that quiet connections stay";
          case NONE -> "without annotations";
        };
    return """
      service:
        type: LoadBalancer # %s; it must pass on TCP, not HTTP
        # annotations: {key: value} # more of them
        # address: 203.0.113.7      # one that you reserved
        # sources: [198.51.100.0/24] # who may come in
    """
        .formatted(balancer);
  }

  private static String certificate(Architecture architecture) {
    var selfSigned = architecture == Architecture.K3S ? "" : "# ";
    var issued = architecture == Architecture.K3S ? "# " : "";
    return """
      certificate: # one of these
        %1$sissuer: gitpod-issuer # of cert-manager; it must prove names by DNS, as wildcards need it
        %1$skind: ClusterIssuer
        # secret: https-certificates # your own, with tls.crt and tls.key (PKCS #8: openssl pkcs8 -topk8 -nocrypt); it is not renewed by us
        %2$sselfSigned: true # of an authority that is made for it, which browsers must be told to trust
    """
        .formatted(issued, selfSigned);
  }

  private static String stores(Architecture architecture, Provider provider) {
    return architecture == Architecture.PRODUCTION ? outside(provider) : inside(architecture);
  }

  private static String inside(Architecture architecture) {
    var sizes =
        architecture == Architecture.K3S
            ? new String[] {"10Gi", "50Gi"}
            : new String[] {"20Gi", "100Gi"};
    return """
      database: {inCluster: true, size: %s} # MariaDB
      objects: {inCluster: true, size: %s} # SeaweedFS, which speaks S3: what workspaces save
      # registry: {inCluster: true, size: 50Gi} # one for images of yours; whoever is in the cluster may push to it
    """
        .formatted((Object[]) sizes);
  }

  private static String outside(Provider provider) {
    var objects =
        switch (provider) {
          case GCP ->
              """
              objects:
                # bucketPerUser: true # a bucket of each user's own, named after the one below, as the guide's
                gcs:
                  bucket: berth-workspaces # FILL IN
                  key: gs-credentials.json # the service account's, as the guide saved it
              """;
          case AZURE ->
              """
              objects:
                azure:
                  account: berthworkspaces # FILL IN
                  container: berth
                  # BERTH_OBJECTS_AZURE_ACCOUNT_KEY in the environment keeps the key out of this file
              """;
          case AWS ->
              """
              objects:
                s3:
                  bucket: berth-workspaces # FILL IN
                  region: eu-west-1
                  # BERTH_OBJECTS_S3_ACCESS_KEY and _SECRET_KEY in the environment keep the keys out of this file
              """;
          case NONE ->
              """
              objects:
                s3:
                  bucket: berth-workspaces # FILL IN
                  endpoint: https://s3.example.com # FILL IN
                  # BERTH_OBJECTS_S3_ACCESS_KEY and _SECRET_KEY in the environment keep the keys out of this file
              """;
        };
    return """
      control: {replicas: 2}
      gateway: {replicas: 2}

    database:
      # FILL IN: MySQL 5.7 or newer, or MariaDB 10.6. One that takes TLS only (Azure) has ?sslMode=verify-full at its end.
      url: jdbc:mariadb://mysql.example.com:3306/gitpod
      user: gitpod
      # BERTH_DATABASE_PASSWORD in the environment keeps the password out of this file

    %s\
    """
        .formatted(objects);
  }

  private static String foot() {
    return """

    # sizes: {standard: {cpuMillis: 4000, memory: 8Gi}}
    # idle: {after: 30m}
    """;
  }
}
