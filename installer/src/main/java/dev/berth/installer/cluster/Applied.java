package dev.berth.installer.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What the cluster knows of an installation: the manifests that were last applied to their end, and
 * who is at it now. Kept in a secret beside it, since manifests of secrets are among them.
 */
final class Applied {
  static final String NAME = "berth-installation";

  private static final String GOOD = "good.json.gz";
  private static final String TRIED = "tried.json.gz";
  private static final String BEGUN = "begun.json";
  private static final String ENDED = "ended.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A secret holds a MiB. */
  private static final int MOST_BYTES = 900_000;

  /** An attempt, who makes it and with which program. */
  record Attempt(Instant at, String who, String version) {}

  private final Target target;
  private final String namespace;

  Applied(Target target, String namespace) {
    this.target = target;
    this.namespace = namespace;
  }

  /** The manifests that were last applied to their end, in order; empty where none were. */
  List<Manifest> good() {
    return read(GOOD);
  }

  /** Those of an attempt that has not ended well. */
  List<Manifest> tried() {
    return read(TRIED);
  }

  /** The attempt that has not ended. */
  Optional<Attempt> begun() {
    return attempt(BEGUN);
  }

  /** When it last ended well. */
  Optional<Attempt> ended() {
    return attempt(ENDED);
  }

  private Optional<Attempt> attempt(String key) {
    var bytes = target.secret(namespace, NAME).get(key);
    return bytes == null || bytes.length == 0
        ? Optional.empty()
        : Optional.of(Json.read(bytes, Attempt.class));
  }

  void begin(Attempt attempt, List<Manifest> manifests) {
    write(Map.of(BEGUN, Json.bytes(attempt), TRIED, packed(manifests)));
  }

  void end(Attempt attempt, List<Manifest> manifests) {
    write(
        Map.of(
            GOOD,
            packed(manifests),
            ENDED,
            Json.bytes(attempt),
            BEGUN,
            new byte[0],
            TRIED,
            packed(List.of())));
  }

  /** It has not ended well, and what was there before is there again. */
  void giveUp() {
    write(Map.of(BEGUN, new byte[0], TRIED, packed(List.of())));
  }

  void forget() {
    target.ask(
        "Forgetting the installation",
        () -> target.client().secrets().inNamespace(namespace).withName(NAME).delete());
  }

  private void write(Map<String, byte[]> entries) {
    var data = new LinkedHashMap<String, String>();
    target
        .secret(namespace, NAME)
        .forEach((key, bytes) -> data.put(key, Base64.getEncoder().encodeToString(bytes)));
    entries.forEach((key, bytes) -> data.put(key, Base64.getEncoder().encodeToString(bytes)));
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(NAME)
            .withNamespace(namespace)
            .addToLabels("app.kubernetes.io/part-of", "berth")
            .addToLabels("app.kubernetes.io/managed-by", Target.OWNER)
            .addToAnnotations(
                Manifest.WHY,
                "What berth install applied last, to go back to and to see what is no longer wanted.")
            .endMetadata()
            .withType("berth.dev/installation")
            .withData(data)
            .build();
    target.ask(
        "Keeping what is applied",
        () ->
            target
                .client()
                .secrets()
                .inNamespace(namespace)
                .resource(secret)
                .patch(
                    new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(Target.OWNER)
                        .withForce(true)
                        .build()));
  }

  /** A manifest as it is kept. */
  private record Entry(Stage stage, String body) {}

  private record Entries(List<Entry> entries) {}

  private static byte[] packed(List<Manifest> manifests) {
    var entries =
        new Entries(
            manifests.stream().map(one -> new Entry(one.stage(), one.body().toString())).toList());
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(Json.write(entries).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (packed.size() > MOST_BYTES) {
      throw new Problem.Invalid(
          "The manifests take %,d bytes, more than a secret of the cluster holds."
              .formatted(packed.size()),
          "Leave files out of the settings that are not needed.");
    }
    return packed.toByteArray();
  }

  private List<Manifest> read(String key) {
    var bytes = target.secret(namespace, NAME).get(key);
    if (bytes == null) return List.of();
    var manifests = new ArrayList<Manifest>();
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      for (var entry : Json.read(in.readAllBytes(), Entries.class).entries()) {
        manifests.add(new Manifest(entry.stage(), (ObjectNode) JSON.readTree(entry.body())));
      }
      return List.copyOf(manifests);
    } catch (IOException e) {
      throw new Problem.Invalid(
          "What the secret %s/%s says of the installation cannot be read: %s."
              .formatted(namespace, NAME, e.getMessage()),
          "Delete it and apply once more; objects that are no longer wanted then stay.",
          e);
    }
  }
}
