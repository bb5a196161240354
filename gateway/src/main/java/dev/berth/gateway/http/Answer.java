package dev.berth.gateway.http;

import dev.berth.base.json.Json;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer that the gateway gives itself. */
record Answer(HttpResponseStatus status, Map<String, String> headers, Bytes body) {
  private record Complaint(String kind, String what, String remedy) {}

  private record Body(Complaint error) {}

  /** What makes a waiting page load itself again once the reason for it is gone. */
  private static final String AGAIN =
      """
      <script>
      setInterval(async () => {
        try {
          const answer = await fetch(location.href, { cache: "no-store" });
          if (!answer.headers.has("x-berth-waiting")) location.reload();
        } catch { /* not yet */ }
      }, 2000);
      </script>
      """;

  /** Says what happened and what to do: as a page to a person, as JSON to a program. */
  static Answer of(
      HttpResponseStatus status, boolean person, String kind, String what, String remedy) {
    return person
        ? page(status, what, remedy, "")
        : json(status, new Body(new Complaint(kind, what, remedy)));
  }

  /** The same, and the page loads itself again when it is no longer so. */
  static Answer waiting(
      HttpResponseStatus status, boolean person, String kind, String what, String remedy) {
    return (person
            ? page(status, what, remedy, AGAIN)
            : json(status, new Body(new Complaint(kind, what, remedy))))
        .with("x-berth-waiting", kind)
        .with("retry-after", "2");
  }

  /** Sends the browser to {@code location}. */
  static Answer redirect(String location) {
    return new Answer(HttpResponseStatus.FOUND, headers("text/plain"), Bytes.NONE)
        .with("location", location);
  }

  static Answer empty(HttpResponseStatus status) {
    return new Answer(status, headers("text/plain"), Bytes.NONE);
  }

  Answer with(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(status, more, body);
  }

  private static Answer page(HttpResponseStatus status, String what, String remedy, String script) {
    var text =
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta name="color-scheme" content="light dark">
        <title>%1$s</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1rem }
        h1 { font-size: 1.3rem }
        </style>
        <h1>%1$s</h1>
        <p>%2$s
        <p>%3$s
        %4$s</html>
        """
            .formatted(escaped(status.reasonPhrase()), escaped(what), escaped(remedy), script);
    return new Answer(status, headers("text/html; charset=utf-8"), Bytes.of(text))
        .with(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                + "connect-src 'self'");
  }

  private static Answer json(HttpResponseStatus status, Body body) {
    return new Answer(status, headers("application/json"), Bytes.of(Json.write(body)));
  }

  private static Map<String, String> headers(String type) {
    var headers = new LinkedHashMap<String, String>();
    headers.put("content-type", type);
    headers.put("cache-control", "no-store");
    headers.put("x-content-type-options", "nosniff");
    return headers;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
