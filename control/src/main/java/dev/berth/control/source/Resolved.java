package dev.berth.control.source;

import dev.berth.definition.Definition;
import java.util.List;

/**
 * A source and what its repository says of workspaces.
 *
 * @param definition what is said at the commit, whichever file says it
 * @param notices for the user: what was done otherwise than asked, and why
 */
public record Resolved(Source source, Definition definition, List<String> notices) {
  public Resolved {
    notices = List.copyOf(notices);
  }
}
