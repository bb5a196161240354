package dev.berth.objects.http;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request, which changes nothing by being made.
 *
 * @param headers by their names in small letters, as what signs them wants them
 */
public record Call(String method, URI uri, SortedMap<String, String> headers, ByteBuffer body) {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  public Call {
    headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
  }

  public static Call of(String method, URI uri) {
    return new Call(method, uri, Collections.emptySortedMap(), NOTHING);
  }

  /** Of a form. */
  public record Field(String name, String value) {
    @Override
    public String toString() {
      return name; // the value may let somebody in
    }
  }

  /** With what an HTML form would send (application/x-www-form-urlencoded). */
  public static Call ofForm(URI uri, Field... fields) {
    var form =
        Stream.of(fields)
            .map(field -> encoded(field.name()) + "=" + encoded(field.value()))
            .collect(Collectors.joining("&"));
    return of("POST", uri)
        .with("content-type", "application/x-www-form-urlencoded")
        .with(ByteBuffer.wrap(form.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  public Call with(String header, String value) {
    var more = new TreeMap<>(headers);
    more.put(header, value);
    return new Call(method, uri, more, body);
  }

  public Call with(ByteBuffer bytes) {
    return new Call(method, uri, headers, bytes);
  }

  public Call at(URI other) {
    return new Call(method, other, headers, body);
  }

  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** Without what may let somebody in: the address's query, and the headers. */
  @Override
  public String toString() {
    return "%s %s://%s%s"
        .formatted(method, uri.getScheme(), uri.getRawAuthority(), uri.getRawPath());
  }

  /** Without a copy: an object may be large, and several are on their way. */
  BodyPublisher publisher() {
    if (!body.hasRemaining()) return BodyPublishers.noBody();
    if (body.hasArray()) {
      return BodyPublishers.ofByteArray(
          body.array(), body.arrayOffset() + body.position(), body.remaining());
    }
    var copy = new byte[body.remaining()];
    body.get(body.position(), copy);
    return BodyPublishers.ofByteArray(copy);
  }
}
