package dev.berth.installer.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.installer.manifests.Manifest;
import dev.berth.installer.manifests.Stage;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What the cluster knows of an installation: the manifests that were last applied to their end,
 * those that were tried since, and what stays though nobody wants it any more. Kept in a secret
 * beside it, since manifests of secrets are among them. Only who has the {@link Turn} writes it;
 * who lost it without knowing is refused, as each change names the version that it read.
 */
final class Applied {
  static final String NAME = "berth-installation";

  private static final String GOOD = "good.json.gz";
  private static final String TRIED = "tried.json.gz";
  private static final String LEFT = "left.json.gz";
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
    return content().manifests(GOOD);
  }

  /** Those of all attempts since, of which none has ended well. */
  List<Manifest> tried() {
    return content().manifests(TRIED);
  }

  /** Whatever may be there: each object once, as it was applied last. */
  List<Manifest> all() {
    return content().all();
  }

  /** Whether there is an installation, or was one whose data stayed. */
  boolean isThere() {
    return content().secret().isPresent();
  }

  /** The attempt that has not ended. */
  Optional<Attempt> begun() {
    return content().attempt(BEGUN);
  }

  /** When it last ended well. */
  Optional<Attempt> ended() {
    return content().attempt(ENDED);
  }

  /** What earlier attempts made is not forgotten by a new one. */
  void begin(Attempt attempt, List<Manifest> manifests) {
    change(before ->
        before.isBegun(attempt)
            ? Map.of()
            : Map.of(
                BEGUN,
                Json.bytes(attempt),
                TRIED,
                packed(joined(manifests, before.manifests(TRIED)))));
  }

  /**
   * It has ended well, and all but data and namespaces that are not wanted is gone. A {@link
   * Problem.Conflict} where it is not the newest attempt any more.
   */
  void end(Attempt attempt, List<Manifest> manifests) {
    change(before -> {
      boolean ended = before.attempt(ENDED).filter(attempt::equals).isPresent();
      if (ended && before.attempt(BEGUN).isEmpty()) return Map.of();
      before.mustBe(attempt);
      return Map.of(
          GOOD,
          packed(manifests),
          ENDED,
          Json.bytes(attempt),
          BEGUN,
          new byte[0],
          TRIED,
          packed(List.of()),
          LEFT,
          packed(without(staying(before.all()), manifests)));
    });
  }

  /** It has not ended well, and what was there before is there again. */
  void giveUp(Attempt attempt) {
    change(before -> {
      if (before.attempt(BEGUN).isEmpty()) return Map.of();
      before.mustBe(attempt);
      return Map.of(
          BEGUN,
          new byte[0],
          TRIED,
          packed(List.of()),
          LEFT,
          packed(without(staying(before.all()), before.manifests(GOOD))));
    });
  }

  private static List<Manifest> staying(List<Manifest> manifests) {
    return manifests.stream().filter(one -> one.isData() || one.isNamespace()).toList();
  }

  /** Those of {@code manifests} that are not among {@code others}. */
  static List<Manifest> without(List<Manifest> manifests, List<Manifest> others) {
    var keys = others.stream().map(Manifest::key).collect(Collectors.toSet());
    return manifests.stream().filter(one -> !keys.contains(one.key())).toList();
  }

  private static List<Manifest> joined(List<Manifest> newer, List<Manifest> older) {
    return Stream.concat(newer.stream(), without(older, newer).stream())
        .sorted(Comparator.comparing(Manifest::stage))
        .toList();
  }

  void forget() {
    target.ask(
        "Forgetting the installation",
        () -> target.client().secrets().inNamespace(namespace).withName(NAME).delete());
  }

  private Content content() {
    return new Content(
        target.ask(
            "Reading what is applied",
            () ->
                Optional.ofNullable(
                    target.client().secrets().inNamespace(namespace).withName(NAME).get())));
  }

  /**
   * Writes what {@code change} makes of the record, where nobody has written since that was read.
   *
   * @param change entries that become others; none where all is written already, by a try whose
   *     answer got lost
   */
  private void change(Function<Content, Map<String, byte[]>> change) {
    var before = content();
    var entries = change.apply(before);
    if (entries.isEmpty() || write(before.secret(), entries)) return;
    var since = content();
    if (!change.apply(since).isEmpty()) throw since.another();
  }

  private boolean write(Optional<Secret> before, Map<String, byte[]> entries) {
    var data = new LinkedHashMap<String, String>();
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
    return target.write("Keeping what is applied", before, secret, data);
  }

  /** The record as it was at one moment. */
  private record Content(Optional<Secret> secret) {
    private Optional<byte[]> entry(String key) {
      return secret
          .map(Secret::getData)
          .map(data -> data.get(key))
          .filter(text -> !text.isEmpty())
          .map(text -> Base64.getDecoder().decode(text));
    }

    Optional<Attempt> attempt(String key) {
      return entry(key).map(bytes -> Json.read(bytes, Attempt.class));
    }

    boolean isBegun(Attempt attempt) {
      return attempt(BEGUN).filter(attempt::equals).isPresent();
    }

    void mustBe(Attempt attempt) {
      if (!isBegun(attempt)) throw another();
    }

    Problem another() {
      return new Problem.Conflict(
          "%s has changed this installation meanwhile, so what was done here is not recorded."
              .formatted(
                  attempt(BEGUN).or(() -> attempt(ENDED)).map(Attempt::who).orElse("Somebody")),
          "See what it came to: berth install status; apply once more where that is not what you want.");
    }

    List<Manifest> all() {
      return joined(manifests(TRIED), joined(manifests(GOOD), manifests(LEFT)));
    }

    List<Manifest> manifests(String key) {
      return entry(key).map(this::unpacked).orElseGet(List::of);
    }

    private List<Manifest> unpacked(byte[] packed) {
      var manifests = new ArrayList<Manifest>();
      try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        for (var entry : Json.read(in.readAllBytes(), Entries.class).entries()) {
          manifests.add(new Manifest(entry.stage(), (ObjectNode) JSON.readTree(entry.body())));
        }
        return List.copyOf(manifests);
      } catch (IOException e) {
        throw new Problem.Invalid(
            "What the secret %s/%s says of the installation cannot be read: %s."
                .formatted(
                    secret.map(one -> one.getMetadata().getNamespace()).orElse("?"),
                    NAME,
                    e.getMessage()),
            "Delete it and apply once more; objects that are no longer wanted then stay.",
            e);
      }
    }
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
}
