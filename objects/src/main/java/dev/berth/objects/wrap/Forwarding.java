package dev.berth.objects.wrap;

import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Has another store do everything, for who changes a part of it. */
public abstract class Forwarding implements ObjectStore {
  private final ObjectStore store;

  protected Forwarding(ObjectStore store) {
    this.store = store;
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    return store.putIfAbsent(name, bytes);
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    return store.read(name);
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    return store.read(name, offset, length);
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
  public void delete(ObjectName name) throws IOException, InterruptedException {
    store.delete(name);
  }

  @Override
  public boolean heal(ObjectName name) throws IOException, InterruptedException {
    return store.heal(name);
  }

  @Override
  public Optional<URI> link(ObjectName name, Duration good) {
    return store.link(name, good);
  }
}
