package dev.berth.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.base.Problem;
import java.util.UUID;
import java.util.regex.Pattern;

/** The name of a user's account: a UUID, never shown to other users. */
public record UserId(@JsonValue String value) {
  private static final Pattern PATTERN = Pattern.compile("[0-9a-f-]{36}");

  /** Takes an id that was made before; {@link Problem.Invalid} for anything else. */
  @JsonCreator
  public UserId {
    if (!isForm(value)) {
      throw new Problem.Invalid("The user id is no UUID.", "Give one as the API shows it.");
    }
  }

  /** Whether it has the form of one. */
  public static boolean isForm(String text) {
    return PATTERN.matcher(text).matches();
  }

  /** A new id. */
  public static UserId create() {
    return new UserId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
