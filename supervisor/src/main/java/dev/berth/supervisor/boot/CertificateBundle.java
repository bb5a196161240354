package dev.berth.supervisor.boot;

import dev.berth.base.trust.Authorities;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A file of certificates that programs trust. What stands between them in it is left as it is. */
record CertificateBundle(String text) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----[\r\n]*", Pattern.DOTALL);

  /** The same without those, however their lines are broken. */
  CertificateBundle without(Authorities authorities) {
    var unwanted = keys(authorities.pem());
    return new CertificateBundle(
        BLOCK
            .matcher(text)
            .replaceAll(found ->
                unwanted.contains(key(found.group(1)))
                    ? ""
                    : java.util.regex.Matcher.quoteReplacement(found.group())));
  }

  /** The same with those that it does not have at its end. */
  CertificateBundle with(Authorities authorities) {
    var missing = missing(authorities);
    if (missing.isEmpty()) return this;
    var before = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    return new CertificateBundle(before + String.join("", missing));
  }

  /** Those of {@code authorities}, in PEM, that it does not have. */
  List<String> missing(Authorities authorities) {
    var there = keys(text);
    return authorities.pems().stream().filter(pem -> !there.containsAll(keys(pem))).toList();
  }

  private static Set<String> keys(String text) {
    return BLOCK
        .matcher(text)
        .results()
        .map(found -> key(found.group(1)))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static String key(String base64) {
    return base64.replaceAll("\\s", "");
  }
}
