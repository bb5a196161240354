package dev.berth.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A part of a folder at a saved moment.
 *
 * @param path of the folder, absolute, as seen inside
 * @param after the name that the next part begins behind; empty where nothing follows
 */
public record SavedFolder(String path, List<Item> items, Optional<String> after) {
  public SavedFolder {
    items = List.copyOf(items);
  }

  /** What something is. */
  public enum Kind {
    @JsonProperty("file")
    FILE,
    @JsonProperty("folder")
    FOLDER,
    @JsonProperty("link")
    LINK,
    @JsonProperty("pipe")
    PIPE,
    @JsonProperty("deleted")
    DELETED
  }

  /**
   * One name in it.
   *
   * @param name as a path has it: a backslash, and what nobody could read, as {@code \xHH}
   * @param bytes 0 but for a file
   * @param rights as {@code chmod} takes them: 0644
   * @param target of a link, written as a name is
   */
  public record Item(
      String name,
      Kind kind,
      long bytes,
      Instant modified,
      String rights,
      Optional<String> target) {}
}
