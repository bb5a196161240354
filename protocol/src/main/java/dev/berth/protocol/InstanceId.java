package dev.berth.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.base.Problem;
import java.util.UUID;
import java.util.regex.Pattern;

/** The name of one run of a workspace: a UUID. */
public record InstanceId(@JsonValue String value) {
  private static final Pattern PATTERN =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** Takes an id that was made before; {@link Problem.Invalid} for anything else. */
  @JsonCreator
  public InstanceId {
    if (!PATTERN.matcher(value).matches()) {
      throw new Problem.Invalid("The instance id is no UUID.", "Give one as the API shows it.");
    }
  }

  /** A new id. */
  public static InstanceId create() {
    return new InstanceId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
