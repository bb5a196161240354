package dev.berth.control.account;

import dev.berth.protocol.UserId;
import java.util.List;

/** The SSH keys of all users. Each call is one transaction and durable when it returns. */
public interface SshKeyStore {
  /** What came of an insertion. */
  enum Inserted {
    YES,
    /** The owner has this key already. */
    KNOWN,
    /** The owner has as many as may be. */
    TOO_MANY
  }

  /** The keys of {@code owner}, the oldest first. */
  List<SshKey> of(UserId owner);

  /** Adds a key, unless its owner has it already or has {@code most} of them. */
  Inserted insert(SshKey key, int most);

  /** Removes the key of that id where it is {@code owner}'s; whether there was one. */
  boolean delete(UserId owner, String id);
}
