package dev.berth.control.account;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.protocol.UserId;
import dev.berth.protocol.route.Pass;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Logs people in and out, and hands out what works once. */
public final class Accounts {
  /** A login link lies in a terminal's history: a day is for the one who comes back from lunch. */
  private static final Duration LINK_LIFE = Duration.ofHours(24);

  /** A pass lives for one redirect. */
  private static final Duration PASS_LIFE = Duration.ofSeconds(60);

  private static final Duration SESSION_LIFE = Duration.ofDays(30);

  /**
   * Somebody who asks.
   *
   * @param session the id of the browser session; empty for the command line's token
   */
  public record Caller(User user, Optional<String> session) {}

  /** What a new session's browser keeps. */
  public record Login(String cookie, Duration life) {}

  private record Link(UserId user) {}

  private final AccountStore store;
  private final Keys keys;
  private final Clock clock;
  private final Consumer<String> sessionEnded;

  /**
   * @param sessionEnded is told of each session that ends before its time
   */
  public Accounts(AccountStore store, Keys keys, Clock clock, Consumer<String> sessionEnded) {
    this.store = store;
    this.keys = keys;
    this.clock = clock;
    this.sessionEnded = sessionEnded;
  }

  /**
   * The one account of an installation on one machine; made where there is none. Its id is made of
   * the key, so that of two processes that make it at once one is refused and finds the other's.
   */
  public User owner() {
    var users = store.users();
    if (!users.isEmpty()) return users.getFirst();
    var id = UUID.nameUUIDFromBytes(keys.derive("owner")).toString();
    try {
      store.insert(new User(new UserId(id), "owner"), clock.instant());
    } catch (RuntimeException e) {
      if (store.users().isEmpty()) throw e;
    }
    return store.users().getFirst();
  }

  /** The account of this id. */
  public Optional<User> find(UserId id) {
    return store.users().stream().filter(user -> user.id().equals(id)).findFirst();
  }

  /** The accounts. */
  public List<User> all() {
    return store.users();
  }

  /** What the command line on this machine shows as its token. */
  public String commandLineToken() {
    return commandLineToken(keys);
  }

  /** The same of an installation with these keys. */
  public static String commandLineToken(Keys keys) {
    return keys.token("command line");
  }

  /** A token that logs {@code user} in once, and until when. */
  public String loginToken(User user) {
    var token = Keys.random();
    store.insertCode(Keys.hash("login " + token), Json.write(new Link(user.id())), linkExpiry());
    return token;
  }

  /** When a link that is made now expires. */
  public Instant linkExpiry() {
    return clock.instant().plus(LINK_LIFE);
  }

  /** Begins a session with a login link's token; {@link Problem.Refused} where it is spent. */
  public Login login(String token) {
    var now = clock.instant();
    var user =
        store
            .takeCode(Keys.hash("login " + token), now)
            .map(content -> Json.read(content, Link.class).user())
            .flatMap(id -> store.users().stream().filter(u -> u.id().equals(id)).findFirst())
            .orElseThrow(() ->
                new Problem.Refused(
                    "This login link was used before or is too old.",
                    "Make a new one on the machine: berth login."));
    var cookie = Keys.random();
    store.insertSession(Keys.hash(cookie), user, now, now.plus(SESSION_LIFE));
    return new Login(cookie, SESSION_LIFE);
  }

  /** Who shows this session cookie. */
  public Optional<Caller> bySession(String cookie) {
    var id = Keys.hash(cookie);
    return store.sessionUser(id, clock.instant()).map(user -> new Caller(user, Optional.of(id)));
  }

  /** Who shows this bearer token. */
  public Optional<Caller> byToken(String token) {
    return Keys.same(token, commandLineToken())
        ? Optional.of(new Caller(owner(), Optional.empty()))
        : Optional.empty();
  }

  /** Ends a session, here and at every workspace that it opened. */
  public void logout(String session) {
    store.endSession(session, clock.instant());
    sessionEnded.accept(session);
  }

  /** The sessions whose cookies at workspaces may be alive although they ended. */
  public List<String> endedSessions() {
    var now = clock.instant();
    return store.endedSessions(now.minus(AccountStore.ENDED_KEPT), now);
  }

  /** A code that lets {@code caller} in at the host of one of his workspaces, once. */
  public String pass(Caller caller, String host) {
    var code = Keys.random();
    var expires = clock.instant().plus(PASS_LIFE);
    var pass = new Pass(caller.user().id(), caller.session().orElse(""), host, expires);
    store.insertCode(Keys.hash("pass " + code), Json.write(pass), expires);
    return code;
  }

  /** Takes a pass's code for the host that it was made for; empty for any other, and then spent. */
  public Optional<Pass> redeem(String code, String host) {
    var now = clock.instant();
    return store
        .takeCode(Keys.hash("pass " + code), now)
        .map(content -> Json.read(content, Pass.class))
        .filter(pass -> pass.host().equals(host))
        // The session may have ended on the way, and the gateway was told of that before.
        .filter(pass -> store.sessionUser(pass.session(), now).isPresent());
  }
}
