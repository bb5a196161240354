package dev.berth.gateway.control;

import java.net.InetSocketAddress;
import java.util.Optional;

/** Which control is asked. Any thread may call. */
public sealed interface Leader extends AutoCloseable permits Leader.Always, FoundLeader {
  /** Where the one that leads answers; empty while none is known. */
  Optional<InetSocketAddress> address();

  /** It did not answer, or not as one that leads: it is looked for again. */
  void doubt();

  /**
   * The standing connection to {@code one} broke: its address may be another's by now, so nothing
   * is sent there before it proved itself anew.
   */
  void lost(InetSocketAddress one);

  /** Has {@code moved} called whenever another leads, from some thread. */
  void onMove(Runnable moved);

  @Override
  void close();

  /** The only one. */
  record Always(InetSocketAddress control) implements Leader {
    @Override
    public Optional<InetSocketAddress> address() {
      return Optional.of(control);
    }

    @Override
    public void doubt() {
      // There is no other.
    }

    @Override
    public void lost(InetSocketAddress one) {
      // There is no other.
    }

    @Override
    public void onMove(Runnable moved) {
      // It never does.
    }

    @Override
    public void close() {
      // There is nothing open.
    }
  }
}
