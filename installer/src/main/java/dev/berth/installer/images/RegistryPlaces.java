package dev.berth.installer.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.base.Problem;
import dev.berth.base.text.Reason;
import dev.berth.registry.Digest;
import dev.berth.registry.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Registries to read from and to write to, as the operator may: unlike {@code
 * dev.berth.registry.pull}, which reads what strangers name, this one is told each name by who
 * installs.
 */
public final class RegistryPlaces implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMinutes(10);
  private static final Pattern PARAMETER = Pattern.compile("(\\w{1,32})=\"([^\"]*)\"");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String MANIFESTS =
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json,"
          + " application/vnd.docker.distribution.manifest.v2+json";

  private final HttpClient http;
  private final Set<String> insecure;
  private final Map<String, String> logins;
  private final Map<String, String> tokens = new HashMap<>();

  private RegistryPlaces(HttpClient http, Set<String> insecure, Map<String, String> logins) {
    this.http = http;
    this.insecure = insecure;
    this.logins = logins;
  }

  /** With the logins of Docker's file, where there is one. */
  public static RegistryPlaces open(Set<String> insecure) {
    var folder =
        Optional.ofNullable(System.getenv("DOCKER_CONFIG"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home", "/"), ".docker"));
    var http =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER) // a login must not follow
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    return new RegistryPlaces(http, insecure, logins(folder.resolve("config.json")));
  }

  private static Map<String, String> logins(Path file) {
    var logins = new HashMap<String, String>();
    if (!Files.exists(file)) return logins;
    try {
      for (var field : JSON.readTree(file.toFile()).path("auths").properties()) {
        var host = field.getKey().replaceFirst("^https?://", "").replaceFirst("/.*", "");
        var auth = field.getValue().path("auth").asText();
        if (!auth.isEmpty()) logins.put(host.equals("index.docker.io") ? "docker.io" : host, auth);
      }
      return logins;
    } catch (IOException e) {
      throw new Problem.Invalid(
          "The logins of registries in %s cannot be read: %s.".formatted(file, Reason.of(e)),
          "Mend the file: docker login, or podman login --authfile.",
          e);
    }
  }

  /** A document of a registry: a manifest or a list of them. */
  record Document(String mediaType, byte[] bytes) {
    Digest digest() {
      return Digest.of(bytes);
    }
  }

  /** The image's name with the digest of what it is now. */
  public ImageReference pinned(ImageReference image) throws InterruptedException {
    return image.digest().isPresent() ? image : image.at(manifest(image).digest());
  }

  Document manifest(ImageReference image) throws InterruptedException {
    var which = image.digest().map(Digest::toString).or(image::tag).orElse("latest");
    var response = get(image, "manifests/" + which, MANIFESTS);
    try (var body = response.body()) {
      var bytes = body.readNBytes(Source.MOST_DOCUMENT_BYTES + 1);
      if (bytes.length > Source.MOST_DOCUMENT_BYTES) {
        throw failed(image, "its manifest has no end");
      }
      var type = response.headers().firstValue("content-type").orElse("");
      var document = new Document(type.replaceFirst(" *;.*", ""), bytes);
      // Of a tag the registry says it itself, which tells what was changed on the way.
      var said = response.headers().firstValue("docker-content-digest");
      var meant = image.digest().map(Digest::toString).or(() -> said);
      if (meant.isPresent() && !isOf(meant.get(), bytes)) {
        throw failed(image, "its manifest has another digest than " + meant.get());
      }
      return document;
    } catch (IOException e) {
      throw away(image, e);
    }
  }

  private static boolean isOf(String text, byte[] bytes) {
    try {
      var digest = Digest.parse(text);
      var hasher = digest.hasher();
      hasher.update(bytes);
      return digest.matches(hasher);
    } catch (Problem.Invalid _) {
      return false;
    }
  }

  /** A manifest as it comes, by its digest; who reads it compares it. */
  InputStream document(ImageReference image) throws InterruptedException {
    return get(image, "manifests/" + image.digest().orElseThrow(), MANIFESTS).body();
  }

  /** A blob as it comes; who reads it sees whether it is whole. */
  InputStream blob(ImageReference image, Digest digest) throws InterruptedException {
    return get(image, "blobs/" + digest, "*/*").body();
  }

  /** Whether it is there, with as many bytes as it must have where the registry says how many. */
  boolean hasBlob(ImageReference image, Digest digest, long bytes) throws InterruptedException {
    var response = send(image, "HEAD", uri(image, "blobs/" + digest), Optional.empty(), "pull", "");
    var length = response.headers().firstValueAsLong("content-length");
    return response.statusCode() == 200 && length.orElse(bytes) == bytes;
  }

  void putBlob(ImageReference image, Digest digest, long bytes, BodyPublisher body)
      throws InterruptedException {
    var begun =
        send(
            image,
            "POST",
            uri(image, "blobs/uploads/"),
            Optional.of(BodyPublishers.noBody()),
            "pull,push",
            "application/octet-stream");
    var location = begun.headers().firstValue("location");
    if (begun.statusCode() != 202 || location.isEmpty()) throw answered(image, begun.statusCode());
    var at = uri(image, "").resolve(location.get());
    var whole =
        URI.create(
            at + (at.getRawQuery() == null ? "?" : "&") + "digest=" + encoded(digest.toString()));
    var put =
        send(
            image,
            "PUT",
            whole,
            Optional.of(BodyPublishers.fromPublisher(body, Math.max(1, bytes))),
            "pull,push",
            "application/octet-stream");
    if (put.statusCode() != 201) throw answered(image, put.statusCode());
  }

  void putManifest(ImageReference image, Document document) throws InterruptedException {
    var which = image.tag().or(() -> image.digest().map(Digest::toString)).orElse("latest");
    var put =
        send(
            image,
            "PUT",
            uri(image, "manifests/" + which),
            Optional.of(BodyPublishers.ofByteArray(document.bytes())),
            "pull,push",
            document.mediaType());
    if (put.statusCode() != 201) throw answered(image, put.statusCode());
  }

  private HttpResponse<InputStream> get(ImageReference image, String path, String accept)
      throws InterruptedException {
    var response = send(image, "GET", uri(image, path), Optional.empty(), "pull", accept);
    for (int hops = 0; response.statusCode() / 100 == 3 && hops < 5; hops++) {
      var to = response.headers().firstValue("location");
      if (to.isEmpty()) throw answered(image, response.statusCode());
      // Where blobs lie is asked without a login.
      response = exchange(image, HttpRequest.newBuilder(uri(image, "").resolve(to.get())).GET());
    }
    if (response.statusCode() != 200) throw answered(image, response.statusCode());
    return response;
  }

  private HttpResponse<InputStream> send(
      ImageReference image,
      String method,
      URI uri,
      Optional<BodyPublisher> body,
      String scope,
      String type)
      throws InterruptedException {
    var key = image.registry() + "/" + image.path() + " " + scope;
    var known = Optional.ofNullable(tokens.get(key));
    var first = exchange(image, request(method, uri, body, type, known));
    if (first.statusCode() != 401) return first;
    var authorization = authorization(image, scope, first);
    if (authorization.isEmpty()) return first;
    tokens.put(key, authorization.get());
    return exchange(image, request(method, uri, body, type, authorization));
  }

  private static HttpRequest.Builder request(
      String method,
      URI uri,
      Optional<BodyPublisher> body,
      String type,
      Optional<String> authorization) {
    var request = HttpRequest.newBuilder(uri).method(method, body.orElse(BodyPublishers.noBody()));
    authorization.ifPresent(header -> request.header("Authorization", header));
    if (!type.isEmpty()) request.header(body.isPresent() ? "Content-Type" : "Accept", type);
    return request;
  }

  private HttpResponse<InputStream> exchange(ImageReference image, HttpRequest.Builder request)
      throws InterruptedException {
    try {
      return http.send(request.timeout(ANSWER).build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw away(image, e);
    }
  }

  private Optional<String> authorization(
      ImageReference image, String scope, HttpResponse<InputStream> refused)
      throws InterruptedException {
    var challenge = refused.headers().firstValue("www-authenticate").orElse("");
    var login = Optional.ofNullable(logins.get(image.registry())).map(auth -> "Basic " + auth);
    if (challenge.regionMatches(true, 0, "basic", 0, 5)) return login;
    var parameters = new HashMap<String, String>();
    var match = PARAMETER.matcher(challenge);
    while (match.find()) parameters.put(match.group(1), match.group(2));
    var realm = parameters.get("realm");
    if (realm == null) return Optional.empty();
    var question =
        "%s%sservice=%s&scope=%s"
            .formatted(
                realm,
                realm.contains("?") ? "&" : "?",
                encoded(parameters.getOrDefault("service", "")),
                encoded("repository:%s:%s".formatted(image.path(), scope)));
    var request = HttpRequest.newBuilder(URI.create(question)).GET();
    login.ifPresent(header -> request.header("Authorization", header));
    var answer = exchange(image, request);
    if (answer.statusCode() != 200) throw answered(image, answer.statusCode());
    try (var body = answer.body()) {
      var json = JSON.readTree(body.readNBytes(1 << 17));
      var token = json.path("token").asText(json.path("access_token").asText());
      return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
    } catch (IOException e) {
      throw away(image, e);
    }
  }

  private URI uri(ImageReference image, String path) {
    var registry = image.registry();
    var host = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
    var bare = registry.replaceFirst(":\\d+$", "");
    boolean plain =
        insecure.contains(registry) || bare.equals("localhost") || bare.startsWith("127.");
    return URI.create(
        "%s://%s/v2/%s/%s".formatted(plain ? "http" : "https", host, image.path(), path));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Problem answered(ImageReference image, int status) {
    var login = logins.containsKey(image.registry());
    return new Problem.Unavailable(
        "%s answered %d when asked for %s.".formatted(image.registry(), status, image),
        switch (status) {
          case 401, 403 ->
              login
                  ? "The login of ~/.docker/config.json may not do that there: ask for the right."
                  : "Log in: docker login %s.".formatted(image.registry());
          case 404 -> "See that the image is called so.";
          default -> "Try again later, or ask who runs the registry.";
        });
  }

  static Problem failed(ImageReference image, String why) {
    return new Problem.Unavailable(
        "%s cannot be copied: %s.".formatted(image, why), "Try again; else push the image again.");
  }

  private static Problem away(ImageReference image, IOException e) {
    return new Problem.Unavailable(
        "%s was not reached for %s: %s."
            .formatted(
                image.registry(),
                image,
                Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName())),
        "See that this machine reaches it; one of plain HTTP is named in images.insecureRegistries.",
        e);
  }

  @Override
  public void close() {
    http.close();
  }
}
