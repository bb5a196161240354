package dev.berth.objects.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.http.FreePorts;
import dev.berth.objects.Azurite;
import dev.berth.objects.BucketStore;
import dev.berth.objects.BucketStoreContract;
import dev.berth.objects.FakeService;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.azure.AzureOptions.Login;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.http.Call;
import dev.berth.objects.http.Md5;
import dev.berth.objects.http.Service;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Against an Azurite, which is Microsoft's own, over TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AzureStoreTest extends BucketStoreContract {
  private static final ObjectName NAME = ObjectName.of("a");

  /** More than that of which it is asked before whether it is there, as it is otherwise. */
  private static final int BLOCK_BYTES = 2 << 20;

  private static final Login.Key KEY = new Login.Key(Azurite.KEY);

  @SuppressWarnings("NullAway.Init") // set before all tests
  private Azurite server;

  @SuppressWarnings("NullAway.Init")
  private AzureStore bucket;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = Azurite.start(folder);
    var portions = new AzureStore.Portions(ObjectStore.MOST_LISTED, BLOCK_BYTES);
    bucket = AzureStore.open(options("container", KEY), portions);
    bucket.make();
  }

  @AfterAll
  void stop() {
    bucket.close();
    server.close();
  }

  private AzureOptions options(String container, Login login) {
    return new AzureOptions(
        Optional.of(server.endpoint()),
        Azurite.ACCOUNT,
        container,
        login,
        Optional.of(server.authority()));
  }

  /** As many blocks as of the very largest, which Azurite takes a quarter of a minute for. */
  @Override
  protected int largest() {
    return 4 * BLOCK_BYTES;
  }

  @Override
  protected BucketStore bucket() {
    return bucket;
  }

  @Override
  protected List<String> needed() {
    return List.of("Azure", "Azurite");
  }

  @Override
  protected Bucket.Single named(String container) {
    return new Bucket.Azure(options(container, KEY));
  }

  @Override
  protected Optional<Path> authorities() {
    return Optional.of(server.authority());
  }

  /** What is large is not sent where its name is found taken; the service must say so itself. */
  @Test
  void a_taken_name_is_refused_at_the_end_of_the_blocks_too() throws Exception {
    var name = ObjectName.of("blocks-of-a-small-one");

    assertThat(bucket.putInParts(name, bytes("first"))).isTrue();
    assertThat(bucket.putInParts(name, bytes("second"))).isFalse();

    assertThat(bucket.read(name).map(String::new)).hasValue("first");
  }

  /** Who commits his blocks lets go of all others of that name. */
  @Test
  void of_many_that_send_blocks_at_once_one_wins() throws Exception {
    var name = ObjectName.of("blocks-of-many");
    var tries = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < 8; i++) {
      var text = bytes("by " + i);
      tries.add(() -> {
        try {
          return bucket.putInParts(name, text);
        } catch (IOException _) {
          return false; // tried again, it would be found taken
        }
      });
    }

    var won = new ArrayList<Integer>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      var ended = threads.invokeAll(tries);
      for (int i = 0; i < 8; i++) if (ended.get(i).get()) won.add(i);
    }

    assertThat(won).hasSize(1);
    assertThat(bucket.read(name).map(String::new)).hasValue("by " + won.getFirst());
  }

  @Test
  void what_others_keep_there_under_names_that_are_none_of_ours_is_left_out() throws Exception {
    var store = store();
    put(folder() + "/Holiday%201.jpg");
    put(folder() + "/Holiday%202.jpg");
    store.putIfAbsent(NAME, bytes("ours"));

    assertThat(Listing.all(bucket, folder()))
        .extracting(info -> info.name().last())
        .containsExactly("a");
  }

  /** Under a name that we would not give. */
  private void put(String name) throws Exception {
    var uri = URI.create("%s/container/%s".formatted(server.endpoint(), name));
    var call =
        Call.of("PUT", uri)
            .with("x-ms-version", AzureStore.VERSION)
            .with("x-ms-date", "Sun, 22 Nov 2026 00:00:00 GMT")
            .with("content-type", "application/octet-stream")
            .with("x-ms-blob-type", "BlockBlob")
            .with(bytes("x"));
    try (var service = Service.open("test's", authorities())) {
      var signed = SharedKey.of(Azurite.ACCOUNT, KEY).signed(call);
      var answer = service.ask(signed);
      assertThat(answer.status()).as(Answers.code(answer)).isEqualTo(201);
    }
  }

  /** The service would go on where the page ended then. */
  @Test
  void what_is_written_between_two_pages_is_in_the_second() throws Exception {
    var folder = ObjectName.of("pages");
    try (var store =
        AzureStore.open(options("container", KEY), new AzureStore.Portions(3, BLOCK_BYTES))) {
      for (int i = 0; i < 8; i += 2) store.putIfAbsent(folder.with("" + i), bytes("x"));

      var last = store.list(folder, Optional.empty()).getLast().name();
      assertThat(last.last()).isEqualTo("4");
      store.putIfAbsent(folder.with("5"), bytes("x"));

      assertThat(store.list(folder, Optional.of(last)))
          .extracting(info -> info.name().last())
          .containsExactly("5", "6");
      assertThat(Listing.all(store, folder)).hasSize(5);
    }
  }

  @Test
  void bytes_that_came_otherwise_than_they_went_are_refused_by_the_service() throws Exception {
    var call =
        Call.of("PUT", URI.create(server.endpoint() + "/container/otherwise"))
            .with("x-ms-version", AzureStore.VERSION)
            .with("x-ms-date", "Sun, 22 Nov 2026 00:00:00 GMT")
            .with("content-type", "application/octet-stream")
            .with("x-ms-blob-type", "BlockBlob")
            .with("content-md5", Md5.of(bytes("sent")))
            .with(bytes("came"));
    try (var service = Service.open("test's", authorities())) {
      var signed = SharedKey.of(Azurite.ACCOUNT, KEY).signed(call);
      var answer = service.ask(signed);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("MD5");
    }
  }

  @Test
  void a_client_of_the_directory_is_let_in_by_a_token_that_it_asks_for_once() throws Exception {
    var asked = new CopyOnWriteArrayList<String>();
    FakeService.Answering answering =
        exchange -> {
          var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          asked.add(exchange.getRequestURI() + "?" + form);
          return new FakeService.Said(200, token());
        };
    try (var directory = FakeService.start(answering);
        var store = AzureStore.open(options("container", client(directory, "secret+1")))) {
      store.putIfAbsent(ObjectName.of("by-token"), bytes("x"));

      assertThat(store.read(ObjectName.of("by-token"))).isPresent();
      assertThat(store.link(NAME, Duration.ofMinutes(1))).isEmpty();
    }
    assertThat(asked).hasSize(1);
    assertThat(List.of(asked.getFirst().split("[?&]")))
        .contains(
            "/tenant/oauth2/v2.0/token",
            "client_id=app",
            "client_secret=secret%2B1",
            "grant_type=client_credentials");
  }

  private static Login client(FakeService directory, String secret) {
    return new Login.Client(directory.uri(), "tenant", "app", secret);
  }

  /** Azurite looks at all of it but the signature. */
  private static String token() {
    long now = Instant.now().getEpochSecond();
    var claims =
        """
        {"aud": "https://storage.azure.com", "iss": "https://sts.windows.net/tenant/", "nbf": %d, "iat": %d, "exp": %d}\
        """
            .formatted(now - 60, now - 60, now + 3600);
    var jwt = base64("{\"alg\": \"none\", \"typ\": \"JWT\"}") + "." + base64(claims) + ".c2ln";
    return "{\"token_type\": \"Bearer\", \"expires_in\": \"3599\", \"access_token\": \"%s\"}"
        .formatted(jwt);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_machines_identity_is_asked_for_as_azure_wants_it() throws Exception {
    var asked = new CopyOnWriteArrayList<String>();
    FakeService.Answering answering =
        exchange -> {
          asked.add(
              exchange.getRequestHeaders().getFirst("Metadata") + " " + exchange.getRequestURI());
          return new FakeService.Said(200, token());
        };
    try (var metadata = FakeService.start(answering)) {
      var login = new Login.Machine(metadata.uri(), Optional.of("some-id"));
      try (var store = AzureStore.open(options("container", login))) {
        assertThat(store.find(ObjectName.of("not-there"))).isEmpty();
      }
    }
    assertThat(asked)
        .containsExactly(
            "true /metadata/identity/oauth2/token?api-version=2018-02-01"
                + "&resource=https%3A%2F%2Fstorage.azure.com%2F&client_id=some-id");
  }

  @Test
  void a_client_that_the_directory_does_not_know_is_told_without_its_secret() throws Exception {
    try (var directory = FakeService.start(_ -> new FakeService.Said(401, "{}"));
        var store = AzureStore.open(options("container", client(directory, "wrong")))) {
      assertThatThrownBy(() -> store.read(NAME))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("client app")
          .hasMessageNotContaining("wrong");
    }
  }

  @Test
  void a_shared_access_signature_opens_what_it_names() throws Exception {
    bucket.putIfAbsent(ObjectName.of("by-signature"), bytes("x"));
    var link = bucket.link(ObjectName.of("by-signature"), Duration.ofMinutes(5)).orElseThrow();
    var login = new Login.Signature(link.getRawQuery());
    try (var store = AzureStore.open(options("container", login))) {
      assertThat(store.read(ObjectName.of("by-signature"))).isPresent();
      assertThatThrownBy(() -> store.delete(ObjectName.of("by-signature")))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("container at https://127.0.0.1");
    }
  }

  @Test
  void what_is_no_signature_at_all_is_told_at_once_and_not_shown() {
    for (var none : List.of("sv=1&sig=se cret", "sv=1&sig=\"secret\"", "sig=secret\n", "secret")) {
      assertThatThrownBy(() -> AzureStore.open(options("container", new Login.Signature(none))))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageNotContaining("secret")
          .hasNoCause();
    }
    assertThat(new Door.Signed(new Login.Signature("sig=secret")).toString())
        .doesNotContain("secret");
  }

  @Test
  void a_link_is_good_over_tls_alone_where_the_store_is_asked_so() throws Exception {
    var link = bucket.link(NAME, Duration.ofMinutes(1)).orElseThrow();
    assertThat(link.getRawQuery().split("&")).contains("spr=https");

    var plain =
        new AzureOptions(
            Optional.of(URI.create("http://127.0.0.1:1/berth")),
            "berth",
            "container",
            KEY,
            Optional.empty());
    try (var store = AzureStore.open(plain)) {
      assertThat(store.link(NAME, Duration.ofMinutes(1)).orElseThrow().getRawQuery())
          .doesNotContain("spr=");
    }
  }

  /** A key that was forgotten is one reason. */
  @Test
  void a_machine_without_an_identity_is_told_both_ways() throws Exception {
    var metadata = URI.create("http://127.0.0.1:" + FreePorts.next());
    var login = new Login.Machine(metadata, Optional.empty());
    try (var store = AzureStore.open(options("container", login))) {
      assertThatThrownBy(() -> store.read(NAME))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("this machine's identity")
          .hasMessageContaining("no connection can be made")
          .hasMessageContaining("name an account key, a signature or a client");
    }
    assertThatThrownBy(() -> new Bucket.Azure(options("container", login)).prove(NAME))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("name an account key");
  }

  @Test
  void a_wrong_key_is_told_and_not_tried_again() {
    var wrong = Base64.getEncoder().encodeToString("wrong".getBytes(StandardCharsets.US_ASCII));
    try (var stranger = AzureStore.open(options("container", new Login.Key(wrong)))) {
      assertThatThrownBy(() -> stranger.read(NAME))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("key")
          .hasMessageNotContaining(wrong);
    }
  }

  @Test
  void what_is_no_key_at_all_is_told_at_once() {
    assertThatThrownBy(() -> AzureStore.open(options("container", new Login.Key("no base 64"))))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageNotContaining("no base 64");
  }

  @Test
  void a_certificate_that_nobody_known_signed_is_told() {
    var options =
        new AzureOptions(
            Optional.of(server.endpoint()), Azurite.ACCOUNT, "container", KEY, Optional.empty());
    try (var secure = AzureStore.open(options)) {
      assertThatThrownBy(() -> secure.read(NAME))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("certificate")
          .hasMessageContaining("container at https://127.0.0.1");
    }
  }

  @Test
  void a_service_that_is_away_may_be_asked_again() throws Exception {
    var endpoint = URI.create("http://127.0.0.1:%d/berth".formatted(FreePorts.next()));
    var options =
        new AzureOptions(Optional.of(endpoint), "berth", "container", KEY, Optional.empty());
    try (var away = AzureStore.open(options)) {
      assertThatThrownBy(() -> away.putIfAbsent(NAME, ByteBuffer.allocate(1)))
          .isInstanceOf(IOException.class)
          .hasMessage("no connection can be made");
    }
  }
}
