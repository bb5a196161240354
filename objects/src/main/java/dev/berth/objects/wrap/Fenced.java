package dev.berth.objects.wrap;

import dev.berth.base.Problem;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Lets a store be changed while it is this process's turn, which is asked directly before each
 * change: one that was stopped for a minute goes on where it was, while another has the turn. Reads
 * as ever. To be put behind what tries again.
 */
public final class Fenced implements ObjectStore {
  private final ObjectStore store;
  private final BooleanSupplier holds;

  public Fenced(ObjectStore store, BooleanSupplier holds) {
    this.store = store;
    this.holds = holds;
  }

  private ObjectStore changed() {
    if (holds.getAsBoolean()) return store;
    throw new Problem.Unavailable(
        "Another process has the turn now, so this one changes nothing in the object store.",
        "Try again; the control that leads answers then.");
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    return changed().putIfAbsent(name, bytes);
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
  public boolean heal(ObjectName name) throws IOException, InterruptedException {
    return changed().heal(name);
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    changed().delete(name);
  }

  @Override
  public Optional<URI> link(ObjectName name, Duration good) {
    return store.link(name, good);
  }
}
