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

/** One folder of a store as a store of its own. */
public final class Under implements ObjectStore {
  private final ObjectStore store;
  private final ObjectName folder;

  public Under(ObjectStore store, ObjectName folder) {
    this.store = store;
    this.folder = folder;
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    return store.putIfAbsent(inside(name), bytes);
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    return store.read(inside(name));
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    return store.read(inside(name), offset, length);
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException {
    return store.find(inside(name)).map(this::outside);
  }

  @Override
  public List<ObjectInfo> list(ObjectName of, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    return store.list(inside(of), after.map(this::inside)).stream().map(this::outside).toList();
  }

  @Override
  public boolean heal(ObjectName name) throws IOException, InterruptedException {
    return store.heal(inside(name));
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    store.delete(inside(name));
  }

  @Override
  public Optional<URI> link(ObjectName name, Duration good) {
    return store.link(inside(name), good);
  }

  private ObjectName inside(ObjectName name) {
    return folder.with(name.text());
  }

  private ObjectInfo outside(ObjectInfo info) {
    var name = new ObjectName(info.name().text().substring(folder.text().length() + 1));
    return new ObjectInfo(name, info.sizeBytes(), info.written());
  }
}
