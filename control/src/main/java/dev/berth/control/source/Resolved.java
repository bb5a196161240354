package dev.berth.control.source;

import dev.berth.definition.Definition;
import dev.berth.protocol.Notice;
import java.util.List;

/**
 * A source and what its repository says of workspaces.
 *
 * @param definition what is said at the commit, whichever file says it
 * @param notices for the user: what was done otherwise than asked, and why
 */
public record Resolved(Source source, Definition definition, List<Notice> notices) {
  public Resolved {
    notices = List.copyOf(notices);
  }
}
