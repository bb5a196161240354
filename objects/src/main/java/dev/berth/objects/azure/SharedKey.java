package dev.berth.objects.azure;

import dev.berth.base.Problem;
import dev.berth.objects.http.Call;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a key of an account signs: requests, and addresses that others may use for a while. */
final class SharedKey {
  /** Whose values are signed, in this order; we send neither of the empty ones. */
  private static final List<String> SIGNED =
      List.of(
          "content-encoding",
          "content-language",
          "content-length",
          "content-md5",
          "content-type",
          "date",
          "if-modified-since",
          "if-match",
          "if-none-match",
          "if-unmodified-since",
          "range");

  private final String account;
  private final SecretKeySpec key;

  private SharedKey(String account, SecretKeySpec key) {
    this.account = account;
    this.key = key;
  }

  static SharedKey of(String account, AzureOptions.Login.Key key) {
    if (!key.isKey()) {
      throw new Problem.Invalid(
          "The key of the storage account %s is no key.".formatted(account),
          "Give it as Azure shows it, in Base64.");
    }
    var bytes = Base64.getDecoder().decode(key.base64());
    return new SharedKey(account, new SecretKeySpec(bytes, "HmacSHA256"));
  }

  /** The request with its signature; nothing may be changed of it then. */
  Call signed(Call call) {
    var lines = new ArrayList<String>();
    lines.add(call.method());
    for (var name : SIGNED) {
      lines.add(name.equals("content-length") ? length(call) : call.header(name));
    }
    call.headers()
        .forEach((name, value) -> {
          if (name.startsWith("x-ms-")) lines.add(name + ":" + value);
        });
    lines.add("/" + account + call.uri().getRawPath());
    new TreeMap<>(query(call.uri())).forEach((name, value) -> lines.add(name + ":" + value));
    return call.with(
        "authorization", "SharedKey %s:%s".formatted(account, mac(String.join("\n", lines))));
  }

  private static String length(Call call) {
    int length = call.body().remaining();
    return length == 0 ? "" : String.valueOf(length);
  }

  private static Map<String, String> query(URI uri) {
    var query = new LinkedHashMap<String, String>();
    if (uri.getRawQuery() == null) return query;
    for (var pair : uri.getRawQuery().split("&")) {
      int equals = pair.indexOf('=');
      query.put(
          pair.substring(0, equals),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return query;
  }

  /**
   * What is added to the address of a blob so that whoever has it may read that one; not over plain
   * HTTP, where the service itself is not asked so.
   */
  String readable(URI service, String container, String blob, Instant until) {
    boolean secure = "https".equals(service.getScheme());
    var expiry = until.truncatedTo(ChronoUnit.SECONDS).toString();
    var fields =
        List.of(
            "r", // permissions
            "", // from when on
            expiry,
            "/blob/%s/%s/%s".formatted(account, container, blob),
            "", // a policy's name
            "", // addresses
            secure ? "https" : "", // protocols
            AzureStore.VERSION,
            "b", // a blob
            "", // a snapshot
            "", // an encryption scope
            "", // and what the answer's headers are to be
            "",
            "",
            "",
            "");
    var query = new LinkedHashMap<String, String>();
    query.put("sv", AzureStore.VERSION);
    query.put("sr", "b");
    query.put("sp", "r");
    query.put("se", expiry);
    if (secure) query.put("spr", "https");
    query.put("sig", mac(String.join("\n", fields)));
    return query.entrySet().stream()
        .map(pair ->
            pair.getKey() + "=" + URLEncoder.encode(pair.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private String mac(String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA-256", e);
    }
  }
}
