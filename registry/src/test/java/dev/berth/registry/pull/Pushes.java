package dev.berth.registry.pull;

import dev.berth.registry.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Pushes hand-made images by plain HTTP calls. */
public final class Pushes {
  /** A layer to push: what is sent, and the digest of what it unpacks to. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Layer(byte[] bytes, Digest diffId, String mediaType) {
    /** {@code tar}, compressed by gzip. */
    public static Layer gzip(byte[] tar) {
      return new Layer(gzipped(tar), Digest.of(tar), "application/vnd.oci.image.layer.v1.tar+gzip");
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final String host;
  private final Optional<Login> login;

  public Pushes(String host) {
    this(host, Optional.empty());
  }

  Pushes(String host, Optional<Login> login) {
    this.host = host;
    this.login = login;
  }

  /** Pushes an image for this machine; returns its digest. */
  public Digest image(String path, String tag, List<Layer> layers) throws Exception {
    return image(path, tag, layers, Platform.here());
  }

  Digest image(String path, String tag, List<Layer> layers, Platform platform) throws Exception {
    return manifest(path, tag, manifest(path, layers, platform), Manifests.OCI_MANIFEST);
  }

  /** Pushes something that is no image, as one blob of {@code mediaType}; returns its digest. */
  public Digest artifact(String path, String tag, byte[] blob, String mediaType) throws Exception {
    var empty = "{}".getBytes(StandardCharsets.UTF_8);
    var json =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}
        """
            .formatted(
                Manifests.OCI_MANIFEST,
                descriptor("application/vnd.devcontainers", blob(path, empty), empty.length),
                descriptor(mediaType, blob(path, blob), blob.length));
    return manifest(path, tag, json, Manifests.OCI_MANIFEST);
  }

  /** Pushes what an image consists of; returns its manifest. */
  String manifest(String path, List<Layer> layers, Platform platform) throws Exception {
    var diffIds = new ArrayList<String>();
    var descriptors = new ArrayList<String>();
    for (var layer : layers) {
      diffIds.add("\"" + layer.diffId() + "\"");
      descriptors.add(
          descriptor(layer.mediaType(), blob(path, layer.bytes()), layer.bytes().length));
    }
    var config =
        """
        {"architecture":"%s","os":"%s","config":{"Env":["PATH=/bin:/usr/bin","LANG=C.UTF-8"],
         "User":"gitpod","WorkingDir":"/home"},"rootfs":{"type":"layers","diff_ids":[%s]}}
        """
            .formatted(platform.architecture(), platform.os(), String.join(",", diffIds))
            .getBytes(StandardCharsets.UTF_8);
    return """
    {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}
    """
        .formatted(
            Manifests.OCI_MANIFEST,
            descriptor(
                "application/vnd.oci.image.config.v1+json", blob(path, config), config.length),
            String.join(",", descriptors));
  }

  static String descriptor(String mediaType, Digest digest, long size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digest, size);
  }

  Digest blob(String path, byte[] bytes) throws Exception {
    var digest = Digest.of(bytes);
    var start =
        send(
            request("/v2/" + path + "/blobs/uploads/")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    var location = start.headers().firstValue("location").orElseThrow();
    var put = URI.create("http://" + host).resolve(location) + "&digest=" + digest;
    var done =
        send(
            authorized(HttpRequest.newBuilder(URI.create(put)))
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build());
    if (done.statusCode() != 201) throw new IOException(done.statusCode() + " " + done.body());
    return digest;
  }

  Digest manifest(String path, String reference, String json, String mediaType) throws Exception {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    var done =
        send(
            request("/v2/" + path + "/manifests/" + reference)
                .header("Content-Type", mediaType)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build());
    if (done.statusCode() != 201) throw new IOException(done.statusCode() + " " + done.body());
    return Digest.of(bytes);
  }

  private HttpRequest.Builder request(String path) {
    return authorized(HttpRequest.newBuilder(URI.create("http://" + host + path)));
  }

  private HttpRequest.Builder authorized(HttpRequest.Builder request) {
    login.ifPresent(user -> request.header("Authorization", user.basic()));
    return request;
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** {@code bytes} as gzip has them. */
  public static byte[] gzipped(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }
}
