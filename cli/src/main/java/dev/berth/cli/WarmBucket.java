package dev.berth.cli;

import dev.berth.base.http.Header;
import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Request;
import dev.berth.base.http.Response;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * As much of an S3 service as a training run asks, so that the classes that speak with one are in
 * the JVM's cache. It lives in memory and keeps no promise: nothing is ever stored there.
 */
final class WarmBucket implements AutoCloseable {
  static final String NAME = "warm";

  private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
  private final HttpServer server;

  WarmBucket() {
    server =
        HttpServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            HttpServer.Limits.DEFAULT,
            this::answer);
  }

  String address() {
    return "http://127.0.0.1:" + server.address().getPort();
  }

  private Response answer(Request request) {
    var key = request.path().replaceFirst("^/" + NAME + "/?", "");
    return switch (request.method()) {
      case "PUT" -> put(request, key);
      case "DELETE" -> {
        objects.remove(key);
        yield Response.empty(204);
      }
      default -> key.isEmpty() ? list(request) : get(request, key);
    };
  }

  private Response put(Request request, String key) {
    boolean once = request.header("if-none-match").isPresent();
    if (once && objects.containsKey(key)) return error(412, "PreconditionFailed");
    objects.put(key, content(request));
    return Response.empty(200).with("etag", "\"" + Arrays.hashCode(request.body()) + "\"");
  }

  /**
   * The client may send a body in signed pieces: the size in hexadecimal, the signature, the bytes.
   */
  private static byte[] content(Request request) {
    var body = request.body();
    if (!request.header("x-amz-content-sha256").orElse("").startsWith("STREAMING-")) return body;
    var all = new ByteArrayOutputStream();
    int at = 0;
    while (at < body.length) {
      int end = at;
      while (body[end] != '\r') end++;
      var head = new String(body, at, end - at, StandardCharsets.US_ASCII);
      int size = Integer.parseInt(head.split(";", 2)[0], 16);
      if (size == 0) break;
      all.write(body, end + 2, size);
      at = end + 2 + size + 2;
    }
    return all.toByteArray();
  }

  private Response get(Request request, String key) {
    var bytes = objects.get(key);
    if (bytes == null) return error(404, "NoSuchKey");
    var range = request.header("range").map(text -> text.replace("bytes=", "").split("-", 2));
    if (range.isEmpty()) return new Response.Whole(200, type("binary/octet-stream"), bytes);
    int from = Integer.parseInt(range.get()[0]);
    int end = Math.min(bytes.length, Integer.parseInt(range.get()[1]) + 1);
    return new Response.Whole(
            206, type("binary/octet-stream"), Arrays.copyOfRange(bytes, from, end))
        .with("content-range", "bytes %d-%d/%d".formatted(from, end - 1, bytes.length));
  }

  private Response list(Request request) {
    var prefix = request.parameter("prefix").orElse("");
    var after = request.parameter("start-after").orElse(prefix);
    var xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
    objects.tailMap(after, false).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .forEach(entry ->
            xml.append(
                    "<Contents><Key>%s</Key><Size>%d</Size>"
                        .formatted(entry.getKey(), entry.getValue().length))
                .append("<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"));
    return xml(200, xml.append("</ListBucketResult>").toString());
  }

  private static Response error(int status, String code) {
    return xml(status, "<Error><Code>%s</Code><Message>none</Message></Error>".formatted(code));
  }

  private static Response xml(int status, String text) {
    return new Response.Whole(
        status, type("application/xml"), text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Header> type(String type) {
    return List.of(new Header("content-type", type));
  }

  @Override
  public void close() {
    server.close();
  }
}
