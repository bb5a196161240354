package dev.berth.gateway.gallery;

import dev.berth.base.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * An answer of the registry, to be read once.
 *
 * @param length empty for one that is still coming and did not say
 * @param body blocks while more of it is still coming; throws where that breaks off
 */
record Copy(String type, OptionalLong length, From from, Response.BodySource body) {
  /** Where it is from, as RFC 9211 words it. */
  enum From {
    SHELF("Berth; hit"),
    REGISTRY("Berth; fwd=miss; stored"),
    /** The registry is away, and this is better than nothing. */
    OLD("Berth; hit; detail=stale");

    final String status;

    From(String status) {
      this.status = status;
    }
  }

  /** The whole body; it is never larger than what is kept of its kind. */
  byte[] all() throws IOException, InterruptedException {
    var bytes = new ByteArrayOutputStream();
    body.writeTo(bytes::write);
    return bytes.toByteArray();
  }
}
