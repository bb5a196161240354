package dev.berth.objects.azure;

import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a container is and how it is reached.
 *
 * @param endpoint of the account, where it is not the usual one of Azure
 * @param authorities a file of certificates in PEM that the service's is signed by, where Java does
 *     not know them
 */
public record AzureOptions(
    Optional<URI> endpoint,
    String account,
    String container,
    Login login,
    Optional<Path> authorities) {

  /** What lets us in. */
  public sealed interface Login {
    /** One of the account's two keys, which may do everything. */
    record Key(String base64) implements Login {
      /** Whether it can be one. */
      public boolean isKey() {
        try {
          return Base64.getDecoder().decode(base64).length > 0;
        } catch (IllegalArgumentException _) {
          return false;
        }
      }

      @Override
      public String toString() {
        return "account key"; // no secret gets into a log
      }
    }

    /** A shared access signature: the query part of an address. */
    record Signature(String query) implements Login {
      /**
       * What an address may have in its query, RFC 3986; the signature itself is in {@code sig}.
       */
      private static final Pattern FORM =
          Pattern.compile(
              "(?=(?:.*&)?sig=[^&])(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+");

      /** Whether it can be one. */
      public boolean isSignature() {
        return FORM.matcher(query).matches();
      }

      @Override
      public String toString() {
        return "shared access signature";
      }
    }

    /**
     * An application of a directory.
     *
     * @param authority the address that gives its tokens
     */
    record Client(URI authority, String tenant, String id, String secret) implements Login {
      @Override
      public String toString() {
        return "client " + id;
      }
    }

    /**
     * What Azure gives the machine.
     *
     * @param metadata where it is asked for
     * @param client of several identities the wanted one
     */
    record Machine(URI metadata, Optional<String> client) implements Login {}
  }

  /** Of the whole account. */
  URI address() {
    var text =
        endpoint
            .map(URI::toString)
            .orElse("https://%s.blob.core.windows.net".formatted(account))
            .replaceFirst("/+$", "");
    return URI.create(text);
  }

  AzureOptions beside(String other) {
    return new AzureOptions(endpoint, account, other, login, authorities);
  }

  /** For people. */
  @Override
  public String toString() {
    return container + endpoint.map(at -> " at " + at).orElse(" of the account " + account);
  }
}
