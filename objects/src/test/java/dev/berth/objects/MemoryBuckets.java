package dev.berth.objects;

import dev.berth.base.Problem;
import dev.berth.objects.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A service with buckets in memory; one must be made before it is used. */
public final class MemoryBuckets implements BucketStore {
  private final Service service;
  private final String bucket;

  private MemoryBuckets(Service service, String bucket) {
    this.service = service;
    this.bucket = bucket;
  }

  private record Service(
      ConcurrentSkipListMap<String, MemoryStore> all, Set<String> unlisted, Set<String> refusing) {}

  /** The bucket of that name of a new service, with no other. */
  public static MemoryBuckets withOne(String bucket) {
    var service =
        new Service(
            new ConcurrentSkipListMap<>(),
            ConcurrentHashMap.newKeySet(),
            ConcurrentHashMap.newKeySet());
    var first = new MemoryBuckets(service, bucket);
    first.make();
    return first;
  }

  /** As somebody else does. */
  public void remove() {
    service.all.remove(bucket);
  }

  /** Lets it be in no list of buckets, as where that lags behind. */
  public void leaveOut() {
    service.unlisted.add(bucket);
  }

  /** Lets nobody in, as where it is of another team. */
  public void refuse() {
    service.refusing.add(bucket);
  }

  private MemoryStore store() {
    var store = service.all.get(bucket);
    if (store == null) throw new Problem.Unavailable("There is no bucket " + bucket + ".", "Ask.");
    if (service.refusing.contains(bucket)) {
      throw new Problem.Unavailable("The bucket %s refused us.".formatted(bucket), "Ask.");
    }
    return store;
  }

  @Override
  public String bucket() {
    return bucket;
  }

  @Override
  public MemoryBuckets beside(String other) {
    return new MemoryBuckets(service, other);
  }

  @Override
  public boolean isThere(ObjectName folder) {
    return service.all.containsKey(bucket) && store().list(folder, Optional.empty()) != null;
  }

  @Override
  public void make() {
    service.all.computeIfAbsent(bucket, _ -> new MemoryStore(Clock.systemUTC()));
  }

  @Override
  public List<String> called(String beginning) {
    return service.all.keySet().stream()
        .filter(name -> name.startsWith(beginning) && !service.unlisted.contains(name))
        .toList();
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
