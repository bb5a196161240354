package dev.berth.gateway.http;

import dev.berth.protocol.WorkspaceId;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The page of each workspace's editor as its server sent it last, for the next start: a browser has
 * a second's work with it, which it does while the instance is on its way. Any thread.
 */
final class EditorPages {
  /** VS Code's has 10 KB. */
  static final int LARGEST = 64 << 10;

  /** Of those that were opened last; 16 MB at most. */
  private static final int MOST = 256;

  /** Covers the page until the workspace answers; the dashboard's module makes it. */
  private static final String COVER = "<script src=\"/_berth/page/starting.js\"></script>";

  private record Page(String uri, Answer answer) {}

  /** Guarded by this. */
  private final Map<WorkspaceId, Page> pages =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<WorkspaceId, Page> eldest) {
          return size() > MOST;
        }
      };

  /** Whether a page was sent for {@code workspace} since the gateway started. */
  synchronized boolean knows(WorkspaceId workspace) {
    return pages.containsKey(workspace);
  }

  /** What was sent for {@code uri}, under a cover. */
  synchronized Optional<Answer> find(WorkspaceId workspace, String uri) {
    return Optional.ofNullable(pages.get(workspace))
        .filter(page -> page.uri().equals(uri))
        .map(Page::answer);
  }

  synchronized void forget(WorkspaceId workspace) {
    pages.remove(workspace);
  }

  /** Whether an answer with {@code headers} is a page that can be kept. */
  static boolean isWorthKeeping(HttpHeaders headers) {
    return headers.get(HttpHeaderNames.CONTENT_TYPE, "").startsWith("text/html")
        && !headers.contains(HttpHeaderNames.CONTENT_ENCODING)
        && !headers.contains(HttpHeaderNames.SET_COOKIE);
  }

  /** Keeps {@code body}, which was sent with {@code headers}, where it is such a page. */
  void keep(WorkspaceId workspace, String uri, HttpHeaders headers, ByteBuf body) {
    var text = body.toString(StandardCharsets.UTF_8);
    int begin = text.indexOf("<body");
    int at = begin < 0 ? -1 : text.indexOf('>', begin) + 1;
    if (at <= 0) return;
    var answer =
        new Answer(
                HttpResponseStatus.OK,
                Map.of(),
                Bytes.of(text.substring(0, at) + COVER + text.substring(at)))
            .with("content-type", headers.get(HttpHeaderNames.CONTENT_TYPE))
            .with("cache-control", "no-store");
    var policy = headers.getAll(HttpHeaderNames.CONTENT_SECURITY_POLICY);
    // Several headers of this name are all obeyed, and so are several policies in one.
    if (!policy.isEmpty()) {
      answer = answer.with("content-security-policy", String.join(", ", policy));
    }
    synchronized (this) {
      pages.put(workspace, new Page(uri, answer));
    }
  }
}
