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
import java.util.concurrent.Semaphore;

/** Lets only so many calls through at once, in the order they came; the others wait. */
public final class Limited implements ObjectStore {
  private final ObjectStore store;
  private final Semaphore calls;

  public Limited(ObjectStore store, int callsAtOnce) {
    this.store = store;
    this.calls = new Semaphore(callsAtOnce, true);
  }

  private interface Call<T> {
    T run() throws IOException, InterruptedException;
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    return through(() -> store.putIfAbsent(name, bytes));
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    return through(() -> store.read(name));
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    return through(() -> store.read(name, offset, length));
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException {
    return through(() -> store.find(name));
  }

  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    return through(() -> store.list(folder, after));
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    through(() -> {
      store.delete(name);
      return true;
    });
  }

  @Override
  public Optional<URI> link(ObjectName name, Duration good) {
    return store.link(name, good);
  }

  private <T> T through(Call<T> call) throws IOException, InterruptedException {
    calls.acquire();
    try {
      return call.run();
    } finally {
      calls.release();
    }
  }
}
