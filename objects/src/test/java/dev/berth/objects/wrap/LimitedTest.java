package dev.berth.objects.wrap;

import dev.berth.objects.ObjectStore;
import dev.berth.objects.ObjectStoreContract;
import dev.berth.objects.memory.MemoryStore;
import java.time.Clock;

final class LimitedTest extends ObjectStoreContract {
  @Override
  protected ObjectStore store() {
    return new Limited(new MemoryStore(Clock.systemUTC()), 2);
  }
}
