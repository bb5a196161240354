package dev.berth.installer.architectures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import dev.berth.base.Problem;
import dev.berth.base.text.NearName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

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

  /** Writes what another file says: only what can be nothing but a word stands without quotes. */
  private static final YAMLMapper QUOTING =
      new YAMLMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .stringQuotingChecker(new ButWords())
              .build());

  private static final class ButWords extends StringQuotingChecker {
    private static final long serialVersionUID = 1;
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9.-]*");

    @Override
    public boolean needToQuoteName(String name) {
      return new Default().needToQuoteName(name);
    }

    @Override
    public boolean needToQuoteValue(String value) {
      return isReservedKeyword(value) || !WORD.matcher(value).matches();
    }
  }

  /** What no value of a setting has; some of it would do something to a terminal. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");

  /** A line about a setting is read by a person. */
  private static final int LONGEST_LINE = 400;

  /** Why settings of that name have none here; a name stands for all below it. */
  private static final Map<String, String> MEANINGLESS = reasons();

  private static Map<String, String> reasons() {
    var all = new LinkedHashMap<String, String>();
    all.put("apiVersion", "says the form of that file");
    all.put("kind", "Berth has two roles, which are always installed together");
    all.put("metadata.region", "names the region of a bucket, and here no bucket needs one");
    all.put(
        "metadata.installationShortname", "one installation, whose workspaces are at *.ws.DOMAIN");
    all.put("metadata.shortname", "one installation, whose workspaces are at *.ws.DOMAIN");
    all.put("repository", "Berth is one image: cluster.image");
    all.put("observability", "BERTH_LOG says how much is logged; metrics are at /metrics");
    all.put("components.ide", "the editor is of Berth's image, and so are its versions");
    all.put("components.podConfig", "install.control and install.gateway have replicas and shares");
    all.put("components.agentSmith", "nothing looks into people's workspaces");
    all.put("jaegerOperator", "metrics are at /metrics; there are no traces");
    all.put("personalAccessTokenSigningKey", "tokens are signed by the installation's key");
    all.put("adminLoginSecret", "berth login makes login links");
    all.put("sshGatewayCAKey", "host keys are not signed by an authority");
    all.put("redis", "there is none");
    all.put("messageBus", "there is none");
    all.put("disableMigration", "control migrates its own tables");
    all.put("workspace.timeoutDefaultExtended", "a workspace is pinned or used, or it stops");
    all.put("objectStorage.resources", "install.objects.memory is its share");
    all.put("containerRegistry.subassemblyBucket", "there are no subassemblies");
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

  private static final Pattern AMOUNT =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?");

  private static final Map<String, Double> UNITS =
      Map.of(
          "m", 1e-3, "k", 1e3, "M", 1e6, "G", 1e9, "T", 1e12, "Ki", 0x1p10, "Mi", 0x1p20, "Gi",
          0x1p30, "Ti", 0x1p40);

  /** What a size has that says nothing: 4 cores and 8 GiB. */
  private static final double USUAL_CPU = 4;

  private static final double USUAL_MEMORY_BYTES = 8 * 0x1p30;

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
      empty();
      put("install.architecture", "production");
      provider();
      put("install.namespace", "berth");
      domain();
      certificate();
      database();
      objects();
      registry();
      workspaces();
      others();
      rest();
      boolean inside =
          ours.at("/install/database/inCluster").asBoolean()
              && ours.at("/install/objects/inCluster").asBoolean();
      if (inside) put("install.architecture", "proof-of-value");
      return new Takeover(yaml(), shown(taken), shown(byHand), shown(meaningless));
    }

    private static List<String> shown(List<String> lines) {
      return lines.stream()
          .map(line -> UNPRINTABLE.matcher(line).replaceAll("?"))
          .map(
              line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "..." : line)
          .toList();
    }

    /** What is there and says nothing. */
    private void empty() {
      for (var path : List.copyOf(leaves.keySet())) {
        var node = leaves.get(path);
        boolean isNothing =
            node != null && (node.isNull() || (node.isContainerNode() && node.isEmpty()));
        if (isNothing && take(path)) meaningless.add(path + ": it is empty");
      }
    }

    private void domain() {
      var node = leaves.remove("domain");
      var text = node == null ? "" : node.asText();
      if (DOMAIN.matcher(text).matches()) {
        put("dashboard", "https://" + text);
        taken.add("domain -> dashboard: https://" + text);
        return;
      }
      put("dashboard", "https://FILL-IN");
      byHand.add(
          text.isEmpty()
              ? "domain is empty: write https:// and the installation's into dashboard."
              : "domain is \"%s\", which is no domain: write https:// and the installation's into dashboard."
                  .formatted(text));
    }

    private String yaml() {
      try {
        return "# Taken over from the configuration of a Gitpod installation.\n"
            + QUOTING.writeValueAsString(ours);
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
      if (takeBelow("database.cloudSQLGlobal")) {
        byHand.add(
            "database.cloudSQLGlobal: Berth uses one database; name it in database.url, by a private address.");
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
      size();
      if (takeBelow("workspace.maxLifetime")) {
        byHand.add(
            "workspace.maxLifetime: a workspace that is used is not stopped; idle.after stops those that are not.");
      }
      if (takeBelow("workspace.templates")) {
        byHand.add(
            "workspace.templates: of a pod's template cluster.tolerations, cluster.priorityClass and cluster.labels can be set; the rest not.");
      }
    }

    /** What a workspace was to have at most is a size here; what was kept free is a part of it. */
    private void size() {
      var at = "workspace.resources.";
      var cpu =
          amount(at + "limits.cpu.burst")
              .or(() -> amount(at + "limits.cpu"))
              .or(() -> amount(at + "limits.cpu.min"));
      take(at + "limits.cpu.min");
      share(
          at + "requests.cpu",
          cpu,
          USUAL_CPU,
          "cluster.cpuPercent",
          size -> put("sizes.standard.cpuMillis", (int) Math.ceil(size * 1000)));
      share(
          at + "requests.memory",
          amount(at + "limits.memory"),
          USUAL_MEMORY_BYTES,
          "cluster.memoryPercent",
          size -> put("sizes.standard.memory", bytes(size)));
      amount(at + "limits.storage").ifPresent(size -> disk("limits.storage", "filesBytes", size));
      amount(at + "limits.ephemeral-storage")
          .ifPresent(size -> disk("limits.ephemeral-storage", "diskBytes", size));
      if (takeBelow("workspace.resources.limits")) {
        byHand.add(
            "workspace.resources.limits: a workspace has the cores of its size at any time; other limits of it have no like here.");
      }
    }

    private void disk(String from, String to, double size) {
      put("cluster." + to, bytes(size));
      taken.add("workspace.resources.%s -> cluster.%s: %s".formatted(from, to, bytes(size)));
    }

    private void share(
        String from, Optional<Double> limit, double usual, String percent, DoubleConsumer size) {
      var request = amount(from);
      if (limit.isEmpty() && request.isEmpty()) return;
      double most = limit.orElseGet(() -> Math.max(usual, request.orElse(0.0)));
      if (limit.isPresent() || most > usual) size.accept(most);
      int kept = request.map(part -> Math.clamp(Math.round(part / most * 100), 1, 100)).orElse(100);
      put(percent, kept);
      taken.add(
          "%s%s -> %s: %d, of %s"
              .formatted(
                  from,
                  limit.isPresent() ? " and its limit" : "",
                  percent,
                  kept,
                  most > usual || limit.isPresent() ? "sizes.standard" : "a usual size"));
    }

    /** Whole ones, as settings have them. */
    private static String bytes(double amount) {
      long bytes = Math.round(amount);
      return bytes % (1L << 30) == 0 ? (bytes >> 30) + "Gi" : Long.toString(bytes);
    }

    /** An amount as Kubernetes writes it; what is none is told. */
    private Optional<Double> amount(String path) {
      var node = leaves.remove(path);
      if (node == null) return Optional.empty();
      var match = AMOUNT.matcher(node.asText());
      if (match.matches()) {
        double unit = UNITS.getOrDefault(Optional.ofNullable(match.group(2)).orElse(""), 1.0);
        return Optional.of(Double.parseDouble(match.group(1)) * unit);
      }
      byHand.add("%s is \"%s\", which is no amount: see sizes.".formatted(path, node.asText()));
      return Optional.empty();
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
          var name = it.next().path("name").asText();
          if (!UNPRINTABLE.matcher(name).find()) names.add(name);
        }
        taken.add("imagePullSecrets -> cluster.pullSecrets");
        byHand.add(
            "Copy the secrets of cluster.pullSecrets into the namespaces berth and berth-workspaces.");
      }
      if (takeBelow("authProviders")) {
        byHand.add(
            "authProviders: logins of git hosts are each person's own, in Settings > Git logins.");
      }
      boolean blocks = root.path("blockNewUsers").path("enabled").asBoolean(false);
      if (takeBelow("blockNewUsers")) {
        if (blocks) {
          byHand.add(
              "blockNewUsers: only who was given a login link gets in, whatever the address of his mail.");
        } else {
          meaningless.add("blockNewUsers: only who was given a login link gets in");
        }
      }
      if (takeBelow("containerRegistry.enableAdditionalECRAuth")) {
        byHand.add(
            "containerRegistry.enableAdditionalECRAuth: nodes pull images with their own role, or with cluster.pullSecrets.");
      }
      if (takeBelow("httpProxy")) {
        put("proxy.http", "http://FILL-IN:3128");
        byHand.add(
            "httpProxy: write httpProxy, httpsProxy and noProxy of the secret %s into proxy.http, .https and .except (a list); inner addresses are never asked by it. Workspaces get no proxy of Berth's: their owners name it as variables."
                .formatted(root.at("/httpProxy/name").asText()));
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
      int before = byHand.size();
      put(to, value);
      if (byHand.size() == before) taken.add("%s -> %s: %s".formatted(from, to, value));
    }

    private void put(String path, Object value) {
      if (UNPRINTABLE.matcher(value.toString()).find()) {
        byHand.add(
            "%s would have characters that no setting has: write it by hand.".formatted(path));
        return;
      }
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
