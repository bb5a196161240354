package dev.berth.runtime.runc;

import dev.berth.base.Problem;
import dev.berth.base.process.Turns;
import dev.berth.runtime.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the layers that no workspace lies on, on a thread of its own: files may be many. What
 * runs lies on the ground that its folder names, so nothing that is mounted goes.
 */
final class Collecting {
  private static final Logger LOG = LoggerFactory.getLogger(Collecting.class);

  private final LayerFolders layers;
  private final Path workspaces;
  private final Turns<Seed> turns;

  /** How often it was asked for since it began; 0 where it does not go on. */
  private final AtomicInteger asked = new AtomicInteger();

  /** Whether a layer may stay because it was being made, perhaps for an hour, when it was met. */
  private final AtomicBoolean passedOver = new AtomicBoolean();

  /**
   * @param turns in which layers are made
   */
  Collecting(LayerFolders layers, Path workspaces, Turns<Seed> turns) {
    this.layers = layers;
    this.workspaces = workspaces;
    this.turns = turns;
  }

  /** Begins; where it goes on already, it looks again. */
  void begin() {
    if (asked.getAndIncrement() == 0) Thread.ofVirtual().name("layers").start(this::collect);
  }

  /** Begins where a layer was passed over; to be called when one is made. */
  void beginAgain() {
    if (passedOver.getAndSet(false)) begin();
  }

  private void collect() {
    try {
      int until;
      do {
        until = asked.get();
        while (collectOnce()) {} // what goes frees what it lies on
      } while (!asked.compareAndSet(until, 0));
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Problem problem) {
      LOG.warn("layers that nobody needs stay: {}", problem.words());
    } catch (IOException | RuntimeException e) {
      LOG.warn("layers that nobody needs stay until a workspace is deleted", e);
    }
    asked.set(0);
  }

  /** Whether any went. */
  private boolean collectOnce() throws IOException, InterruptedException {
    boolean any = false;
    var needed = needed();
    for (var layer : layers.all()) {
      if (LayerFolders.isGone(layer)) {
        WorkspaceFolder.delete(layer);
        any = true;
      }
      var name = LayerName.parse(layer.getFileName().toString());
      if (name.isPresent() && !needed.contains(name.get().toString())) {
        passedOver.set(true); // before: what is being made may end while we try
        any |= turns.tryIn(name.get().seed(), () -> remove(layer));
      }
    }
    return any;
  }

  /** Looks once more: in its turn nobody begins to lie on it. */
  private boolean remove(Path layer) throws IOException {
    if (!Files.exists(layer) || needed().contains(layer.getFileName().toString())) return false;
    layers.discard(layer);
    return true;
  }

  private Set<String> needed() throws IOException {
    var needed = new HashSet<String>();
    for (var workspace : LayerFolders.list(workspaces)) {
      needed.addAll(Ground.of(workspace).layers());
      Freezing.mark(workspace).ifPresent(mark -> needed.add(mark.layer().toString()));
    }
    for (var layer : layers.all()) {
      if (!LayerFolders.isGone(layer)) needed.addAll(Ground.of(layer).layers());
    }
    return needed;
  }
}
