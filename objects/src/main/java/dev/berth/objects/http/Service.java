package dev.berth.objects.http;

import dev.berth.base.Problem;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/** Asks a service by HTTP/1.1: each call once, whole, and not for ever. */
public final class Service implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** Until the answer begins, beside the time that what is sent takes. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  /** What goes slower than this is given up, either way. */
  private static final long LEAST_BYTES_A_SECOND = 256 << 10;

  /** An object, or a page of a list, which has some hundred bytes for each. */
  private static final long MOST_ANSWERED = ObjectStore.MOST_BYTES;

  private final String called;
  private final HttpClient client;

  private Service(String called, HttpClient client) {
    this.called = called;
    this.client = client;
  }

  /**
   * Asks nothing yet.
   *
   * @param called what is asked, for people
   * @param authorities a file of certificates that the service's is signed by; empty for those that
   *     Java knows
   */
  public static Service open(String called, Optional<Path> authorities) {
    var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // objects side by side want connections
            .followRedirects(HttpClient.Redirect.NEVER) // what is signed is so for one address
            .connectTimeout(CONNECT_LIMIT);
    authorities.map(Service::tls).ifPresent(client::sslContext);
    return new Service(called, client.build());
  }

  private static SSLContext tls(Path authorities) {
    var trusted = Authorities.trusting(authorities);
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  /** What is asked, for people. */
  String called() {
    return called;
  }

  /** The answer, whatever it is. */
  public Answer ask(Call call) throws IOException, InterruptedException {
    var sending = Duration.ofSeconds(call.body().remaining() / LEAST_BYTES_A_SECOND);
    var answering = ANSWER_LIMIT.plus(sending);
    var whole = answering.plusSeconds(MOST_ANSWERED / LEAST_BYTES_A_SECOND);
    var answer = await(send(request(call, answering)), whole);
    return new Answer(answer.statusCode(), answer.headers(), answer.body());
  }

  private HttpRequest request(Call call, Duration limit) {
    try {
      var request =
          HttpRequest.newBuilder(call.uri()).method(call.method(), call.publisher()).timeout(limit);
      call.headers().forEach(request::header);
      return request.build();
    } catch (IllegalArgumentException _) { // whose words have the whole address or header
      throw new Problem.Unavailable(
          "%s cannot be asked: its address, or what lets us in, has letters that have no place there."
              .formatted(called),
          "Give both without blanks, quotes and ends of lines.");
    }
  }

  private CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) {
    return client.sendAsync(
        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWERED));
  }

  /** The request's own limit is over when the answer begins, so that is not enough. */
  private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> answer, Duration limit)
      throws IOException, InterruptedException {
    try {
      return answer.get(limit.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("it was not answered whole in %d s".formatted(limit.toSeconds()), e);
    } finally {
      answer.cancel(true); // breaks off what still goes on
    }
  }

  private IOException failure(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLHandshakeException) throw unknownSigner(cause);
      if (cause instanceof UnresolvedAddressException) {
        return new IOException("its name is not known", failure);
      }
    }
    return switch (failure) {
      case HttpConnectTimeoutException _ -> new IOException("no connection was made", failure);
      case ConnectException _ -> new IOException("no connection can be made", failure);
      case HttpTimeoutException _ -> new IOException("it did not answer in time", failure);
      default -> new IOException(String.valueOf(failure.getMessage()), failure);
    };
  }

  private Problem unknownSigner(Throwable e) {
    return new Problem.Unavailable(
        "The certificate of the service of %s is not trusted: %s."
            .formatted(called, e.getMessage()),
        "Name a file with the certificate of who signed it, or ask for the name it is made for.",
        e);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
