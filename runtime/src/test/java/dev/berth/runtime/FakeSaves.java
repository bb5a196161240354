package dev.berth.runtime;

import dev.berth.base.Problem;
import dev.berth.protocol.Notice;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Saves in memory. A workspace is one text, which a test says; {@link #text} tells that of a point,
 * and what else is in points nobody has: {@code files()} is that of {@link Saves#OFF}.
 */
public final class FakeSaves implements Saves {
  /** What goes on in a workspace while a save is asked for. */
  public interface Work {
    /** The text that it has then; may take its time, and what it throws is the save's failure. */
    String until(WorkspaceId workspace) throws InterruptedException;
  }

  private record Series(WorkspaceId workspace, UserId owner) {}

  private record Saved(Point point, String text) {}

  private final Map<WorkspaceId, String> texts = new HashMap<>();
  private final Map<Series, List<Saved>> saved = new HashMap<>();
  private final Map<WorkspaceId, String> troubles = new HashMap<>();
  private final Optional<Work> work;
  private final Supplier<Proofs> proofs;
  private int made;

  /** Of workspaces that have what the test writes. */
  public FakeSaves() {
    this(Optional.empty(), OFF::proofs);
  }

  /** Of workspaces at which work goes on. */
  public FakeSaves(Work work) {
    this(Optional.of(work), OFF::proofs);
  }

  /** Which are proved so. */
  public FakeSaves(Proofs proofs) {
    this(Optional.empty(), () -> proofs);
  }

  private FakeSaves(Optional<Work> work, Supplier<Proofs> proofs) {
    this.work = work;
    this.proofs = proofs;
  }

  /** Lets a workspace have that text from now on; one without any is not there. */
  public synchronized void write(WorkspaceId workspace, String text) {
    texts.put(workspace, text);
  }

  /** Lets a workspace be gone. */
  public synchronized void remove(WorkspaceId workspace) {
    texts.remove(workspace);
  }

  /** Lets the last save of a workspace have failed. */
  public synchronized void failed(WorkspaceId workspace, String why) {
    troubles.put(workspace, why);
  }

  /** What was saved as that point. */
  public synchronized String text(WorkspaceId workspace, UserId owner, String point) {
    return find(workspace, owner, point).text();
  }

  private List<Saved> series(WorkspaceId workspace, UserId owner) {
    return saved.computeIfAbsent(new Series(workspace, owner), _ -> new ArrayList<>());
  }

  private Saved find(WorkspaceId workspace, UserId owner, String point) {
    return series(workspace, owner).stream()
        .filter(one -> one.point().id().equals(point))
        .findFirst()
        .orElseThrow(() ->
            new Problem.Missing("The workspace has no such point.", "Name one that is listed."));
  }

  @Override
  public void beginTurn(BooleanSupplier holds) {
    // No other process has this memory.
  }

  @Override
  public void hold(Holds holds) {
    // Nothing goes by itself here.
  }

  @Override
  public boolean isHeld(Seed seed, UserId owner) {
    return has(seed.workspace(), owner, seed.point());
  }

  /** Soon is at once here. */
  @Override
  public synchronized void mayHaveChanged(WorkspaceId workspace, UserId owner) {
    if (texts.containsKey(workspace)) saveNow(workspace, owner);
  }

  @Override
  public Point save(WorkspaceId workspace, UserId owner) throws InterruptedException {
    if (work.isEmpty()) return saveNow(workspace, owner);
    var text = work.get().until(workspace);
    synchronized (this) {
      write(workspace, text);
      return saveNow(workspace, owner);
    }
  }

  private synchronized Point saveNow(WorkspaceId workspace, UserId owner) {
    var series = series(workspace, owner);
    var text = Optional.ofNullable(texts.get(workspace));
    var newest = series.isEmpty() ? Optional.<Saved>empty() : Optional.of(series.getLast());
    if (text.isEmpty() || newest.map(Saved::text).equals(text)) {
      return newest
          .map(Saved::point)
          .orElseThrow(() ->
              new Problem.Missing("The workspace has no files yet.", "Let the test write some."));
    }
    var id = "p%03d".formatted(++made);
    long bytes = text.get().length();
    var point = new Point(id, Instant.now(), 1, bytes, bytes, List.of(), false, Optional.empty());
    series.add(new Saved(point, text.get()));
    return point;
  }

  @Override
  public synchronized void keep(WorkspaceId workspace, UserId owner, String point) {
    var old = find(workspace, owner, point).point();
    var kept =
        new Point(
            old.id(),
            old.at(),
            old.files(),
            old.bytes(),
            old.newBytes(),
            old.leftOut(),
            true,
            old.changed());
    series(workspace, owner)
        .replaceAll(one -> one.point().id().equals(point) ? new Saved(kept, one.text()) : one);
  }

  @Override
  public synchronized List<Point> points(WorkspaceId workspace, UserId owner) {
    return series(workspace, owner).reversed().stream().map(Saved::point).toList();
  }

  @Override
  public synchronized Optional<String> newest(
      WorkspaceId workspace, UserId owner, Optional<String> before) {
    return points(workspace, owner).stream()
        .map(Point::id)
        .filter(id -> before.isEmpty() || id.compareTo(before.get()) < 0)
        .findFirst();
  }

  @Override
  public synchronized boolean has(WorkspaceId workspace, UserId owner, String point) {
    return points(workspace, owner).stream().anyMatch(one -> one.id().equals(point));
  }

  @Override
  public SavedFiles files() {
    return OFF.files();
  }

  @Override
  public Proofs proofs() {
    return proofs.get();
  }

  @Override
  public synchronized void forget(WorkspaceId workspace, UserId owner) {
    saved.remove(new Series(workspace, owner));
    troubles.remove(workspace);
  }

  @Override
  public synchronized Optional<String> trouble(WorkspaceId workspace) {
    return Optional.ofNullable(troubles.get(workspace));
  }

  @Override
  public List<Notice> notices(WorkspaceId workspace) {
    return trouble(workspace).map(why -> Notice.error("The last save failed: " + why)).stream()
        .toList();
  }

  @Override
  public Optional<Store> distant() {
    return Optional.empty();
  }
}
