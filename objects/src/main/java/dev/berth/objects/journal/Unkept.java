package dev.berth.objects.journal;

import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A {@link Journaled} store that keeps nothing here for being read. */
record Unkept(Journaled store, Consumer<ObjectName> healed) implements ObjectStore {
  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    return store.putIfAbsent(name, bytes);
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
  public Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException {
    return store.find(name);
  }

  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    return store.list(folder, after);
  }

  @Override
  public boolean heal(ObjectName name) throws InterruptedException {
    if (!store.heal(name)) return false;
    healed.accept(name);
    return true;
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    store.delete(name);
  }
}
