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

  private record Known(CompletableFuture<Optional<ResolvedImage>> words, long askedNanos) {
    boolean isFresh() {
      var told = words.isDone() && words.getNow(Optional.empty()).isEmpty();
      return System.nanoTime() - askedNanos < (told ? NOT_TOLD : BELIEVED).toNanos();
    }
  }

  private final RegistryClient registries;
  private final Duration longest;
  private final Map<String, Known> known = new LinkedHashMap<>();

  /**
   * @param longest that a start waits
   */
  ImageWords(RegistryClient registries, Duration longest) {
    this.registries = registries;
    this.longest = longest;
  }

  /** What the image says; empty where that is not known in time. */
  Optional<ResolvedImage> of(String reference) throws InterruptedException {
    try {
      return asked(reference).get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      LOG.info("{}: its registry has not told yet what it says of itself", reference);
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("asking for " + reference + " failed", e.getCause());
    }
  }

  private synchronized CompletableFuture<Optional<ResolvedImage>> asked(String reference) {
    var last = known.get(reference);
    if (last != null && last.isFresh()) return last.words();
    var words = new CompletableFuture<Optional<ResolvedImage>>();
    known.remove(reference);
    if (known.size() >= MOST) known.remove(known.keySet().iterator().next());
    known.put(reference, new Known(words, System.nanoTime()));
    Thread.ofVirtual().name("image " + reference).start(() -> ask(reference, words));
    return words;
  }

  private void ask(String reference, CompletableFuture<Optional<ResolvedImage>> words) {
    try {
      words.complete(Optional.of(registries.resolve(ImageReference.parse(reference))));
    } catch (Problem problem) {
      LOG.info("{}: what it says of itself is not known: {}", reference, problem.what());
      words.complete(Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does
      words.complete(Optional.empty());
    } catch (RuntimeException e) {
      words.completeExceptionally(e);
    }
  }
}
