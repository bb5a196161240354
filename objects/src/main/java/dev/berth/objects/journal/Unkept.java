package dev.berth.objects.journal;

import dev.berth.objects.ObjectName;
import dev.berth.objects.wrap.Forwarding;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** A {@link Journaled} store that keeps nothing here for being read. */
final class Unkept extends Forwarding {
  private final Journaled store;
  private final Consumer<ObjectName> healed;

  Unkept(Journaled store, Consumer<ObjectName> healed) {
    super(store);
    this.store = store;
    this.healed = healed;
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    return store.readUnkept(name);
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    return store.readUnkept(name, offset, length);
  }

  @Override
  public boolean heal(ObjectName name) throws InterruptedException {
    if (!store.heal(name)) return false;
    healed.accept(name);
    return true;
  }
}
