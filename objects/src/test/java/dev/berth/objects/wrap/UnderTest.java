package dev.berth.objects.wrap;

import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.ObjectStoreContract;
import dev.berth.objects.memory.MemoryStore;
import java.time.Clock;

final class UnderTest extends ObjectStoreContract {
  @Override
  protected ObjectStore store() throws Exception {
    var store = new MemoryStore(Clock.systemUTC());
    store.putIfAbsent(ObjectName.of("folder/another-owners"), bytes("x"));
    return new Under(store, ObjectName.of("owners/one"));
  }
}
