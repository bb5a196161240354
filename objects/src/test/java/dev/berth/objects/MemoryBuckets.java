package dev.berth.objects;

import dev.berth.base.Problem;
import dev.berth.objects.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** A service with buckets in memory; one must be made before it is used. */
public final class MemoryBuckets implements BucketStore {
  private final ConcurrentSkipListMap<String, MemoryStore> all;
  private final String bucket;

  private MemoryBuckets(ConcurrentSkipListMap<String, MemoryStore> all, String bucket) {
    this.all = all;
    this.bucket = bucket;
  }

  /** The bucket of that name of a new service, with no other. */
  public static MemoryBuckets withOne(String bucket) {
    var first = new MemoryBuckets(new ConcurrentSkipListMap<>(), bucket);
    first.make();
    return first;
  }

  /** As somebody else does. */
  public void remove() {
    all.remove(bucket);
  }

  private MemoryStore store() {
    var store = all.get(bucket);
    if (store == null) throw new Problem.Unavailable("There is no bucket " + bucket + ".", "Ask.");
    return store;
  }

  @Override
  public String bucket() {
    return bucket;
  }

  @Override
  public MemoryBuckets beside(String other) {
    return new MemoryBuckets(all, other);
  }

  @Override
  public void make() {
    all.computeIfAbsent(bucket, _ -> new MemoryStore(Clock.systemUTC()));
  }

  @Override
  public List<String> called(String beginning) {
    return all.keySet().stream().filter(name -> name.startsWith(beginning)).toList();
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes) {
    return store().putIfAbsent(name, bytes);
  }

  @Override
  public Optional<byte[]> read(ObjectName name) {
    return store().read(name);
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length) {
    return store().read(name, offset, length);
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) {
    return store().find(name);
  }

  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after) {
    return store().list(folder, after);
  }

  @Override
  public void delete(ObjectName name) {
    store().delete(name);
  }
}
