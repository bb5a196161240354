package dev.berth.objects.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.http.FreePorts;
import dev.berth.objects.BucketStore;
import dev.berth.objects.BucketStoreContract;
import dev.berth.objects.FakeGcs;
import dev.berth.objects.FakeService;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectName;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.http.Call;
import dev.berth.objects.http.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Against a fake-gcs-server, and a giver of tokens that knows the account's key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GcsStoreTest extends BucketStoreContract {
  private static final ObjectName NAME = ObjectName.of("a");

  private static final FakeService.Said TOKEN =
      new FakeService.Said(200, "{\"access_token\": \"opens\", \"expires_in\": 3599}");

  private final List<String> assertions = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // set before all tests
  private FakeGcs server;

  @SuppressWarnings("NullAway.Init")
  private FakeService tokens;

  @SuppressWarnings("NullAway.Init")
  private KeyPair keys;

  @SuppressWarnings("NullAway.Init")
  private ServiceAccount account;

  @SuppressWarnings("NullAway.Init")
  private GcsStore bucket;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    keys = generator.generateKeyPair();
    tokens =
        FakeService.start(exchange -> {
          assertions.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          return TOKEN;
        });
    account = ServiceAccount.read(key(folder, tokens.uri() + "/token"));
    server = FakeGcs.start(folder);
    bucket = GcsStore.open(options(server.endpoint(), "bucket"));
    bucket.make();
  }

  private Path key(Path folder, String tokenUri) throws IOException {
    var pem =
        "-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n"
            .formatted(Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()));
    return Files.writeString(
        folder.resolve("key.json"),
        """
        {"type": "service_account", "project_id": "some-project", "private_key_id": "k1", "private_key": "%s",
         "client_email": "berth@some-project.iam.gserviceaccount.com", "token_uri": "%s"}
        """
            .formatted(pem, tokenUri));
  }

  @AfterAll
  void stop() {
    bucket.close();
    server.close();
    tokens.close();
  }

  private GcsOptions options(URI endpoint, String name) {
    return options(endpoint, name, new GcsOptions.Login.Account(account));
  }

  private static GcsOptions options(URI endpoint, String name, GcsOptions.Login login) {
    return new GcsOptions(
        Optional.of(endpoint),
        name,
        new GcsOptions.Place(Optional.of("some-project"), Optional.empty()),
        login,
        Optional.empty());
  }

  @Override
  protected BucketStore bucket() {
    return bucket;
  }

  @Override
  protected List<String> needed() {
    return List.of("Google", "ifGenerationMatch");
  }

  @Override
  protected Bucket.Single named(String name) {
    return new Bucket.Gcs(options(server.endpoint(), name));
  }

  @Override
  protected boolean looksAtLinks() {
    return false;
  }

  @Test
  void what_others_keep_there_under_names_that_are_none_of_ours_is_left_out() throws Exception {
    var store = store();
    store.putIfAbsent(NAME, bytes("ours"));
    var uri =
        URI.create(
            "%s/upload/storage/v1/b/bucket/o?uploadType=media&name=%s/Holiday%%201.jpg"
                .formatted(server.endpoint(), folder()));
    try (var service = Service.open("test's", Optional.empty())) {
      assertThat(service.ask(Call.of("POST", uri).with(bytes("x"))).status()).isEqualTo(200);
    }

    assertThat(Listing.all(bucket, folder()))
        .extracting(info -> info.name().last())
        .containsExactly("a");
  }

  @Test
  void the_accounts_signature_is_exchanged_for_a_token_once() throws Exception {
    assertions.clear();
    try (var store = GcsStore.open(options(server.endpoint(), "bucket"))) {
      store.find(NAME);
      store.find(NAME);
    }

    assertThat(assertions).hasSize(1);
    var jwt = assertions.getFirst().replaceFirst(".*&assertion=", "").split("\\.");
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(keys.getPublic());
    signature.update((jwt[0] + "." + jwt[1]).getBytes(StandardCharsets.US_ASCII));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(jwt[2]))).isTrue();
    assertThat(new String(Base64.getUrlDecoder().decode(jwt[0]), StandardCharsets.UTF_8))
        .contains("\"RS256\"", "\"k1\"");
    assertThat(new String(Base64.getUrlDecoder().decode(jwt[1]), StandardCharsets.UTF_8))
        .contains("\"berth@some-project.iam.gserviceaccount.com\"", tokens.uri() + "/token");
  }

  /** The emulator looks at no checksum. */
  @Test
  void what_the_service_has_otherwise_than_it_went_is_not_kept() throws Exception {
    var seen = new CopyOnWriteArrayList<String>();
    var has =
        new FakeService.Said(
            200,
            """
            {"name": "a", "size": "1", "updated": "2026-11-22T00:00:00Z", "md5Hash": "AAAAAAAAAAAAAAAAAAAAAA=="}
            """);
    FakeService.Answering answering =
        exchange -> {
          var authorization = exchange.getRequestHeaders().getFirst("Authorization");
          seen.add(exchange.getRequestMethod() + " " + authorization);
          return exchange.getRequestMethod().equals("GET") ? TOKEN : has;
        };
    try (var service = FakeService.start(answering);
        var store = GcsStore.open(options(service.uri(), "bucket", machine(service)))) {
      assertThatThrownBy(() -> store.putIfAbsent(NAME, bytes("x")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("otherwise");
    }
    assertThat(seen).containsExactly("GET null", "POST Bearer opens", "DELETE Bearer opens");
  }

  private static GcsOptions.Login machine(FakeService metadata) {
    return new GcsOptions.Login.Machine(metadata.uri());
  }

  @Test
  void what_comes_otherwise_than_the_service_has_it_is_not_believed() throws Exception {
    FakeService.Answering answering =
        exchange -> {
          exchange.getResponseHeaders().add("x-goog-hash", "crc32c=AAAAAA==");
          exchange.getResponseHeaders().add("x-goog-hash", "md5=AAAAAAAAAAAAAAAAAAAAAA==");
          return TOKEN;
        };
    try (var service = FakeService.start(answering);
        var store = GcsStore.open(options(service.uri(), "bucket", machine(service)))) {
      assertThatThrownBy(() -> store.read(NAME))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("otherwise");
    }
  }

  @Test
  void the_machines_account_is_asked_for_as_google_wants_it() throws Exception {
    var asked = new CopyOnWriteArrayList<String>();
    FakeService.Answering answering =
        exchange -> {
          asked.add(
              exchange.getRequestHeaders().getFirst("Metadata-Flavor")
                  + " "
                  + exchange.getRequestURI().getPath());
          return TOKEN;
        };
    try (var metadata = FakeService.start(answering);
        var store = GcsStore.open(options(server.endpoint(), "bucket", machine(metadata)))) {
      store.putIfAbsent(ObjectName.of("by-machine"), bytes("x"));

      assertThat(store.read(ObjectName.of("by-machine"))).isPresent();
      assertThat(store.link(NAME, Duration.ofMinutes(1))).isEmpty();
    }
    assertThat(asked)
        .containsExactly("Google /computeMetadata/v1/instance/service-accounts/default/token");
  }

  @Test
  void a_machine_without_an_account_is_told_both_ways() throws Exception {
    var nobody = URI.create("http://127.0.0.1:" + FreePorts.next());
    var login = new GcsOptions.Login.Machine(nobody);
    try (var store = GcsStore.open(options(server.endpoint(), "bucket", login))) {
      assertThatThrownBy(() -> store.read(NAME))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("this machine's identity")
          .hasMessageContaining("name the key of a service account");
    }
  }

  @Test
  void an_account_that_may_not_is_told_what_it_lacks() throws Exception {
    var said =
        new FakeService.Said(
            403,
            """
            {"error": {"code": 403, "message": "x does not have storage.objects.get access."}}
            """);
    try (var service = FakeService.start(_ -> said);
        var store = GcsStore.open(options(service.uri(), "bucket"))) {
      assertThatThrownBy(() -> store.read(NAME))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("bucket at http")
          .hasMessageEndingWith("x does not have storage.objects.get access.");
    }
  }

  /** The emulator does not look at it. */
  @Test
  void a_link_is_signed_by_the_account() throws Exception {
    var at = Instant.parse("2026-11-22T10:20:30Z");
    var link =
        SignedLink.of(
            account,
            URI.create("https://storage.googleapis.com"),
            "bucket",
            "berth/a",
            at,
            Duration.ofHours(1));

    var query =
        "X-Goog-Algorithm=GOOG4-RSA-SHA256"
            + "&X-Goog-Credential=berth%40some-project.iam.gserviceaccount.com%2F20261122%2Fauto%2Fstorage%2Fgoog4_request"
            + "&X-Goog-Date=20261122T102030Z&X-Goog-Expires=3600&X-Goog-SignedHeaders=host";
    var request =
        "GET\n/bucket/berth/a\n%s\nhost:storage.googleapis.com\n\nhost\nUNSIGNED-PAYLOAD"
            .formatted(query);
    var hash =
        MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.US_ASCII));
    var signed =
        "GOOG4-RSA-SHA256\n20261122T102030Z\n20261122/auto/storage/goog4_request\n%s"
            .formatted(HexFormat.of().formatHex(hash));
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(keys.getPublic());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    var parts = link.toString().split("&X-Goog-Signature=");
    assertThat(parts[0]).isEqualTo("https://storage.googleapis.com/bucket/berth/a?" + query);
    assertThat(signature.verify(HexFormat.of().parseHex(parts[1]))).isTrue();
  }

  @Test
  void a_file_that_is_no_accounts_key_is_told_without_its_text(@TempDir Path folder)
      throws Exception {
    var file = folder.resolve("key.json");
    for (var text :
        List.of(
            "secret",
            "{\"type\": \"external_account\"}",
            "{\"client_email\": \"a\", \"token_uri\": \"http://b\", \"private_key\": \"secret\"}")) {
      Files.writeString(file, text);

      assertThatThrownBy(() -> ServiceAccount.read(file))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining(file.toString())
          .hasMessageNotContaining("secret");
    }
    assertThatThrownBy(() -> ServiceAccount.read(folder.resolve("nowhere")))
        .isInstanceOf(Problem.Invalid.class);
  }
}
