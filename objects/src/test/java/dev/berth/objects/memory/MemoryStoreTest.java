package dev.berth.objects.memory;

import dev.berth.objects.ObjectStore;
import dev.berth.objects.ObjectStoreContract;
import java.time.Clock;

final class MemoryStoreTest extends ObjectStoreContract {
  @Override
  protected ObjectStore store() {
    return new MemoryStore(Clock.systemUTC());
  }
}
