package dev.berth.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Optional;

/** Whether a request is one, and the same one to every reader (RFC 9112, 3.2, 6.3, 11.2). */
final class Framing {
  private Framing() {}

  /** What is wrong with {@code request}; its target is made to begin with "/" where it is whole. */
  static Optional<Answer> fault(HttpRequest request) {
    if (request.decoderResult().isFailure()) return Optional.of(unread(request));
    var headers = request.headers();
    if (has(headers.valueCharSequenceIterator(HttpHeaderNames.HOST)) != 1) {
      return bad("It has no Host header, or more than one.");
    }
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING) && !isChunked(request)) {
      return bad("Its Transfer-Encoding is not \"chunked\" alone, or comes with a Content-Length.");
    }
    var method = request.method();
    if (method.equals(HttpMethod.CONNECT) || method.equals(HttpMethod.TRACE)) {
      return Optional.of(
          Answer.of(
              HttpResponseStatus.METHOD_NOT_ALLOWED,
              false,
              "invalid",
              "The method " + method + " is not served.",
              "Use another one."));
    }
    return target(request);
  }

  private static Optional<Answer> target(HttpRequest request) {
    var uri = request.uri();
    if (!uri.startsWith("/")) {
      var origin = originForm(uri, request.headers().get(HttpHeaderNames.HOST, ""));
      if (origin.isEmpty()) return bad("Its target is no path, or names another host.");
      uri = origin.get();
      request.setUri(uri);
    }
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c <= ' ' || c == 0x7f) return bad("Its target holds a control character.");
    }
    return Optional.empty();
  }

  /** The path of an absolute target, which must name the same host as the Host header. */
  private static Optional<String> originForm(String uri, String host) {
    int start = uri.regionMatches(true, 0, "http://", 0, 7) ? 7 : 8;
    if (start == 8 && !uri.regionMatches(true, 0, "https://", 0, 8)) return Optional.empty();
    int slash = uri.indexOf('/', start);
    int question = uri.indexOf('?', start);
    int end = slash < 0 ? uri.length() : slash;
    if (question >= 0 && question < end) return Optional.empty();
    if (!uri.substring(start, end).equalsIgnoreCase(host)) return Optional.empty();
    return Optional.of(slash < 0 ? "/" : uri.substring(slash));
  }

  private static int has(Iterator<? extends CharSequence> values) {
    int count = 0;
    for (; values.hasNext(); values.next()) count++;
    return count;
  }

  private static boolean isChunked(HttpRequest request) {
    var headers = request.headers();
    return headers.getAll(HttpHeaderNames.TRANSFER_ENCODING).size() == 1
        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
            headers.get(HttpHeaderNames.TRANSFER_ENCODING))
        && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
  }

  private static Answer unread(HttpRequest request) {
    var cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpHeaderException)
      return tooLong(Reception.isNavigation(request));
    var status =
        switch (cause) {
          case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
          case null, default -> HttpResponseStatus.BAD_REQUEST;
        };
    return Answer.of(
        status,
        false,
        "invalid",
        "The request cannot be read, or can be read in two ways.",
        "Send one that RFC 9112 allows, its head within 64 KiB.");
  }

  /**
   * Mostly cookies that a page set for all our hosts, as each page of a workspace can. Without the
   * word to the browser to forget them, that page would have locked its visitor out.
   */
  private static Answer tooLong(boolean person) {
    return Answer.of(
            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            person,
            "invalid",
            person
                ? "Your browser sent more cookies than Berth reads. A page of a workspace may have"
                    + " set them for all of Berth's addresses."
                : "The request's headers are longer than 64 KiB.",
            person
                ? "Your browser was asked to delete them: load this page again, and log in again"
                    + " (berth login). If it stays so, delete the cookies of this site in your"
                    + " browser's settings."
                : "Send fewer cookies; a browser was asked to delete them.")
        .with("clear-site-data", "\"cookies\"");
  }

  private static Optional<Answer> bad(String why) {
    return Optional.of(
        Answer.of(
            HttpResponseStatus.BAD_REQUEST,
            false,
            "invalid",
            "The request cannot be served. " + why,
            "Send one that RFC 9112 allows."));
  }

  /**
   * Whether it asks for another protocol in a way that is passed on. HTTP/2 without TLS is not:
   * later requests on such a connection would be seen by nobody.
   */
  static boolean asksForUpgrade(HttpRequest request) {
    var headers = request.headers();
    var protocol = headers.get(HttpHeaderNames.UPGRADE);
    return protocol != null
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && !protocol.regionMatches(true, 0, "h2c", 0, 3)
        && !HttpUtil.isTransferEncodingChunked(request)
        && HttpUtil.getContentLength(request, 0L) == 0;
  }

  /** The values of a header as one line. */
  static String joined(HttpRequest request, AsciiString name) {
    var values = request.headers().valueCharSequenceIterator(name);
    if (!values.hasNext()) return "";
    var first = values.next().toString();
    if (!values.hasNext()) return first;
    var all = new StringBuilder(first);
    while (values.hasNext()) all.append("; ").append(values.next());
    return all.toString();
  }
}
