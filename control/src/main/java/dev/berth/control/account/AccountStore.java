package dev.berth.control.account;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Accounts, sessions and codes. Each call is one transaction and durable when it returns. */
public interface AccountStore {
  /** How long it is known that a session ended: as long as a workspace's cookie may live. */
  Duration ENDED_KEPT = Duration.ofDays(7);

  /** The accounts, the oldest first. */
  List<User> users();

  /** Adds an account. */
  void insert(User user, Instant now);

  /** Adds a session; {@code id} is a hash. */
  void insertSession(String id, User user, Instant now, Instant expires);

  /** Whose session this is, if it did not expire before {@code now}. */
  Optional<User> sessionUser(String id, Instant now);

  /** Ends a session; nothing where there is none, or where it ended before. */
  void endSession(String id, Instant now);

  /** The sessions that ended after {@code since}, which is at most {@link #ENDED_KEPT} ago. */
  List<String> endedSessions(Instant since, Instant now);

  /** Keeps a code until it expires; {@code id} is a hash. */
  void insertCode(String id, String content, Instant expires);

  /** Takes a code out: of two calls at once, one gets it. Expired ones are gone. */
  Optional<String> takeCode(String id, Instant now);
}
