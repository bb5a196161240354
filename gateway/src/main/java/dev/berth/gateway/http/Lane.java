package dev.berth.gateway.http;

import dev.berth.base.http.Bodies;
import dev.berth.gateway.access.Doorkeeper;
import dev.berth.gateway.activity.ActivityLog;
import dev.berth.gateway.forward.UpstreamPool;
import dev.berth.gateway.statics.StaticFiles;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One event loop's connections, and what they share. Its loop only, unless said otherwise. */
final class Lane {
  private final EventLoop loop;
  private final Desk desk;
  private final UpstreamPool pool;
  private final Set<ClientConnection> connections =
      Collections.newSetFromMap(new IdentityHashMap<>());
  private volatile boolean closing;

  /** What all lanes share. */
  record Desk(
      Reception reception,
      Doorkeeper doorkeeper,
      Codes codes,
      StaticFiles statics,
      EditorPages editorPages,
      HeldRequests held,
      Bodies bodies,
      Limits answers,
      ActivityLog activity,
      Answered answered) {}

  Lane(EventLoop loop, Desk desk, UpstreamPool pool) {
    this.loop = loop;
    this.desk = desk;
    this.pool = pool;
  }

  Reception reception() {
    return desk.reception();
  }

  Doorkeeper doorkeeper() {
    return desk.doorkeeper();
  }

  Codes codes() {
    return desk.codes();
  }

  StaticFiles statics() {
    return desk.statics();
  }

  EditorPages editorPages() {
    return desk.editorPages();
  }

  HeldRequests held() {
    return desk.held();
  }

  /** Bodies for servers of our own. */
  Bodies bodies() {
    return desk.bodies();
  }

  /** What control is answering. */
  Limits answers() {
    return desk.answers();
  }

  ActivityLog activity() {
    return desk.activity();
  }

  Answered answered() {
    return desk.answered();
  }

  UpstreamPool pool() {
    return pool;
  }

  void add(ClientConnection connection) {
    connections.add(connection);
  }

  void remove(ClientConnection connection) {
    connections.remove(connection);
  }

  /** Whether no further request is taken. Any thread. */
  boolean isClosing() {
    return closing;
  }

  void tick() {
    long now = System.nanoTime();
    new ArrayList<>(connections).forEach(connection -> connection.tick(now));
    pool.sweep();
  }

  /** Routes or sessions changed. Any thread. */
  void recheck() {
    loop.execute(() -> new ArrayList<>(connections).forEach(ClientConnection::recheck));
  }

  /** Takes no further request. Any thread. */
  void drain() {
    closing = true;
  }

  /** Whether nobody is left who waits for an answer; those who wait for nothing are hung up on. */
  CompletableFuture<Boolean> isDrained() {
    return CompletableFuture.supplyAsync(
        () -> {
          for (var connection : new ArrayList<>(connections)) {
            if (!connection.isWaitedFor()) connection.hangUp();
          }
          return connections.isEmpty();
        },
        loop);
  }

  /**
   * Whether nothing goes on here; who waits for nothing, or comes again by himself, is hung up on.
   */
  CompletableFuture<Boolean> isEmptied() {
    return CompletableFuture.supplyAsync(
        () -> {
          for (var connection : new ArrayList<>(connections)) {
            if (!connection.goesOn()) connection.hangUp();
          }
          return connections.isEmpty();
        },
        loop);
  }

  /** Hangs up on all. */
  CompletableFuture<Void> close() {
    return CompletableFuture.runAsync(
        () -> {
          new ArrayList<>(connections).forEach(ClientConnection::hangUp);
          pool.close();
        },
        loop);
  }
}
