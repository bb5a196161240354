package dev.berth.gateway.gallery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.util.Locale;

/** The registry's JSON, whose addresses are made to lead to us. */
final class Texts {
  private static final JsonFactory JSON = new JsonFactory();

  private Texts() {}

  static boolean isJson(String type) {
    return plain(type).equals("application/json");
  }

  /** A content type without its parameters. */
  static String plain(String type) {
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  /** An IOException where {@code file} is no JSON, as what somebody between answers is not. */
  static void check(File file) throws IOException {
    try (var from = JSON.createParser(file)) {
      if (from.nextToken() == null) throw new IOException("its answer is empty");
      while (from.nextToken() != null) {} // each says where it is wrong
    }
  }

  /**
   * {@code json} with each text that is an address of the registry's and that we serve beginning
   * with {@code base} in the place of {@code upstream}. An IOException where it is no JSON.
   */
  static byte[] leadingTo(String base, String upstream, byte[] json) throws IOException {
    var bytes = new ByteArrayOutputStream(json.length + json.length / 4);
    try (var from = JSON.createParser(json);
        var to = JSON.createGenerator(bytes)) {
      while (from.nextToken() != null) {
        if (from.currentToken() == JsonToken.VALUE_STRING) {
          to.writeString(leadingTo(base, upstream, from.getText()));
        } else {
          to.copyCurrentEventExact(from);
        }
      }
    }
    return bytes.toByteArray();
  }

  private static String leadingTo(String base, String upstream, String text) {
    if (!text.startsWith(upstream)) return text;
    var rest = text.substring(upstream.length());
    return rest.startsWith("/vscode/") || rest.startsWith("/api/") ? base + rest : text;
  }
}
