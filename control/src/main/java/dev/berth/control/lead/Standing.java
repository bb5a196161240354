package dev.berth.control.lead;

import java.util.Optional;

/** Where a control stands among those that share a database. */
public sealed interface Standing {
  /** It looks and answers. */
  record Leads() implements Standing {}

  /** It has the lease, and opens what leading takes. */
  record Begins() implements Standing {}

  /**
   * Another leads, or none yet.
   *
   * @param leader empty where nobody has the lease
   */
  record StandsBy(Optional<LeaseStore.Holder> leader) implements Standing {}

  /** It does not know, since the database does not answer. */
  record Lost(String why) implements Standing {}
}
