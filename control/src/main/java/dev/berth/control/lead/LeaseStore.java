package dev.berth.control.lead;

import java.time.Duration;
import java.util.Optional;

/**
 * The one lease that controls share. Each call is one statement, ends within some seconds also
 * where the database hangs, and fails with an exception where it does not answer.
 */
public interface LeaseStore {
  /**
   * Who holds it.
   *
   * @param address where the holder's API answers, as host:port
   */
  record Holder(String name, String address) {}

  /**
   * Takes it for {@code length} from now by the database's clock, where nobody else holds it;
   * whether it is held now.
   */
  boolean take(Holder holder, Duration length);

  /** Gives it back, so that another may take it at once; nothing where another holds it. */
  void giveBack(Holder holder);

  /** Who holds it now. */
  Optional<Holder> holder();
}
