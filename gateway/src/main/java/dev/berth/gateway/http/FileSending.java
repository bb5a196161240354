package dev.berth.gateway.http;

import dev.berth.gateway.statics.Encoding;
import dev.berth.gateway.statics.StaticFile;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.LinkedHashMap;
import java.util.Map;

/** A static file on its way, as fast as the visitor takes it. One event loop only. */
final class FileSending {
  /** What is handed over at a time; TLS makes a copy of it. */
  private static final int PART = 64 << 10;

  private final StaticFile file;
  private int sent;
  private boolean writing;

  FileSending(StaticFile file) {
    this.file = file;
  }

  /** The answer without its body. */
  static HttpResponse head(StaticFile file) {
    var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    headers(file).forEach((name, value) -> head.headers().set(name, value));
    head.headers().set(HttpHeaderNames.CONTENT_LENGTH, file.length());
    if (file.encoding() != Encoding.PLAIN) {
      head.headers().set(HttpHeaderNames.CONTENT_ENCODING, file.encoding().token());
    }
    return head;
  }

  /** The answer to one who has it already. */
  static Answer unchanged(StaticFile file) {
    return new Answer(HttpResponseStatus.NOT_MODIFIED, headers(file), Bytes.NONE);
  }

  private static Map<String, String> headers(StaticFile file) {
    var headers = new LinkedHashMap<String, String>();
    headers.put("content-type", file.type());
    headers.put("etag", file.etag());
    headers.put("vary", "accept-encoding");
    // public: it is the same for everybody, and says nothing of the workspace
    headers.put("cache-control", "public, max-age=31536000, immutable");
    headers.put("x-content-type-options", "nosniff");
    return headers;
  }

  /** Writes what the channel takes; whether that was the rest, which is said once. */
  boolean writeTo(Channel channel) {
    if (writing) return false; // a flush below made the channel writable, and that called us
    writing = true;
    while (sent < file.length() && channel.isWritable()) {
      int length = Math.min(PART, file.length() - sent);
      channel.write(new DefaultHttpContent(file.part(sent, length)), channel.voidPromise());
      sent += length;
      if (!channel.isWritable()) channel.flush();
    }
    writing = false;
    if (sent < file.length()) return false;
    channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    return true;
  }
}
