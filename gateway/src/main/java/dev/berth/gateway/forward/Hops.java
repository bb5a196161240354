package dev.berth.gateway.forward;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

/** Headers that mean one connection only and are not passed on (RFC 9110, 7.6.1). */
public final class Hops {
  private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
  private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
  private static final AsciiString PROXY_AUTHORIZATION = AsciiString.cached("proxy-authorization");
  private static final AsciiString HTTP2_SETTINGS = AsciiString.cached("http2-settings");

  private Hops() {}

  /** Removes them, and what a Connection header names; how the body is framed stays. */
  public static void remove(HttpHeaders headers) {
    var connection = headers.get(HttpHeaderNames.CONNECTION);
    if (connection != null) {
      if (!isPlain(connection)) removeNamed(headers);
      headers.remove(HttpHeaderNames.CONNECTION);
    }
    headers.remove(KEEP_ALIVE);
    headers.remove(PROXY_CONNECTION);
    headers.remove(PROXY_AUTHORIZATION);
    headers.remove(HttpHeaderNames.UPGRADE);
    headers.remove(HTTP2_SETTINGS);
    if (headers.contains(HttpHeaderNames.TE)) {
      boolean trailers = headers.containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true);
      headers.remove(HttpHeaderNames.TE);
      if (trailers) headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS); // gRPC wants it
    }
  }

  private static boolean isPlain(String connection) {
    return HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(connection)
        || HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(connection)
        || HttpHeaderValues.UPGRADE.contentEqualsIgnoreCase(connection);
  }

  private static void removeNamed(HttpHeaders headers) {
    for (var value : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (var named : value.split(",", -1)) {
        var name = named.strip();
        boolean framing =
            HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)
                || HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)
                || HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)
                || HttpHeaderNames.TE.contentEqualsIgnoreCase(name);
        if (!name.isEmpty() && !framing) headers.remove(name);
      }
    }
  }
}
