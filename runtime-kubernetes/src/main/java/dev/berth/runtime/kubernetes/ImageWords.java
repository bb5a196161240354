package dev.berth.runtime.kubernetes;

import dev.berth.base.Problem;
import dev.berth.registry.ImageReference;
import dev.berth.registry.pull.RegistryClient;
import dev.berth.registry.pull.ResolvedImage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What images say of themselves, as their registries tell it. The nodes pull them, perhaps by a
 * login or a way that is not ours, and say what is wrong if they cannot; so no start fails, or
 * waits for long, because a registry does not tell us. Safe for all threads.
 */
final class ImageWords {
  private static final Logger LOG = LoggerFactory.getLogger(ImageWords.class);

  /** A tag may mean another image later. */
  private static final Duration BELIEVED = Duration.ofMinutes(10);

  private static final Duration NOT_TOLD = Duration.ofMinutes(1);

  /** Images that workspaces of one installation are made of; of more the oldest are asked again. */
  private static final int MOST = 1_000;

  /** What all of them say; who makes images may have them say much. */
  private static final int MOST_CHARACTERS = 8 << 20;

  /** A configuration is read whole, and may have 4 MiB. */
  private static final int MOST_AT_ONCE = 8;

  /** A registry that is silent keeps its place no longer from others. */
  private static final Duration ASKED = Duration.ofSeconds(10);

  /** What an image says of itself. */
  record Said(Map<String, String> env, Optional<String> user, Optional<String> metadata) {
    private static Said of(ResolvedImage image) {
      return new Said(image.env(), image.user(), image.metadata());
    }

    private int characters() {
      int variables =
          env.entrySet().stream()
              .mapToInt(one -> one.getKey().length() + one.getValue().length())
              .sum();
      return variables
          + user.map(String::length).orElse(0)
          + metadata.map(String::length).orElse(0);
    }
  }

  private record Known(CompletableFuture<Optional<Said>> words, long askedNanos) {
    boolean isFresh() {
      var told = words.isDone() && words.getNow(Optional.empty()).isEmpty();
      return System.nanoTime() - askedNanos < (told ? NOT_TOLD : BELIEVED).toNanos();
    }

    int characters() {
      return words.isDone() ? words.getNow(Optional.empty()).map(Said::characters).orElse(0) : 0;
    }
  }

  private final RegistryClient registries;
  private final Duration longest;
  private final Duration asked;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final Map<String, Known> known = new LinkedHashMap<>();

  /**
   * @param longest that a start waits
   */
  ImageWords(RegistryClient registries, Duration longest) {
    this(registries, longest, ASKED);
  }

  /**
   * The same.
   *
   * @param asked that a registry has a place, which others wait for
   */
  ImageWords(RegistryClient registries, Duration longest, Duration asked) {
    this.registries = registries;
    this.longest = longest;
    this.asked = asked;
  }

  /** What the image says; empty where that is not known in time. */
  Optional<Said> of(String reference) throws InterruptedException {
    try {
      return asked(reference).get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      LOG.info("{}: its registry has not told yet what it says of itself", reference);
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("asking for " + reference + " failed", e.getCause());
    }
  }

  private synchronized CompletableFuture<Optional<Said>> asked(String reference) {
    var last = known.get(reference);
    if (last != null && last.isFresh()) return last.words();
    var words = new CompletableFuture<Optional<Said>>();
    known.remove(reference);
    makeRoom();
    known.put(reference, new Known(words, System.nanoTime()));
    Thread.ofVirtual().name("image " + reference).start(() -> ask(reference, words));
    return words;
  }

  private void makeRoom() {
    long characters = known.values().stream().mapToLong(Known::characters).sum();
    var oldest = known.values().iterator();
    while (oldest.hasNext() && (known.size() >= MOST || characters > MOST_CHARACTERS)) {
      characters -= oldest.next().characters();
      oldest.remove();
    }
  }

  private void ask(String reference, CompletableFuture<Optional<Said>> words) {
    try {
      words.complete(Optional.of(said(reference)));
    } catch (Problem problem) {
      LOG.info("{}: what it says of itself is not known: {}", reference, problem.what());
    } catch (InterruptedException _) {
      LOG.info("{}: its registry does not tell what it says of itself", reference);
    } catch (RuntimeException e) {
      LOG.error("asking for {} failed", reference, e);
    } finally {
      words.complete(
          Optional.empty()); // where there is nothing yet: no start waits for it, or fails
    }
  }

  private Said said(String reference) throws InterruptedException {
    places.acquire();
    var self = Thread.currentThread();
    var clock = Thread.ofVirtual().start(() -> interruptInTime(self));
    try {
      return Said.of(registries.resolve(ImageReference.parse(reference)));
    } finally {
      clock.interrupt();
      places.release();
    }
  }

  private void interruptInTime(Thread asking) {
    try {
      Thread.sleep(asked);
      asking.interrupt();
    } catch (InterruptedException _) {
      // it was told in time
    }
  }
}
