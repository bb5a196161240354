package dev.berth.registry.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.base.Problem;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryClientTest {
  /** Tries again at once, and waits for what comes; a front fetches all before it answers. */
  private static final Patience PATIENT = patience(Duration.ofSeconds(20));

  /** For what never comes. */
  private static final Patience IMPATIENT = patience(Duration.ofMillis(500));

  private static final RegistryAccess HERE = RegistryAccess.plain(Set.of("127.0.0.1"));
  private static final byte[] BYTES = new byte[3_000_000];

  static {
    new Random(7).nextBytes(BYTES);
  }

  private static final Pushes.Layer LAYER =
      new Pushes.Layer(BYTES, Digest.of(BYTES), "application/vnd.oci.image.layer.v1.tar");

  @TempDir Path folder;
  private DockerRegistry registry;

  @BeforeEach
  void start() {
    registry = DockerRegistry.open(folder);
  }

  @AfterEach
  void end() {
    registry.close();
  }

  private static Patience patience(Duration stall) {
    return new Patience(
        3, Duration.ofMillis(5), Duration.ofSeconds(20), Duration.ofSeconds(20), stall);
  }

  private static RegistryClient client(RegistryAccess access) {
    return RegistryClient.open(access, Platform.here(), PATIENT);
  }

  private static RegistryClient anonymous() {
    return client(HERE);
  }

  private static ImageReference image(String host, String rest) {
    return ImageReference.parse(host + "/" + rest);
  }

  private static byte[] layer(RegistryClient client, ImageReference image) throws Exception {
    return layer(client, image, client.resolve(image).layers().getFirst());
  }

  private static byte[] layer(RegistryClient client, ImageReference image, ImageLayer layer)
      throws Exception {
    try (var stream = client.layer(image, layer, _ -> {})) {
      return stream.readAllBytes();
    }
  }

  @Test
  void a_pushed_image_is_resolved_and_its_layers_come_whole() throws Exception {
    var digest = new Pushes(registry.host()).image("team/app", "v1", List.of(LAYER, LAYER));
    var image = image(registry.host(), "team/app:v1");
    var progress = new AtomicLong();
    try (var client = anonymous()) {
      var resolved = client.resolve(image);

      assertThat(client.digest(image)).isEqualTo(digest).isEqualTo(resolved.digest());
      assertThat(resolved.layers()).hasSize(2);
      assertThat(resolved.sizeBytes()).isEqualTo(BYTES.length);
      assertThat(resolved.env()).isEqualTo(Map.of("PATH", "/bin:/usr/bin", "LANG", "C.UTF-8"));
      assertThat(resolved.user()).contains("gitpod");
      assertThat(resolved.workingDir()).contains("/home");
      try (var stream = client.layer(image, resolved.layers().getFirst(), progress::addAndGet)) {
        assertThat(stream.readAllBytes()).isEqualTo(BYTES);
      }
    }
    assertThat(progress).hasValue(BYTES.length);
  }

  @Test
  void of_a_list_the_manifest_for_this_machine_is_taken() throws Exception {
    var pushes = new Pushes(registry.host());
    var strange = new Platform("linux", "s390x", Optional.empty());
    var other = pushes.manifest("app", List.of(), strange);
    var ours = pushes.manifest("app", List.of(LAYER), Platform.here());
    var list =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s,%s]}
        """
            .formatted(
                Manifests.OCI_INDEX,
                entry(pushes, other, "unknown", "unknown"),
                entry(pushes, other, "linux", "s390x"),
                entry(pushes, ours, "linux", Platform.here().architecture()));
    var digest = pushes.manifest("app", "multi", list, Manifests.OCI_INDEX);
    try (var client = anonymous()) {
      var image = image(registry.host(), "app:multi");
      var resolved = client.resolve(image);
      assertThat(resolved.digest()).isEqualTo(digest);
      assertThat(resolved.layers()).hasSize(1);
      assertThat(client.resolve(image.at(digest))).isEqualTo(resolved);
    }
  }

  private static String entry(Pushes pushes, String manifest, String os, String architecture)
      throws Exception {
    var bytes = manifest.getBytes(StandardCharsets.UTF_8);
    var digest = pushes.manifest("app", "x", manifest, Manifests.OCI_MANIFEST);
    var plain = Pushes.descriptor(Manifests.OCI_MANIFEST, digest, bytes.length);
    return plain.replaceFirst(
        "}$", ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}".formatted(os, architecture));
  }

  @Test
  void an_image_for_another_processor_says_so() throws Exception {
    new Pushes(registry.host())
        .image("app", "far", List.of(LAYER), new Platform("linux", "s390x", Optional.empty()));
    try (var client = anonymous()) {
      assertThatThrownBy(() -> client.resolve(image(registry.host(), "app:far")))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining("it is not for " + Platform.here() + " but for linux/s390x");
    }
  }

  @Test
  void a_tag_that_is_not_there_is_told_with_image_and_registry() throws Exception {
    new Pushes(registry.host()).image("app", "v1", List.of(LAYER));
    try (var client = anonymous()) {
      assertThatThrownBy(() -> client.digest(image(registry.host(), "app:v2")))
          .isInstanceOf(Problem.Missing.class)
          .hasMessage(
              "Cannot pull %1$s/app:v2: %1$s has no tag v2 of app, or no such image at all (404)."
                  .formatted(registry.host()));
    }
  }

  @Test
  void a_registry_with_passwords_is_given_the_configured_login(@TempDir Path other)
      throws Exception {
    try (var closed = DockerRegistry.withPassword(other)) {
      var image = image(closed.host(), "app:v1");
      new Pushes(closed.host(), Optional.of(DockerRegistry.LOGIN))
          .image("app", "v1", List.of(LAYER));
      try (var client = client(logins(closed.host(), DockerRegistry.LOGIN))) {
        assertThat(layer(client, image)).isEqualTo(BYTES);
      }
      try (var client = anonymous()) {
        assertThatThrownBy(() -> client.resolve(image))
            .isInstanceOf(Problem.Refused.class)
            .hasMessageContaining("wants a login")
            .satisfies(e -> assertThat(((Problem) e).remedy()).contains("add a login"));
      }
      try (var client = client(logins(closed.host(), new Login("ada", "wrong")))) {
        assertThatThrownBy(() -> client.resolve(image))
            .isInstanceOf(Problem.Refused.class)
            .hasMessageContaining("does not accept the configured login")
            .hasMessageNotContaining("wrong");
      }
    }
  }

  private RegistryAccess mirrored(String of, String path) {
    return RegistryAccess.anonymous()
        .with(
            new Mirrors(
                Map.of(RegistryPlace.parse(of), RegistryPlace.parse(registry.host() + path))));
  }

  @Test
  void a_name_is_asked_at_the_mirror_of_its_registry_and_stays_its_name() throws Exception {
    var pushed = new Pushes(registry.host()).image("hub/library/nginx", "1", List.of(LAYER, LAYER));
    var image = ImageReference.parse("nginx:1");
    try (var client = client(mirrored("docker.io", "/hub"))) {
      assertThat(client.digest(image)).isEqualTo(pushed);
      assertThat(layer(client, image)).isEqualTo(BYTES);
      assertThat(layer(client, image.at(pushed))).isEqualTo(BYTES);

      assertThatThrownBy(() -> client.resolve(ImageReference.parse("nginx:2")))
          .isInstanceOf(Problem.Missing.class)
          .hasMessage(
              "Cannot pull docker.io/library/nginx:2 (at its mirror %1$s/hub/library/nginx): %1$s has no tag 2 of hub/library/nginx, or no such image at all (404)."
                  .formatted(registry.host()));
      var other = Digest.of("other".getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> client.resolve(image.at(other)))
          .hasMessageContaining("has no content with this digest of hub/library/nginx");
    }
  }

  @Test
  void a_mirror_of_another_content_is_told_and_one_that_is_away_is_named() throws Exception {
    var wrong = BYTES.clone();
    wrong[5]++;
    var digest = new Pushes(registry.host()).image("app", "v1", List.of(LAYER));
    var fronts = new Front[1];
    try (var front =
        new Front(ex -> {
          boolean layer = ex.getRequestURI().getPath().endsWith(LAYER.diffId().hex());
          if (layer) Front.send(ex, 200, wrong, Long.MAX_VALUE);
          else fronts[0].pass(ex, registry.host(), Long.MAX_VALUE);
        })) {
      fronts[0] = front;
      var mirrors =
          new Mirrors(Map.of(RegistryPlace.parse("ghcr.io"), RegistryPlace.parse(front.host())));
      var image = ImageReference.parse("ghcr.io/app:v1").at(digest);
      try (var client = client(RegistryAccess.anonymous().with(mirrors))) {
        assertThatThrownBy(() -> layer(client, image))
            .isInstanceOf(Problem.Unavailable.class)
            .hasMessageContaining("ghcr.io/app:v1")
            .hasMessageContaining("what %s sent".formatted(front.host()))
            .hasMessageContaining("has another digest");
      }
    }
    var nobody =
        new Mirrors(Map.of(RegistryPlace.parse("ghcr.io"), RegistryPlace.parse("127.0.0.1:1/x")));
    try (var client = client(RegistryAccess.anonymous().with(nobody))) {
      assertThatThrownBy(() -> client.digest(ImageReference.parse("ghcr.io/app")))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessage(
              "Cannot pull ghcr.io/app:latest (at its mirror 127.0.0.1:1/x/app): no connection to 127.0.0.1:1 can be made.");
    }
  }

  @Test
  void a_registrys_login_is_not_sent_to_its_mirror_which_has_its_own(@TempDir Path other)
      throws Exception {
    try (var mirror = DockerRegistry.withPassword(other)) {
      new Pushes(mirror.host(), Optional.of(DockerRegistry.LOGIN))
          .image("hub/team/app", "v1", List.of(LAYER));
      var mirrors =
          new Mirrors(
              Map.of(
                  RegistryPlace.parse("docker.io"), RegistryPlace.parse(mirror.host() + "/hub")));
      var image = ImageReference.parse("team/app:v1");
      // The very login that would open it, but of the registry's own name.
      try (var client = client(logins("docker.io", DockerRegistry.LOGIN).with(mirrors))) {
        assertThatThrownBy(() -> client.resolve(image))
            .isInstanceOf(Problem.Refused.class)
            .hasMessageContaining("docker.io/team/app:v1")
            .hasMessageContaining(mirror.host() + " wants a login for it");
      }
      try (var client = client(logins(mirror.host(), DockerRegistry.LOGIN).with(mirrors))) {
        assertThat(layer(client, image)).isEqualTo(BYTES);
      }
    }
  }

  @Test
  void that_a_mirror_is_on_this_machine_lets_no_image_name_it() {
    try (var client = client(mirrored("docker.io", ""))) {
      assertThatThrownBy(() -> client.digest(image(registry.host(), "app")))
          .isInstanceOf(Problem.Refused.class)
          .hasMessageContaining("is on the server's own machine");
    }
  }

  private static RegistryAccess logins(String host, Login login) {
    return new RegistryAccess(Map.of(host, login), Set.of(), Map.of(), Mirrors.NONE);
  }

  /** The token dance: 401 with a realm, a token for it, then the registry behind. */
  private void tokenDance(Front front, HttpExchange exchange, String realmHost) throws Exception {
    if (exchange.getRequestURI().getPath().equals("/token")) {
      boolean known = DockerRegistry.LOGIN.basic().equals(header(exchange));
      if (!known) Front.status(exchange, 401);
      else
        Front.send(
            exchange,
            200,
            "{\"token\":\"t-1\",\"expires_in\":300}".getBytes(StandardCharsets.UTF_8),
            999);
    } else if ("Bearer t-1".equals(header(exchange))) {
      front.pass(exchange, registry.host(), Long.MAX_VALUE);
    } else {
      exchange
          .getResponseHeaders()
          .set(
              "WWW-Authenticate",
              "Bearer realm=\"http://%s/token\",service=\"test\",scope=\"repository:app:push\""
                  .formatted(realmHost));
      Front.status(exchange, 401);
    }
  }

  private static String header(HttpExchange exchange) {
    return String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  @Test
  void a_token_is_fetched_once_with_the_login_and_for_reading_only() throws Exception {
    new Pushes(registry.host()).image("app", "v1", List.of(LAYER));
    var fronts = new Front[1];
    try (var front = new Front(ex -> tokenDance(fronts[0], ex, fronts[0].host()))) {
      fronts[0] = front;
      try (var client = client(logins(front.host(), DockerRegistry.LOGIN))) {
        assertThat(layer(client, image(front.host(), "app:v1"))).isEqualTo(BYTES);
      }
      assertThat(front.askedFor("/token"))
          .singleElement()
          .satisfies(asked ->
              assertThat(asked.path())
                  .isEqualTo("/token?service=test&scope=repository%3Aapp%3Apull"));
      assertThat(front.askedFor("/v2/")).noneMatch(one -> one.authorization().startsWith("Basic"));
      try (var client = client(logins(front.host(), new Login("ada", "wrong")))) {
        assertThatThrownBy(() -> client.resolve(image(front.host(), "app:v1")))
            .isInstanceOf(Problem.Refused.class)
            .hasMessageContaining("does not accept the configured login");
      }
    }
  }

  @Test
  void a_login_is_never_sent_to_a_realm_outside_the_registrys_domain() throws Exception {
    var fronts = new Front[1];
    try (var thief = new Front(ex -> Front.status(ex, 200));
        var front = new Front(ex -> tokenDance(fronts[0], ex, thief.host()))) {
      fronts[0] = front;
      try (var client = client(logins(front.host(), DockerRegistry.LOGIN))) {
        assertThatThrownBy(() -> client.resolve(image(front.host(), "app:v1")))
            .isInstanceOf(Problem.Refused.class)
            .hasMessageContaining("wants its login to be sent to " + thief.host());
      }
      assertThat(thief.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "docker.io, auth.docker.io, true",
    "ghcr.io, ghcr.io, true",
    "registry.gitlab.com, gitlab.com, true",
    "registry.example.com, gitlab.example.com, true",
    "registry.example.com, gitlab.example.com:8443, false",
    "registry.example.com:5000, auth.example.com, true",
    "docker.io, evil.io, false",
    "ghcr.io, evil.io, false",
    "registry.example.com, evilexample.com, false",
    "example.co.uk, evil.co.uk, false",
    "mine.azurecr.io, other.azurecr.io, false",
    "10.0.0.1, 10.0.0.2, false",
    "localhost:5000, localhost:6000, false",
    "corp, evil.corp, false",
    "quay.io, sso.redhat.com, true",
  })
  void whom_a_login_may_be_sent_to(String registry, String realm, boolean may) {
    var access =
        new RegistryAccess(
            Map.of(), Set.of(), Map.of("quay.io", Set.of("sso.redhat.com")), Mirrors.NONE);
    assertThat(access.maySeeLogin(registry, realm)).isEqualTo(may);
  }

  @Test
  void a_redirect_is_followed_without_what_proves_who_we_are() throws Exception {
    new Pushes(registry.host()).image("app", "v1", List.of(LAYER));
    var fronts = new Front[2];
    try (var storage = new Front(ex -> fronts[0].pass(ex, registry.host(), Long.MAX_VALUE));
        var front =
            new Front(ex -> {
              var path = ex.getRequestURI().getPath();
              boolean blob = path.contains("/blobs/");
              if (blob && header(ex).startsWith("Bearer")) {
                Front.redirect(ex, "http://" + storage.host() + path);
              } else {
                tokenDance(fronts[1], ex, fronts[1].host());
              }
            })) {
      fronts[0] = storage;
      fronts[1] = front;
      try (var client = client(logins(front.host(), DockerRegistry.LOGIN))) {
        assertThat(layer(client, image(front.host(), "app:v1"))).isEqualTo(BYTES);
      }
      assertThat(storage.asked).isNotEmpty().allMatch(one -> one.authorization().equals("null"));
    }
  }

  @Test
  void a_redirect_without_end_or_to_plain_http_is_refused() throws Exception {
    try (var front = new Front(ex -> Front.redirect(ex, ex.getRequestURI().toString()));
        var plain = new Front(ex -> Front.redirect(ex, "http://registry.example.com/x"));
        var metadata = new Front(ex -> Front.redirect(ex, "https://169.254.169.254/latest"));
        var client = anonymous()) {
      assertThatThrownBy(() -> client.resolve(image(front.host(), "a")))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("redirects more than 5 times");
      assertThatThrownBy(() -> client.resolve(image(plain.host(), "a")))
          .isInstanceOf(Problem.Refused.class)
          .hasMessageContaining("to registry.example.com by plain HTTP");
      assertThatThrownBy(() -> client.resolve(image(metadata.host(), "a")))
          .isInstanceOf(Problem.Refused.class)
          .hasMessageContaining("169.254.169.254");
    }
  }

  @Test
  void a_cut_layer_goes_on_where_it_was_cut() throws Exception {
    new Pushes(registry.host()).image("app", "v1", List.of(LAYER));
    var fronts = new Front[1];
    try (var front = new Front(ex -> fronts[0].pass(ex, registry.host(), 1_200_000))) {
      fronts[0] = front;
      try (var client = anonymous()) {
        assertThat(layer(client, image(front.host(), "app:v1"))).isEqualTo(BYTES);
      }
      assertThat(front.askedFor(LAYER.diffId().toString()))
          .extracting(Front.Asked::range)
          .hasSize(3)
          .element(1)
          .asString()
          .matches("bytes=1[0-9]{6}-");
    }
  }

  @Test
  void a_registry_that_knows_no_ranges_begins_again() throws Exception {
    new Pushes(registry.host()).image("app", "v1", List.of(LAYER));
    var fronts = new Front[1];
    var calls = new AtomicInteger();
    try (var front =
        new Front(ex -> {
          boolean layer = ex.getRequestURI().getPath().endsWith(LAYER.diffId().hex());
          if (!layer) fronts[0].pass(ex, registry.host(), Long.MAX_VALUE);
          else Front.send(ex, 200, BYTES, calls.incrementAndGet() == 1 ? 2_000_000 : 9_000_000);
        })) {
      fronts[0] = front;
      try (var client = anonymous()) {
        assertThat(layer(client, image(front.host(), "app:v1"))).isEqualTo(BYTES);
      }
    }
    assertThat(calls).hasValue(2);
  }

  @Test
  void a_layer_of_another_digest_and_one_that_stalls_are_told() throws Exception {
    new Pushes(registry.host()).image("app", "v1", List.of(LAYER));
    var wrong = BYTES.clone();
    wrong[1_000_000]++;
    var fronts = new Front[1];
    var stalls = new AtomicInteger();
    try (var front =
        new Front(ex -> {
          boolean layer = ex.getRequestURI().getPath().endsWith(LAYER.diffId().hex());
          if (!layer) {
            fronts[0].pass(ex, registry.host(), Long.MAX_VALUE);
          } else if (stalls.get() == 0) {
            Front.send(ex, 200, wrong, Long.MAX_VALUE);
          } else {
            stalls.incrementAndGet();
            ex.sendResponseHeaders(200, BYTES.length);
            ex.getResponseBody().write(1);
            ex.getResponseBody().flush();
            Thread.sleep(Duration.ofSeconds(3)); // what a stalled sender does
          }
        })) {
      fronts[0] = front;
      try (var client = anonymous();
          var impatient = RegistryClient.open(HERE, Platform.here(), IMPATIENT)) {
        var image = image(front.host(), "app:v1");
        var named = client.resolve(image).layers().getFirst();
        assertThatThrownBy(() -> layer(client, image, named))
            .isInstanceOf(Problem.Unavailable.class)
            .hasMessageContaining("has another digest");
        stalls.set(1);
        assertThatThrownBy(() -> layer(impatient, image, named))
            .isInstanceOf(Problem.Unavailable.class)
            .hasMessageContaining("broke again and again");
      }
    }
    assertThat(stalls).hasValue(1 + IMPATIENT.attempts());
  }

  @Test
  void a_busy_registry_is_asked_again_and_not_for_ever() throws Exception {
    new Pushes(registry.host()).image("app", "v1", List.of(LAYER));
    var fronts = new Front[1];
    var calls = new AtomicInteger();
    try (var front =
        new Front(ex -> {
          if (calls.incrementAndGet() <= 2) Front.status(ex, 503);
          else fronts[0].pass(ex, registry.host(), Long.MAX_VALUE);
        })) {
      fronts[0] = front;
      try (var client = anonymous()) {
        assertThat(client.resolve(image(front.host(), "app:v1")).layers()).hasSize(1);
        calls.set(Integer.MIN_VALUE);
        assertThatThrownBy(() -> client.resolve(image(front.host(), "app:v1")))
            .isInstanceOf(Problem.Unavailable.class)
            .hasMessageContaining("is in trouble (it answered 503)");
      }
      assertThat(calls).hasValue(Integer.MIN_VALUE + PATIENT.attempts());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:%d/a", "127.0.0.1:%d/a", "x.localhost:%d/a"})
  void an_image_is_no_way_to_what_only_this_machine_may_ask(String name) throws Exception {
    var asked = new AtomicInteger();
    try (var front =
            new Front(ex -> {
              asked.incrementAndGet();
              Front.status(ex, 200);
            });
        var client = client(RegistryAccess.anonymous())) {
      var image = name.formatted(Integer.parseInt(front.host().replaceFirst(".*:", "")));
      assertThatThrownBy(() -> client.digest(ImageReference.parse(image)))
          .isInstanceOfAny(Problem.Refused.class, Problem.Unavailable.class);
      assertThat(asked).hasValue(0);
    }
  }

  @Test
  void hosts_that_are_not_there_are_told_apart() throws Exception {
    try (var client = anonymous()) {
      assertThatThrownBy(() -> client.digest(ImageReference.parse("no-such-host.invalid/a")))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("the name no-such-host.invalid cannot be resolved");
      assertThatThrownBy(() -> client.digest(ImageReference.parse("127.0.0.1:1/a")))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("no connection to 127.0.0.1:1 can be made");
      for (var metadata : List.of("169.254.169.254", "168.63.129.16", "100.100.100.200")) {
        assertThatThrownBy(() -> client.digest(ImageReference.parse(metadata + "/a")))
            .isInstanceOf(Problem.Refused.class);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"schemaVersion\":1,\"fsLayers\":[]} | schema 1",
        "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[],\"config\":{}} | neither",
        "{\"schemaVersion\":2,\"manifests\":[]} | but for no platform",
        "{} | neither",
        "not json | cannot be read",
        "null | cannot be read",
        "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"helm\"},\"layers\":[]} | no file system",
      })
  void a_manifest_that_makes_no_sense_is_refused(String json, String why) throws Exception {
    try (var front =
            new Front(ex -> Front.send(ex, 200, json.getBytes(StandardCharsets.UTF_8), 9999));
        var client = anonymous()) {
      assertThatThrownBy(() -> client.resolve(image(front.host(), "a")))
          .isInstanceOf(Problem.Invalid.class)
          .hasMessageContaining(why);
    }
  }

  @Test
  void an_endless_manifest_and_one_of_too_many_layers_are_refused() throws Exception {
    var many = "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\"},".repeat(128);
    var json =
        "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\"},\"layers\":[%s]}"
            .formatted(many.substring(0, many.length() - 1));
    try (var large = new Front(ex -> Front.send(ex, 200, new byte[5 << 20], Long.MAX_VALUE));
        var layers =
            new Front(ex -> Front.send(ex, 200, json.getBytes(StandardCharsets.UTF_8), 1 << 20));
        var client = anonymous()) {
      assertThatThrownBy(() -> client.resolve(image(large.host(), "a")))
          .hasMessageContaining("larger than 4194304 bytes");
      assertThatThrownBy(() -> client.resolve(image(layers.host(), "a")))
          .hasMessageContaining("it has 128 layers");
    }
  }
}
