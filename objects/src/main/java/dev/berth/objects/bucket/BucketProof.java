package dev.berth.objects.bucket;

import dev.berth.base.Problem;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Whether a folder of a store lets us do all that we shall do there, with small objects. */
final class BucketProof {
  private static final byte[] BYTES = "Berth tries this store.".getBytes(StandardCharsets.UTF_8);

  private final ObjectStore store;
  private final ObjectName folder;
  private final Service service;

  /**
   * What is tried, for people.
   *
   * @param remedy where it does not do what such a service must
   */
  record Service(String called, String remedy) {}

  /**
   * One of the ways in which a store writes; each must refuse a name that is taken.
   *
   * @param how it is done, for people; nothing of the usual one
   */
  record Way(String how, Put put) {
    static Way usual(Put put) {
      return new Way("", put);
    }

    static Way parts(Put put) {
      return new Way(" where it comes in parts", put);
    }
  }

  /** Writes as {@link ObjectStore#putIfAbsent} does. */
  interface Put {
    boolean ifAbsent(ObjectName name, ByteBuffer bytes) throws IOException, InterruptedException;
  }

  /** What cannot be done, with what to do about it; what is wrong in the same way stands once. */
  private final Map<String, String> wrong = new LinkedHashMap<>();

  private BucketProof(ObjectStore store, ObjectName folder, Service service) {
    this.store = store;
    this.folder = folder;
    this.service = service;
  }

  /**
   * Writes, reads, lists and deletes; a {@link Problem} with all that cannot be done.
   *
   * @param ways in which it writes, of which each is tried
   */
  static void of(ObjectStore store, List<Way> ways, ObjectName folder, Service service)
      throws InterruptedException {
    var proof = new BucketProof(store, folder, service);
    for (var way : ways) proof.tryOut(way);
    proof.end();
  }

  /** What comes before that: a {@link Problem} with whatever keeps it from being done. */
  static void before(String called, Preparation preparation) throws InterruptedException {
    try {
      preparation.run();
    } catch (IOException e) {
      throw notReached(called, e);
    }
  }

  /** Asks the service. */
  interface Preparation {
    void run() throws IOException, InterruptedException;
  }

  private void end() {
    if (wrong.isEmpty()) return;
    throw new Problem.Unavailable(
        String.join(" ", wrong.keySet()),
        String.join(" ", wrong.values().stream().distinct().toList()));
  }

  private interface Step {
    /** What is not as it should be. */
    Optional<String> run() throws IOException, InterruptedException;
  }

  private void tryOut(Way way) throws InterruptedException {
    var name = folder.with("proof-" + UUID.randomUUID());
    tried(() -> must(way.put.ifAbsent(name, bytes()), "says that a new name is taken" + way.how));
    tried(() -> must(!way.put.ifAbsent(name, bytes()), "writes over what is there" + way.how));
    tried(() ->
        must(
            store.read(name, 1, 3).filter(is -> Arrays.equals(is, part())).isPresent(),
            "does not give back what was written"));
    tried(() ->
        must(
            store.list(folder, Optional.empty()).stream().anyMatch(_ -> true),
            "does not list what was written"));
    tried(() -> {
      store.delete(name);
      return Optional.empty();
    });
  }

  private static ByteBuffer bytes() {
    return ByteBuffer.wrap(BYTES);
  }

  private static byte[] part() {
    return Arrays.copyOfRange(BYTES, 1, 4);
  }

  private Optional<String> must(boolean is, String else_) {
    return is
        ? Optional.empty()
        : Optional.of("The %s cannot be used: it %s.".formatted(service.called(), else_));
  }

  private void tried(Step step) throws InterruptedException {
    try {
      step.run().ifPresent(words -> wrong.put(words, service.remedy()));
    } catch (Problem problem) {
      wrong.put(problem.what(), problem.remedy());
    } catch (IOException e) {
      var away = notReached(service.called(), e);
      wrong.put(away.what(), away.remedy());
    }
  }

  private static Problem notReached(String called, IOException e) {
    return new Problem.Unavailable(
        "The %s was not reached: %s.".formatted(called, e.getMessage()),
        "See that the address is right, and that the service runs and is reached from here.",
        e);
  }
}
