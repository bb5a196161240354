package dev.berth.installer.images;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.registry.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that an image with all its platforms consists of, its documents read and compared.
 *
 * @param inner the documents that another one names, each after those that it names itself
 * @param top the one that a tag names
 * @param blobs configurations and layers, each once
 */
record ImageTree(
    List<RegistryPlaces.Document> inner,
    RegistryPlaces.Document top,
    Collection<Descriptor> blobs) {
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final Set<String> LISTS =
      Set.of(INDEX, "application/vnd.docker.distribution.manifest.list.v2+json");
  private static final Set<String> MANIFESTS =
      Set.of(MANIFEST, "application/vnd.docker.distribution.manifest.v2+json");

  /** Official images have 20 (10 platforms, each with a word of how it was built). */
  private static final int MOST_DOCUMENTS = 256;

  /** A list of lists is the most that anybody was seen to make. */
  private static final int MOST_DEPTH = 3;

  /** Docker's bound of layers is 127; a manifest of another kind of content may name some more. */
  private static final int MOST_BLOBS = 1024;

  static final JsonMapper JSON =
      JsonMapper.builder()
          // A document that two readers see two images in is no document.
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Reads what {@code top} names, however deep. */
  static ImageTree read(Source source, RegistryPlaces.Document top) throws InterruptedException {
    var reading = new Reading(source);
    reading.parts(top, 1);
    return new ImageTree(
        List.copyOf(reading.inner.values()), top, List.copyOf(reading.blobs.values()));
  }

  private static final class Reading {
    private final Source source;
    private final Map<Digest, RegistryPlaces.Document> inner = new LinkedHashMap<>();
    private final Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    private int asked;

    Reading(Source source) {
      this.source = source;
    }

    void parts(RegistryPlaces.Document document, int depth) throws InterruptedException {
      var json = json(document);
      var said = json.path("mediaType").asText(document.mediaType());
      if (!said.equals(document.mediaType())) {
        throw source.refused(
            "%s is called %s by what names it and %s by itself"
                .formatted(document.digest(), document.mediaType(), said));
      }
      if (LISTS.contains(said) && !json.has("layers") && !json.has("config")) {
        for (var named : array(json, "manifests", MOST_DOCUMENTS)) document(named, depth + 1);
      } else if (MANIFESTS.contains(said) && !json.has("manifests")) {
        blob(Descriptor.parse(json.path("config"), source));
        for (var layer : array(json, "layers", MOST_BLOBS)) blob(Descriptor.parse(layer, source));
      } else {
        throw source.refused(
            "%s is neither a manifest nor a list of them that Berth knows (%s)"
                .formatted(document.digest(), said.isEmpty() ? "without a media type" : said));
      }
    }

    private void document(JsonNode named, int depth) throws InterruptedException {
      var descriptor = Descriptor.parse(named, source);
      if (inner.containsKey(descriptor.digest())) return;
      if (depth > MOST_DEPTH) {
        throw source.refused(
            "its lists of manifests are more than %d deep".formatted(MOST_DEPTH - 1));
      }
      // Counted before they are read: a list that names the same lists in turn ends here, too.
      if (++asked > MOST_DOCUMENTS) {
        throw source.refused("it has more than %d manifests".formatted(MOST_DOCUMENTS));
      }
      var document = source.read(descriptor);
      parts(document, depth);
      inner.put(descriptor.digest(), document);
    }

    private void blob(Descriptor blob) {
      var other = blobs.putIfAbsent(blob.digest(), blob);
      if (other != null && other.bytes() != blob.bytes()) {
        throw source.refused(
            "%s is to have %,d bytes at one place and %,d at another"
                .formatted(blob.digest(), other.bytes(), blob.bytes()));
      }
    }

    private List<JsonNode> array(JsonNode json, String name, int most) {
      var array = json.path(name);
      if (!array.isArray()) throw source.refused("a manifest has no list of " + name);
      if (array.size() > most) {
        throw source.refused("a manifest names %,d %s".formatted(array.size(), name));
      }
      var all = new ArrayList<JsonNode>();
      array.forEach(all::add);
      return all;
    }

    private JsonNode json(RegistryPlaces.Document document) {
      try {
        var json = JSON.readTree(document.bytes());
        if (json.isObject()) return json;
      } catch (IOException _) {
        // told below: the parser's own words quote the document
      }
      throw source.refused("the manifest %s is no JSON object".formatted(document.digest()));
    }
  }
}
