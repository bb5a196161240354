package dev.berth.gateway.gallery;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;

/** The registry itself, over HTTP. */
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

  /**
   * One question, asked once, by a client of its own: what comes behind the end of an answer can
   * never be taken for the next one, and giving up ends all of it. The registry is asked seldom.
   */
  final class Question implements AutoCloseable {
    private final Wanted wanted;
    private final HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(bounds.connect())
            .build();

    Question(Wanted wanted) {
      this.wanted = wanted;
    }

    /** Blocks until an answer begins; an IOException says why none does. */
    Answer ask() throws IOException, InterruptedException {
      var at = URI.create(upstream + wanted.target());
      for (int i = 0; i <= REDIRECTS_MAX; i++) {
        var heard = send(at);
        int status = heard.statusCode();
        switch (status) {
          case 200 -> {
            return here(heard);
          }
          case 400, 404, 410 -> {
            return new Answer.Nothing();
          }
          case 301, 302, 303, 307, 308 -> {
            heard.body().close();
            if (wanted.question().isPresent() && status < 307) return new Answer.Failing(status);
            at = Redirects.follow(upstream, at, heard.headers().firstValue("location").orElse(""));
          }
          default -> {
            return new Answer.Failing(status);
          }
        }
      }
      throw new IOException("it redirects without an end");
    }

    private HttpResponse<InputStream> send(URI at) throws IOException, InterruptedException {
      var request =
          HttpRequest.newBuilder(at)
              .timeout(bounds.head())
              .header("user-agent", "Berth")
              .header("accept-encoding", "identity")
              .header("accept", "application/json;api-version=3.0-preview.1, */*");
      if (wanted.question().isPresent()) {
        request
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(wanted.question().get()));
      }
      try {
        return client.send(request.build(), BodyHandlers.ofInputStream());
      } catch (ConnectException | HttpConnectTimeoutException e) {
        throw new Away(e);
      }
    }

    private Answer here(HttpResponse<InputStream> heard) throws IOException {
      var headers = heard.headers();
      var type = headers.firstValue("content-type").orElse("");
      return switch (headers.firstValue("content-encoding").orElse("identity")) {
        case "identity" ->
            new Answer.Here(type, headers.firstValueAsLong("content-length"), heard.body());
        case "gzip" -> // some stores keep files so, whatever is asked for
            new Answer.Here(
                type, OptionalLong.empty(), new GZIPInputStream(heard.body(), 64 << 10));
        default -> throw new IOException("it sends an encoding that was not asked for");
      };
    }

    /** Hangs up, from any thread; who waits for the answer or reads it gets an IOException. */
    @Override
    public void close() {
      client.shutdownNow();
    }
  }

  /** There is not even a connection. */
  static final class Away extends IOException {
    private static final long serialVersionUID = 1;

    Away(IOException cause) {
      super("it cannot be reached", cause);
    }
  }
}
