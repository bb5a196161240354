package dev.berth.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * Asks for a workspace.
 *
 * @param contextUrl what to open
 * @param whenOneExists whether a workspace of the same context makes the answer a 409 that lists
 *     it; CREATE where not said
 * @param definition the file that the definition is read from; the one that comes first where empty
 */
public record OpenRequest(
    String contextUrl, Optional<WhenOneExists> whenOneExists, Optional<String> definition) {
  /** One that chooses nothing. */
  public OpenRequest(String contextUrl) {
    this(contextUrl, Optional.empty(), Optional.empty());
  }

  /** What to do where there is a workspace of the same context. */
  public enum WhenOneExists {
    @JsonProperty("ask")
    ASK,
    @JsonProperty("create")
    CREATE
  }
}
