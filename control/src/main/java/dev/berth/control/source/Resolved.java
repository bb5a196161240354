package dev.berth.control.source;

import java.util.List;
import java.util.Optional;

/**
 * A source and what its repository says of workspaces.
 *
 * @param gitpodYml the bytes of {@code .gitpod.yml} at the commit; a file that is too large is cut
 *     behind the largest size that the definition reads, so that it says so
 * @param notices for the user: what was done otherwise than asked, and why
 */
public record Resolved(Source source, Optional<byte[]> gitpodYml, List<String> notices) {
  public Resolved {
    notices = List.copyOf(notices);
  }
}
