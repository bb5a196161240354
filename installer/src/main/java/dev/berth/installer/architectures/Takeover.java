package dev.berth.installer.architectures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.berth.base.Problem;
import dev.berth.base.text.NearName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What becomes of a {@code gitpod.config.yaml}: settings of ours, and what must be told of each of
 * its own.
 *
 * @param yaml our berth.yaml
 * @param taken what was taken over, and as what
 * @param byHand what somebody must do
 * @param meaningless what has no meaning here, and why
 */
public record Takeover(
    String yaml, List<String> taken, List<String> byHand, List<String> meaningless) {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .build();

  /** Why settings of that name have none here; a name stands for all below it. */
  private static final Map<String, String> MEANINGLESS = reasons();

  private static Map<String, String> reasons() {
    var all = new LinkedHashMap<String, String>();
    all.put("apiVersion", "says the form of that file");
    all.put("kind", "Berth has two roles, which are always installed together");
    all.put("metadata.shortname", "one installation, whose workspaces are at *.ws.DOMAIN");
    all.put("repository", "Berth is one image: cluster.image");
    all.put("observability", "BERTH_LOG says how much is logged; metrics are at /metrics");
    all.put("analytics", "Berth tells nobody anything");
    all.put("telemetry", "Berth tells nobody anything");
    all.put("objectStorage.maximumBackupCount", "older points are thinned by themselves");
    all.put("objectStorage.blobQuota", "there are no user blobs");
    all.put("workspace.runtime", "nothing of the node's runtime is touched");
    all.put("workspace.prebuildPVC", "files are saved to the object store");
    all.put("workspace.pvc", "files are saved to the object store");
    all.put("workspace.timeoutExtended", "a workspace is pinned or used, or it stops");
    all.put("workspace.timeoutAfterClose", "a closed page does not shorten idle.after");
    all.put("openVSX.proxy", "copies of extensions are kept by the gateway, without a volume");
    all.put("license", "there is none");
    all.put("disableDefinitelyGp", "nothing is looked up in a public repository");
    all.put("dropImageRepo", "install.images names the registry of all images");
    all.put("experimental", "never promised to stay");
    return all;
  }

  /** Reads the text of such a file; {@link Problem.Invalid} where it is none. */
  public static Takeover of(String text, String image) {
    try {
      if (YAML.readTree(text) instanceof ObjectNode root && root.has("domain")) {
        return new Reader(root, image).read();
      }
    } catch (JsonProcessingException e) {
      throw new Problem.Invalid(
          "That is no YAML: %s.".formatted(e.getOriginalMessage().lines().findFirst().orElse("")),
          "Mend its line %d.".formatted(e.getLocation() == null ? 0 : e.getLocation().getLineNr()),
          e);
    }
    throw new Problem.Invalid(
        "That is no configuration of a Gitpod installation: it names no domain.",
        "Name the file that its installer was given, usually gitpod.config.yaml.");
  }

  /** Takes each leaf of the file once. */
  private static final class Reader {
    private final ObjectNode root;
    private final Map<String, JsonNode> leaves = new LinkedHashMap<>();
    private final ObjectNode ours = YAML.createObjectNode();
    private final List<String> taken = new ArrayList<>();
    private final List<String> byHand = new ArrayList<>();
    private final List<String> meaningless = new ArrayList<>();

    Reader(ObjectNode root, String image) {
      this.root = root;
      flatten("", root);
      put("cluster.image", image);
    }

    private void flatten(String path, JsonNode node) {
      if (node instanceof ObjectNode object && !object.isEmpty()) {
        object
            .properties()
            .forEach(field ->
                flatten(
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue()));
      } else {
        leaves.put(path, node);
      }
    }

    Takeover read() {
      put("install.architecture", "production");
      provider();
      put("install.namespace", "berth");
      moved("domain", "dashboard", node -> "https://" + node.asText());
      certificate();
      database();
      objects();
      registry();
      workspaces();
      others();
      rest();
      return new Takeover(yaml(), taken, byHand, meaningless);
    }

    private String yaml() {
      try {
        return "# Taken over from the configuration of a Gitpod installation.\n"
            + YAML.writeValueAsString(ours);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("no YAML can be made of settings", e);
      }
    }

    private void provider() {
      var storage = root.path("objectStorage");
      put(
          "install.provider",
          storage.has("cloudStorage")
              ? "gcp"
              : storage.has("azure")
                  ? "azure"
                  : storage.path("s3").path("endpoint").asText().contains("amazonaws")
                      ? "aws"
                      : "none");
    }

    private void certificate() {
      if (take("certificate.kind", "certificate.name")) {
        var name = root.path("certificate").path("name").asText("https-certificates");
        put("install.certificate.secret", name);
        taken.add("certificate -> install.certificate.secret: " + name);
        byHand.add(
            "Copy the secret %s into the namespace berth, with its key as PKCS #8; or name the issuer of cert-manager (install.certificate.issuer) instead."
                .formatted(name));
      } else {
        put("install.certificate.issuer", "gitpod-issuer");
        byHand.add("Check install.certificate.issuer: the guides' issuer is called gitpod-issuer.");
      }
    }

    private void database() {
      var database = root.path("database");
      boolean inside =
          database
              .path("inCluster")
              .asBoolean(!database.has("external") && !database.has("cloudSQL"));
      take("database.inCluster");
      put("install.database.inCluster", inside);
      if (inside) {
        taken.add("database.inCluster -> install.database.inCluster: MariaDB, a new and empty one");
        byHand.add(
            "Accounts and workspaces of the old database are not taken over: people log in anew.");
        return;
      }
      put("database.url", "jdbc:mariadb://FILL-IN:3306/berth");
      put("database.user", "berth");
      if (take("database.external.certificate.kind", "database.external.certificate.name")) {
        byHand.add(
            "database.external: write host and port of the secret %s into database.url, with a database of its own (not gitpod's), its user into database.user, and give the password as BERTH_DATABASE_PASSWORD."
                .formatted(root.at("/database/external/certificate/name").asText()));
      }
      if (take(
          "database.cloudSQL.serviceAccount.kind",
          "database.cloudSQL.serviceAccount.name",
          "database.cloudSQL.instance")) {
        byHand.add(
            "database.cloudSQL: Berth brings no proxy of Cloud SQL. Give the instance %s a private address of the cluster's network and name it in database.url."
                .formatted(root.at("/database/cloudSQL/instance").asText()));
      }
    }

    private void objects() {
      var storage = root.path("objectStorage");
      boolean outside = storage.has("s3") || storage.has("cloudStorage") || storage.has("azure");
      boolean inside = storage.path("inCluster").asBoolean(!outside);
      take("objectStorage.inCluster");
      take("objectStorage.resources.requests.memory");
      put("install.objects.inCluster", inside);
      if (inside) {
        taken.add(
            "objectStorage.inCluster -> install.objects.inCluster: SeaweedFS, a new and empty one");
        return;
      }
      moved("metadata.region", "objects.s3.region", storage.has("s3"));
      moved("objectStorage.s3.bucket", "objects.s3.bucket", JsonNode::asText);
      if (leaves.containsKey("objectStorage.s3.endpoint")) {
        boolean plain = storage.path("s3").path("allowInsecureConnection").asBoolean(false);
        moved(
            "objectStorage.s3.endpoint",
            "objects.s3.endpoint",
            node ->
                (plain ? "http://" : "https://") + node.asText().replaceFirst("^https?://", ""));
        take("objectStorage.s3.allowInsecureConnection");
      }
      if (storage.has("s3")) {
        take("objectStorage.s3.credentials.kind", "objectStorage.s3.credentials.name");
        if (!storage.path("s3").has("bucket")) {
          put("objects.s3.bucket", "FILL-IN");
          put("objects.bucketPerUser", true);
          byHand.add(
              "objectStorage.s3 names no bucket, so each user had one: name a main one in objects.s3.bucket.");
        }
        byHand.add(
            "Give accessKeyId and secretAccessKey of the secret %s as BERTH_OBJECTS_S3_ACCESS_KEY and BERTH_OBJECTS_S3_SECRET_KEY."
                .formatted(storage.at("/s3/credentials/name").asText()));
      }
      if (storage.has("cloudStorage")) {
        moved("objectStorage.cloudStorage.project", "objects.gcs.project", JsonNode::asText);
        take(
            "objectStorage.cloudStorage.serviceAccount.kind",
            "objectStorage.cloudStorage.serviceAccount.name");
        put("objects.gcs.bucket", "FILL-IN");
        put("objects.bucketPerUser", true);
        put("objects.gcs.key", "service-account.json");
        byHand.add(
            "Write service-account.json of the secret %s into the file that objects.gcs.key names, and a main bucket into objects.gcs.bucket."
                .formatted(storage.at("/cloudStorage/serviceAccount/name").asText()));
      }
      if (storage.has("azure")) {
        take("objectStorage.azure.credentials.kind", "objectStorage.azure.credentials.name");
        put("objects.azure.account", "FILL-IN");
        put("objects.azure.container", "berth");
        byHand.add(
            "Write accountName of the secret %s into objects.azure.account, and give accountKey as BERTH_OBJECTS_AZURE_ACCOUNT_KEY."
                .formatted(storage.at("/azure/credentials/name").asText()));
      }
    }

    private void registry() {
      var registry = root.path("containerRegistry");
      boolean inside = registry.path("inCluster").asBoolean(!registry.has("external"));
      take("containerRegistry.inCluster");
      put("install.registry.inCluster", inside);
      if (inside) taken.add("containerRegistry.inCluster -> install.registry.inCluster");
      if (takeBelow("containerRegistry.external")) {
        byHand.add(
            "containerRegistry.external: put Berth's image there (cluster.image) and its login into a secret that cluster.pullSecrets names, in both namespaces.");
      }
      if (takeBelow("containerRegistry.s3storage")) {
        byHand.add(
            "containerRegistry.s3storage: the registry in the cluster keeps its images in a volume; for a bucket use a registry of the provider.");
      }
      if (takeBelow("containerRegistry.privateBaseImageAllowList")) {
        byHand.add(
            "containerRegistry.privateBaseImageAllowList: all workspaces' pods may use cluster.pullSecrets; name there what they may pull with.");
      }
    }

    private void workspaces() {
      moved("workspace.workspaceImage", "cluster.workspaceImage", JsonNode::asText);
      if (!ours.path("cluster").has("workspaceImage")) {
        put("cluster.workspaceImage", "docker.io/gitpod/workspace-full:latest");
      }
      moved("workspace.timeoutDefault", "idle.after", node -> node.asText());
      moved(
          "workspace.resources.requests.cpu",
          "sizes.standard.cpuMillis",
          node -> String.valueOf(millis(node.asText())));
      moved("workspace.resources.requests.memory", "sizes.standard.memory", JsonNode::asText);
      if (takeBelow("workspace.resources.limits")) {
        byHand.add(
            "workspace.resources.limits: cpu and memory are those of sizes; disks are cluster.filesBytes and cluster.diskBytes.");
      }
      if (takeBelow("workspace.maxLifetime")) {
        byHand.add(
            "workspace.maxLifetime: a workspace that is used is not stopped; idle.after stops those that are not.");
      }
      if (takeBelow("workspace.templates")) {
        byHand.add(
            "workspace.templates: of a pod's template cluster.tolerations, cluster.priorityClass and cluster.labels can be set; the rest not.");
      }
    }

    private static long millis(String cpu) {
      try {
        return cpu.endsWith("m")
            ? Long.parseLong(cpu.substring(0, cpu.length() - 1))
            : Math.round(Double.parseDouble(cpu) * 1000);
      } catch (NumberFormatException e) {
        throw new Problem.Invalid(
            "workspace.resources.requests.cpu is \"%s\", which is no amount.".formatted(cpu),
            "Write 4 or 500m there.",
            e);
      }
    }

    private void others() {
      moved("openVSX.url", "editor.gallery", JsonNode::asText);
      moved("components.proxy.service.serviceType", "install.service.type", JsonNode::asText);
      if (take("sshGatewayHostKey.kind", "sshGatewayHostKey.name")) {
        byHand.add(
            "sshGatewayHostKey: SSH is on and makes its keys anew; to keep the old ones, put them into the secret berth-keys as ssh_host_rsa_key, ssh_host_ecdsa_key, ssh_host_ed25519_key with their .pub before the first apply.");
      } else {
        put("ssh.port", 0);
        taken.add("no sshGatewayHostKey -> ssh.port: 0 (SSH stays off)");
      }
      if (takeBelow("imagePullSecrets")) {
        var names = ours.withObject("cluster").putArray("pullSecrets");
        for (Iterator<JsonNode> it = root.path("imagePullSecrets").elements(); it.hasNext(); ) {
          names.add(it.next().path("name").asText());
        }
        taken.add("imagePullSecrets -> cluster.pullSecrets");
        byHand.add(
            "Copy the secrets of cluster.pullSecrets into the namespaces berth and berth-workspaces.");
      }
      if (takeBelow("authProviders")) {
        byHand.add(
            "authProviders: logins of git hosts are each person's own, in Settings > Git logins.");
      }
      if (takeBelow("blockNewUsers")) {
        byHand.add("blockNewUsers: only who has a login link gets in.");
      }
      if (takeBelow("httpProxy")) {
        byHand.add(
            "httpProxy: give control the variables HTTPS_PROXY and NO_PROXY by BERTH_JAVA_OPTIONS; workspaces need them in their own settings.");
      }
      if (takeBelow("customCACert")) {
        put("trust.authorities", "ca.crt");
        taken.add("customCACert -> trust.authorities: trusted by Berth and in workspaces");
        byHand.add(
            "Write the certificates into the file ca.crt, which trust.authorities names: kubectl get secret %s -o jsonpath='{.data.ca\\.crt}' | base64 -d > ca.crt"
                .formatted(root.at("/customCACert/name").asText("ca-issuer-ca")));
      }
      if (takeBelow("customization")) {
        byHand.add(
            "customization: labels and annotations of rendered objects are not patched; change what berth install render prints.");
      }
    }

    /** What nobody asked for. */
    private void rest() {
      for (var path : leaves.keySet()) {
        var why =
            MEANINGLESS.entrySet().stream()
                .filter(
                    entry -> path.equals(entry.getKey()) || path.startsWith(entry.getKey() + "."))
                .map(Map.Entry::getValue)
                .findFirst();
        if (why.isPresent()) {
          meaningless.add("%s: %s".formatted(path, why.get()));
        } else {
          var near = NearName.of(path, MEANINGLESS.keySet());
          byHand.add(
              "%s is no setting of that installer that is known%s: see whether it matters."
                  .formatted(path, near.map(name -> " (%s?)".formatted(name)).orElse("")));
        }
      }
    }

    private boolean take(String... paths) {
      boolean any = false;
      for (var path : paths) any |= leaves.remove(path) != null;
      return any;
    }

    private boolean takeBelow(String path) {
      return leaves.keySet().removeIf(leaf -> leaf.equals(path) || leaf.startsWith(path + "."));
    }

    private void moved(String from, String to, boolean condition) {
      if (condition) moved(from, to, JsonNode::asText);
      else if (take(from)) meaningless.add(from + ": is for S3 only");
    }

    private void moved(String from, String to, Function<JsonNode, String> form) {
      var node = leaves.remove(from);
      if (node == null || node.asText().isEmpty()) return;
      var value = form.apply(node);
      put(to, value);
      taken.add("%s -> %s: %s".formatted(from, to, value));
    }

    private void put(String path, Object value) {
      var names = List.of(path.split("\\."));
      var at = ours;
      for (var name : names.subList(0, names.size() - 1)) at = at.withObject("/" + name);
      switch (value) {
        case Boolean flag -> at.put(names.getLast(), flag);
        case Integer number -> at.put(names.getLast(), number);
        default -> at.put(names.getLast(), value.toString());
      }
    }
  }
}
