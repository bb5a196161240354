package dev.berth.objects.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.base.http.FreePorts;
import dev.berth.base.http.LoggingProxy;
import dev.berth.base.http.OutwardProxy;
import dev.berth.objects.BucketStore;
import dev.berth.objects.BucketStoreContract;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.SeaweedFs;
import dev.berth.objects.bucket.Bucket;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** Against a SeaweedFS: a real server of another make than AWS's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class S3StoreTest extends BucketStoreContract {
  private static final ObjectName NAME = ObjectName.of("a");

  @SuppressWarnings("NullAway.Init") // set before all tests
  private SeaweedFs server;

  @SuppressWarnings("NullAway.Init")
  private S3Store bucket;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = SeaweedFs.start(folder);
    server.make("bucket");
    bucket = S3Store.open(options(server.endpoint(), "bucket", SeaweedFs.SECRET));
  }

  @AfterAll
  void stop() {
    bucket.close();
    server.close();
  }

  @Test
  void a_store_outside_is_asked_by_the_proxy_of_this_process() throws Exception {
    var before = ProxySelector.getDefault();
    try (var proxy = new LoggingProxy(server.endpoint().getPort())) {
      new OutwardProxy(Optional.of(proxy.address()), Optional.empty(), List.of()).begin();
      var outside = URI.create("http://s3.outside.example");
      try (var store = S3Store.open(options(outside, "bucket", SeaweedFs.SECRET))) {
        var name = ObjectName.of("by-the-proxy");
        store.putIfAbsent(name, ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(store.read(name).orElseThrow()).containsExactly(1, 2, 3);
      }
      assertThat(proxy.asked())
          .anyMatch(line -> line.startsWith("PUT http://s3.outside.example"))
          .anyMatch(line -> line.startsWith("GET http://s3.outside.example"));
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  private static S3Options options(URI endpoint, String bucket, String secret) {
    return options(endpoint, bucket, secret, Optional.empty());
  }

  private static S3Options options(
      URI endpoint, String bucket, String secret, Optional<Path> authorities) {
    return new S3Options(
        Optional.of(endpoint),
        "us-east-1",
        bucket,
        true,
        Optional.of(new S3Options.Keys(SeaweedFs.ACCESS, secret)),
        authorities);
  }

  @Override
  protected BucketStore bucket() {
    return bucket;
  }

  @Override
  protected List<String> needed() {
    return List.of("AWS", "SeaweedFS");
  }

  @Override
  protected Bucket.Single named(String name) {
    return new Bucket.S3(options(server.endpoint(), name, SeaweedFs.SECRET));
  }

  @Override
  protected boolean makesBucketsByItself() {
    return true;
  }

  @Test
  void of_two_that_send_what_is_large_at_once_one_wins() throws Exception {
    var store = store();
    Callable<Boolean> put = () -> store.putIfAbsent(NAME, ByteBuffer.allocate(24 << 20));

    try (var threads = Executors.newFixedThreadPool(2)) {
      var put1 = threads.submit(put);
      var put2 = threads.submit(put);
      assertThat(put1.get()).isNotEqualTo(put2.get());
    }
  }

  @Test
  void what_is_large_does_not_replace_what_is_there() throws Exception {
    var store = store();
    store.putIfAbsent(NAME, bytes("small"));

    assertThat(store.putIfAbsent(NAME, ByteBuffer.allocate(24 << 20))).isFalse();

    assertThat(store.read(NAME).map(String::new)).hasValue("small");
  }

  @Test
  void what_others_keep_there_under_names_that_are_none_of_ours_is_left_out() throws Exception {
    var store = store();
    var folder = folder() + "/";
    try (var client = server.client();
        var threads = Executors.newFixedThreadPool(16)) {
      // More than a page of them, which come before small letters; and a console's folder.
      var puts = new ArrayList<Callable<Object>>();
      for (int i = 0; i <= ObjectStore.MOST_LISTED; i++) {
        var key = folder + "Holiday %04d.jpg".formatted(i);
        puts.add(() ->
            client.putObject(put -> put.bucket("bucket").key(key), RequestBody.fromString("x")));
      }
      for (var put : threads.invokeAll(puts)) put.get();
      client.putObject(put -> put.bucket("bucket").key(folder), RequestBody.empty());
    }
    store.putIfAbsent(NAME, bytes("ours"));

    assertThat(Listing.all(bucket, folder()))
        .extracting(info -> info.name().last())
        .containsExactly("a");
  }

  @Test
  void a_service_of_ones_own_authority_is_asked_over_tls() throws Exception {
    var options =
        options(server.tlsEndpoint(), "bucket", SeaweedFs.SECRET, Optional.of(server.authority()));
    try (var secure = S3Store.open(options)) {
      assertThat(secure.putIfAbsent(ObjectName.of("over-tls"), bytes("x"))).isTrue();
      assertThat(secure.read(ObjectName.of("over-tls"))).hasValue(new byte[] {'x'});
    }
  }

  @Test
  void a_certificate_that_nobody_known_signed_is_told() {
    try (var secure = S3Store.open(options(server.tlsEndpoint(), "bucket", SeaweedFs.SECRET))) {
      assertThatThrownBy(() -> secure.read(NAME))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("certificate")
          .hasMessageContaining("bucket at https://127.0.0.1");
    }
  }

  @Test
  void a_file_without_certificates_is_told(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("ca.pem"), "");
    var options = options(server.tlsEndpoint(), "bucket", SeaweedFs.SECRET, Optional.of(file));

    assertThatThrownBy(() -> S3Store.open(options))
        .isInstanceOf(Problem.Invalid.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void a_wrong_key_is_told_and_not_tried_again() {
    try (var stranger = S3Store.open(options(server.endpoint(), "bucket", "wrong"))) {
      assertThatThrownBy(() -> stranger.read(NAME))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("keys")
          .hasMessageNotContaining("wrong");
    }
  }

  @Test
  void a_service_that_is_away_may_be_asked_again() throws Exception {
    var endpoint = URI.create("http://127.0.0.1:" + FreePorts.next());
    try (var away = S3Store.open(options(endpoint, "bucket", SeaweedFs.SECRET))) {
      assertThatThrownBy(() -> away.read(NAME)).isInstanceOf(IOException.class);
    }
  }
}
