package dev.berth.control.source;

import java.util.Optional;

/** What lets somebody in at git hosts; asked on the thread that asks the host. */
public interface Logins {
  /** Of somebody who has none. */
  Logins NONE = _ -> Optional.empty();

  /** The login at {@code origin}: {@code https://git.example.com:8443}. */
  Optional<Login> at(String origin);

  /** A user's name at a host and a token of his, each one line. */
  record Login(String user, String token) {
    @Override
    public String toString() {
      return "Login[" + user + "]"; // never the token
    }
  }
}
