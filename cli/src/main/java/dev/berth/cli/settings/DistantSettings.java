package dev.berth.cli.settings;

import dev.berth.base.Problem;
import dev.berth.base.config.Settings;
import dev.berth.node.save.Distant;
import dev.berth.objects.ObjectName;
import dev.berth.objects.azure.AzureOptions;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.gcs.GcsOptions;
import dev.berth.objects.gcs.ServiceAccount;
import dev.berth.objects.s3.S3Options;
import dev.berth.objects.wrap.PerOwner;
import dev.berth.protocol.UserId;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The part of {@code berth.yaml} that names an object store: {@code objects}. */
final class DistantSettings {
  private static final String S3 = "objects.s3.";
  private static final String AZURE = "objects.azure.";
  private static final String GCS = "objects.gcs.";
  private static final String EACH = "objects.bucketPerUser";

  /** Where a cloud tells a machine of itself; the same in all of them. */
  private static final URI METADATA = URI.create("http://169.254.169.254");

  private static final URI AZURE_AUTHORITY = URI.create("https://login.microsoftonline.com");
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]");
  private static final Pattern CONTAINER = Pattern.compile("(?=.{3,63}$)[a-z0-9](-?[a-z0-9])*");
  private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9]{3,24}");
  private static final ObjectName USUAL = ObjectName.of("berth");

  private final Settings settings;
  private final boolean each;

  private DistantSettings(Settings settings) {
    this.settings = settings;
    this.each = settings.flag(EACH, false);
  }

  /** Empty where none is named; what is wrong is noted in {@code settings}. */
  static Optional<Distant> read(Settings settings) {
    var folder = settings.parsed("objects.prefix", DistantSettings::folder).orElse(USUAL);
    return new DistantSettings(settings).bucket().map(bucket -> new Distant(bucket, folder));
  }

  private Optional<Bucket> bucket() {
    // Each is read, so that all that is wrong in any of them is told.
    var named = Stream.of(s3(), azure(), gcs()).flatMap(Optional::stream).toList();
    if (named.size() > 1) {
      settings.wrong("name one of objects.s3, objects.azure and objects.gcs, not several");
    }
    if (!each) return named.stream().findFirst().map(single -> single);
    if (named.isEmpty())
      settings.wrong(EACH + " needs one of objects.s3, objects.azure, objects.gcs");
    return named.stream().findFirst().map(single -> new Bucket.EachOwners(single, UserId::isForm));
  }

  private Optional<Bucket.Single> s3() {
    var endpoint = settings.parsed(S3 + "endpoint", DistantSettings::web);
    var region = settings.text(S3 + "region", "us-east-1");
    var inPath = settings.flag(S3 + "pathStyle", endpoint.isPresent());
    var access = settings.text(S3 + "accessKey");
    var secret = settings.text(S3 + "secretKey");
    var authorities = settings.parsed(S3 + "authorities", DistantSettings::file);
    var bucket = settings.text(S3 + "bucket");
    if (access.isPresent() != secret.isPresent()) {
      settings.wrong("give both of objects.s3.accessKey and objects.s3.secretKey, or none");
    }
    if (isMissing(S3 + "bucket", bucket, endpoint, access, authorities)) return Optional.empty();
    mayBeNamedAfter(S3 + "bucket", bucket.orElseThrow());
    var keys =
        access.isPresent() && secret.isPresent()
            ? Optional.of(new S3Options.Keys(access.get(), secret.get()))
            : Optional.<S3Options.Keys>empty();
    return Optional.of(
        new Bucket.S3(
            new S3Options(endpoint, region, bucket.orElseThrow(), inPath, keys, authorities)));
  }

  private Optional<Bucket.Single> azure() {
    var container =
        settings.parsed(
            AZURE + "container",
            text ->
                matching(CONTAINER, text, "must be 3 to 63 small letters, digits and single '-'"));
    var account =
        settings.parsed(
            AZURE + "account",
            text -> matching(ACCOUNT, text, "must be 3 to 24 small letters and digits"));
    var endpoint = settings.parsed(AZURE + "endpoint", DistantSettings::web);
    var authorities = settings.parsed(AZURE + "authorities", DistantSettings::file);
    var login = azureLogin();
    if (isMissing(AZURE + "container", container, account, endpoint, authorities, login)) {
      return Optional.empty();
    }
    mayBeNamedAfter(AZURE + "container", container.orElseThrow());
    if (account.isEmpty()) settings.wrong(AZURE + "account is missing");
    return Optional.of(
        new Bucket.Azure(
            new AzureOptions(
                endpoint,
                account.orElse(""),
                container.orElseThrow(),
                login.orElseGet(() -> new AzureOptions.Login.Machine(METADATA, Optional.empty())),
                authorities)));
  }

  /** Empty for what Azure gives the machine. */
  private Optional<AzureOptions.Login> azureLogin() {
    var logins = new ArrayList<AzureOptions.Login>();
    var key = settings.text(AZURE + "accountKey").map(AzureOptions.Login.Key::new);
    if (key.filter(given -> !given.isKey()).isPresent()) { // which is a secret, so not shown
      settings.wrong(AZURE + "accountKey is no key: give it as Azure shows it, in Base64");
    }
    key.ifPresent(logins::add);
    var signature =
        settings
            .text(AZURE + "signature")
            .map(query -> query.replaceFirst("^\\?", ""))
            .map(AzureOptions.Login.Signature::new);
    if (signature.filter(given -> !given.isSignature()).isPresent()) { // not shown either
      settings.wrong(
          AZURE
              + "signature is no shared access signature: give the query of the address that Azure"
              + " shows, which has sig= in it");
    }
    signature.ifPresent(logins::add);
    var authority = settings.parsed(AZURE + "authority", DistantSettings::web);
    var tenant = settings.text(AZURE + "tenant");
    var client = settings.text(AZURE + "client");
    var secret = settings.text(AZURE + "clientSecret");
    if (tenant.isPresent() && client.isPresent() && secret.isPresent()) {
      logins.add(
          new AzureOptions.Login.Client(
              authority.orElse(AZURE_AUTHORITY), tenant.get(), client.get(), secret.get()));
    } else if (tenant.isPresent() || secret.isPresent() || authority.isPresent()) {
      settings.wrong(
          "give all of objects.azure.tenant, objects.azure.client and objects.azure.clientSecret,"
              + " or only the client for an identity of this machine");
    } else if (client.isPresent()) {
      logins.add(new AzureOptions.Login.Machine(METADATA, client));
    }
    if (logins.size() > 1) {
      settings.wrong(
          "give one of objects.azure.accountKey, objects.azure.signature and"
              + " objects.azure.client, not several");
    }
    return logins.stream().findFirst();
  }

  private Optional<Bucket.Single> gcs() {
    var bucket =
        settings.parsed(
            GCS + "bucket",
            text ->
                matching(BUCKET, text, "must be 3 to 63 small letters, digits, '-', '_' and '.'"));
    var endpoint = settings.parsed(GCS + "endpoint", DistantSettings::web);
    var authorities = settings.parsed(GCS + "authorities", DistantSettings::file);
    var account = settings.parsed(GCS + "key", DistantSettings::account);
    var location = settings.text(GCS + "location");
    var project = settings.text(GCS + "project").or(() -> account.flatMap(ServiceAccount::project));
    if (isMissing(GCS + "bucket", bucket, endpoint, authorities, account, location)) {
      return Optional.empty();
    }
    mayBeNamedAfter(GCS + "bucket", bucket.orElseThrow());
    if (each && project.isEmpty()) {
      settings.wrong(EACH + " makes buckets, so objects.gcs.project is needed");
    }
    var login =
        account
            .<GcsOptions.Login>map(GcsOptions.Login.Account::new)
            .orElseGet(() -> new GcsOptions.Login.Machine(METADATA));
    return Optional.of(
        new Bucket.Gcs(
            new GcsOptions(
                endpoint,
                bucket.orElseThrow(),
                new GcsOptions.Place(project, location),
                login,
                authorities)));
  }

  /** Whether there is no {@code main}; told where any of the others is of no use without it. */
  private boolean isMissing(String path, Optional<?> main, Optional<?>... others) {
    if (main.isPresent()) return false;
    if (List.of(others).stream().anyMatch(Optional::isPresent))
      settings.wrong(path + " is missing");
    return true;
  }

  private void mayBeNamedAfter(String path, String bucket) {
    if (!each) return;
    if (bucket.length() > PerOwner.MOST_LETTERS_OF_MAIN) {
      settings.wrong(
          "%s is \"%s\" but must have at most %d letters, as those of users are named after it"
              .formatted(path, bucket, PerOwner.MOST_LETTERS_OF_MAIN));
    }
  }

  private static String matching(Pattern form, String text, String must) {
    if (!form.matcher(text).matches()) throw new IllegalArgumentException(must);
    return text;
  }

  private static ServiceAccount account(String text) {
    try {
      return ServiceAccount.read(Path.of(text).toAbsolutePath());
    } catch (Problem.Invalid problem) {
      throw new IllegalArgumentException("cannot be used: " + problem.words(), problem);
    }
  }

  private static ObjectName folder(String text) {
    try {
      return ObjectName.of(text);
    } catch (Problem.Invalid problem) {
      throw new IllegalArgumentException("cannot be a prefix: " + problem.remedy(), problem);
    }
  }

  private static URI web(String text) {
    var uri = URI.create(text);
    boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
    if (!web || uri.getHost() == null) {
      throw new IllegalArgumentException("must be an http or https URL");
    }
    return uri;
  }

  private static Path file(String text) {
    var file = Path.of(text).toAbsolutePath();
    if (!Files.isReadable(file)) throw new IllegalArgumentException("cannot be read");
    return file;
  }
}
