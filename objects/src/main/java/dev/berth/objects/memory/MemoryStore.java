package dev.berth.objects.memory;

import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps objects in memory, for as long as it is itself kept. */
public final class MemoryStore implements ObjectStore {
  private record Kept(byte[] bytes, Instant written) {}

  private final ConcurrentSkipListMap<ObjectName, Kept> objects = new ConcurrentSkipListMap<>();
  private final Clock clock;

  public MemoryStore(Clock clock) {
    this.clock = clock;
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes) {
    var copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return objects.putIfAbsent(name, new Kept(copy, clock.instant())) == null;
  }

  @Override
  public Optional<byte[]> read(ObjectName name) {
    return Optional.ofNullable(objects.get(name)).map(kept -> kept.bytes.clone());
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length) {
    return Optional.ofNullable(objects.get(name)).map(kept -> range(kept.bytes, offset, length));
  }

  private static byte[] range(byte[] bytes, long offset, int length) {
    int from = (int) Math.min(offset, bytes.length);
    return Arrays.copyOfRange(bytes, from, (int) Math.min((long) from + length, bytes.length));
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) {
    return Optional.ofNullable(objects.get(name)).map(kept -> info(name, kept));
  }

  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after) {
    return objects.tailMap(after.orElse(folder), false).entrySet().stream()
        .filter(entry -> entry.getKey().isIn(folder))
        .limit(MOST_LISTED)
        .map(entry -> info(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public void delete(ObjectName name) {
    objects.remove(name);
  }

  private static ObjectInfo info(ObjectName name, Kept kept) {
    return new ObjectInfo(name, kept.bytes.length, kept.written);
  }
}
