package dev.berth.control.account;

import dev.berth.base.Problem;
import dev.berth.protocol.UserId;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** The keys with which users reach their workspaces by SSH. */
public final class SshKeys {
  /** A key for each machine that somebody works at, and each phone; the gateway knows them all. */
  private static final int MOST = 20;

  private static final int NAME_MOST = 100;

  private final SshKeyStore store;
  private final Clock clock;
  private final Consumer<UserId> changed;

  /**
   * @param changed is told whose keys changed
   */
  public SshKeys(SshKeyStore store, Clock clock, Consumer<UserId> changed) {
    this.store = store;
    this.clock = clock;
    this.changed = changed;
  }

  /** The keys of {@code owner}, the oldest first. */
  public List<SshKey> of(UserId owner) {
    return store.of(owner);
  }

  /** The same as OpenSSH writes them. */
  public List<String> lines(UserId owner) {
    return store.of(owner).stream().map(key -> key.key().line()).toList();
  }

  /** Takes the key of a .pub file's {@code line}. */
  public SshKey add(UserId owner, Optional<String> name, String line) {
    var key = SshPublicKey.parse(line);
    var called = name.map(String::strip).orElse("");
    if (called.isEmpty()) called = SshPublicKey.comment(line);
    if (called.isEmpty()) called = key.type();
    var added =
        new SshKey(UUID.randomUUID().toString(), owner, printable(called), key, clock.instant());
    return switch (store.insert(added, MOST)) {
      case YES -> {
        changed.accept(owner);
        yield added;
      }
      case KNOWN ->
          throw new Problem.Conflict(
              "You have this key already: %s.".formatted(key.fingerprint()),
              "Use it, or delete it first to give it another name.");
      case TOO_MANY ->
          throw new Problem.Conflict(
              "You have %d keys, and more are not kept.".formatted(MOST),
              "Delete one that you no longer use.");
    };
  }

  /** Forgets a key; it opens nothing from now on. */
  public void delete(UserId owner, String id) {
    if (!store.delete(owner, id)) {
      throw new Problem.Missing("You have no such key.", "List the keys and name one of those.");
    }
    changed.accept(owner);
  }

  private static String printable(String name) {
    var plain = name.replaceAll("\\p{Cntrl}", "?");
    return plain.substring(0, Math.min(NAME_MOST, plain.length()));
  }
}
