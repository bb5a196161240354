package dev.berth.gateway.gallery;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The registry itself, over HTTP. By the JDK's older client: its sockets have a time-out for each
 * read, which the newer one lacks for bodies.
 */
final class Registry {
  private static final int REDIRECTS_MAX = 5;

  private final URI upstream;
  private final GalleryConfig.Bounds bounds;

  Registry(URI upstream, GalleryConfig.Bounds bounds) {
    this.upstream = upstream;
    this.bounds = bounds;
  }

  URI upstream() {
    return upstream;
  }

  /** What it answers. */
  sealed interface Answer {
    /**
     * Here it is.
     *
     * @param length empty where its end is not known before
     * @param body throws where the connection breaks; whether all came is for the reader to compare
     */
    record Here(String type, OptionalLong length, InputStream body) implements Answer {}

    /** It has no such thing, or not any more. */
    record Nothing() implements Answer {}

    /** An answer of no use, for now. */
    record Failing(int status) implements Answer {}
  }

  /** One question; asked once. */
  final class Question {
    private final Wanted wanted;
    private volatile @Nullable HttpURLConnection connection;
    private volatile boolean tooLate;
    private volatile boolean reached;

    Question(Wanted wanted) {
      this.wanted = wanted;
    }

    /** Blocks until an answer begins; an IOException says why none does. */
    Answer ask() throws IOException {
      var at = URI.create(upstream + wanted.target());
      for (int i = 0; i <= REDIRECTS_MAX; i++) {
        var asked = ask(at);
        int status = asked.getResponseCode();
        switch (status) {
          case 200 -> {
            return here(asked);
          }
          case 400, 404, 410 -> {
            end();
            return new Answer.Nothing();
          }
          case 301, 302, 303, 307, 308 -> {
            var location = Optional.ofNullable(asked.getHeaderField("location"));
            end();
            if (wanted.question().isPresent() && status < 307) return new Answer.Failing(status);
            at = Redirects.follow(upstream, at, location.orElse(""));
          }
          default -> {
            end();
            return new Answer.Failing(status);
          }
        }
      }
      throw new IOException("it redirects without an end");
    }

    private HttpURLConnection ask(URI at) throws IOException {
      var asking = (HttpURLConnection) at.toURL().openConnection();
      connection = asking;
      if (tooLate) throw new IOException("it takes too long");
      asking.setInstanceFollowRedirects(false);
      asking.setUseCaches(false);
      asking.setConnectTimeout(millis(bounds.connect()));
      asking.setReadTimeout(millis(bounds.silence()));
      asking.setRequestProperty("user-agent", "Berth");
      asking.setRequestProperty("accept-encoding", "identity");
      asking.setRequestProperty("accept", "application/json;api-version=3.0-preview.1, */*");
      if (wanted.question().isEmpty()) {
        asking.connect();
      } else {
        var body = wanted.question().get().getBytes(StandardCharsets.UTF_8);
        asking.setRequestMethod("POST");
        asking.setDoOutput(true);
        asking.setFixedLengthStreamingMode(body.length); // else it would be sent twice sometimes
        asking.setRequestProperty("content-type", "application/json");
        try (var out = asking.getOutputStream()) {
          out.write(body);
        }
      }
      reached = true;
      return asking;
    }

    private Answer here(HttpURLConnection asked) throws IOException {
      var type = Optional.ofNullable(asked.getContentType()).orElse("");
      long length = asked.getContentLengthLong();
      return switch (Optional.ofNullable(asked.getContentEncoding()).orElse("identity")) {
        case "identity" ->
            new Answer.Here(
                type,
                length < 0 ? OptionalLong.empty() : OptionalLong.of(length),
                asked.getInputStream());
        case "gzip" -> // some stores keep files so, whatever is asked for
            new Answer.Here(
                type, OptionalLong.empty(), new GZIPInputStream(asked.getInputStream(), 64 << 10));
        default -> throw new IOException("it sends an encoding that was not asked for");
      };
    }

    /** Whether there was a connection. */
    boolean reached() {
      return reached;
    }

    /** Ends it from any thread; who waits for the answer gets an IOException. */
    void giveUp() {
      tooLate = true;
      end();
    }

    /** Hangs up. */
    void end() {
      var last = connection;
      if (last != null) last.disconnect();
    }
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }
}
