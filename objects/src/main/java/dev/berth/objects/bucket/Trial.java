package dev.berth.objects.bucket;

import dev.berth.base.Problem;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Whether a folder of a store lets us do all that we shall do there, with a small object. */
public final class Trial {
  private static final byte[] BYTES = "Berth tries this store.".getBytes(StandardCharsets.UTF_8);

  private final ObjectStore store;
  private final ObjectName folder;
  private final String called;

  /** What cannot be done, with what to do about it; what is wrong in the same way stands once. */
  private final Map<String, String> wrong = new LinkedHashMap<>();

  private Trial(ObjectStore store, ObjectName folder, String called) {
    this.store = store;
    this.folder = folder;
    this.called = called;
  }

  /**
   * Writes, reads, lists and deletes; a {@link Problem} with all that cannot be done.
   *
   * @param called what the store is called, for people
   */
  public static void of(ObjectStore store, ObjectName folder, String called)
      throws InterruptedException {
    new Trial(store, folder, called).run();
  }

  private interface Step {
    /** What is not as it should be. */
    Optional<String> run() throws IOException, InterruptedException;
  }

  private void run() throws InterruptedException {
    var name = folder.with("trial-" + UUID.randomUUID());
    tried(() -> must(store.putIfAbsent(name, bytes()), "says that a new name is taken"));
    tried(() -> must(!store.putIfAbsent(name, bytes()), "writes over what is there"));
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
    if (wrong.isEmpty()) return;
    throw new Problem.Unavailable(
        String.join(" ", wrong.keySet()),
        String.join(" ", wrong.values().stream().distinct().toList()));
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
        : Optional.of("The %s cannot be used: it %s.".formatted(called, else_));
  }

  private void tried(Step step) throws InterruptedException {
    try {
      step.run()
          .ifPresent(words ->
              wrong.put(
                  words,
                  "Use a service that knows If-None-Match where an object is written, as AWS,"
                      + " MinIO, Ceph and SeaweedFS of today do."));
    } catch (Problem problem) {
      wrong.put(problem.what(), problem.remedy());
    } catch (IOException e) {
      wrong.put(
          "The %s was not reached: %s.".formatted(called, e.getMessage()),
          "See that the address is right, and that the service runs and is reached from here.");
    }
  }
}
