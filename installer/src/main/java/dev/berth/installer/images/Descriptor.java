package dev.berth.installer.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.base.Problem;
import dev.berth.registry.Digest;

/**
 * A part of an image as another part names it: what is there must be exactly this.
 *
 * @param mediaType as it is written; empty where it is not
 */
record Descriptor(String mediaType, Digest digest, long bytes) {
  /** The largest layer: 1 TiB compressed is more than any disk here holds. */
  private static final long MOST_BYTES = 1L << 40;

  /** What {@code json} says, whole; else the failure of {@code source}. */
  static Descriptor parse(JsonNode json, Source source) {
    var digest = json.path("digest");
    var size = json.path("size");
    if (!digest.isTextual() || !size.canConvertToLong() || !size.isIntegralNumber()) {
      throw source.refused("a part is named without its digest or its size");
    }
    if (size.asLong() < 0 || size.asLong() > MOST_BYTES) {
      throw source.refused("a part is to have %d bytes".formatted(size.asLong()));
    }
    try {
      return new Descriptor(
          json.path("mediaType").asText(""), Digest.parse(digest.asText()), size.asLong());
    } catch (Problem.Invalid problem) {
      throw source.refused(problem.what());
    }
  }
}
