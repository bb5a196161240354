package dev.berth.objects.s3;

import dev.berth.base.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What a service's refusals mean to us.
 *
 * @param bucket for people
 */
record Answers(String bucket) {
  private static final int ELSEWHERE = 301;
  static final int NOT_FOUND = 404;
  static final int NOT_NEW = 409;
  static final int TAKEN = 412;
  static final int BEHIND_THE_END = 416;

  private static final String NO_BUCKET = "NoSuchBucket";

  /** What services say of a key or a signature; some with another status than 403. */
  private static final Set<String> WRONG_KEYS =
      Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "AuthorizationHeaderMalformed");

  /** The call's result. */
  <T> T to(Supplier<T> call) throws IOException {
    return to(List.of(), call).orElseThrow();
  }

  /** The same; empty where the service answered one of {@code expected}. */
  <T> Optional<T> to(List<Integer> expected, Supplier<T> call) throws IOException {
    try {
      return Optional.of(call.get());
    } catch (AbortedException e) {
      throw (IOException) new InterruptedIOException("given up").initCause(e);
    } catch (S3Exception e) {
      var code = code(e);
      if (code.equals(NO_BUCKET)) throw noBucket(e);
      if (WRONG_KEYS.contains(code)) throw wrongKeys(code, e);
      if (expected.contains(e.statusCode())) return Optional.empty();
      if (e.statusCode() == ELSEWHERE) throw elsewhere(e);
      if (e.statusCode() == 401 || e.statusCode() == 403) throw forbidden(code, e);
      throw new IOException("S3 answered %d %s".formatted(e.statusCode(), code).strip(), e);
    } catch (SdkException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof SSLHandshakeException) throw unknownSigner(cause);
      }
      throw new IOException(words(e), e);
    }
  }

  /** Whether there is a bucket for the call. */
  boolean isThere(Supplier<?> call) throws IOException {
    return to(() -> {
      try {
        return call.get() != null;
      } catch (S3Exception e) {
        if (code(e).equals(NO_BUCKET)) return false;
        throw e;
      }
    });
  }

  /** Without what the client says of itself. */
  private static String words(SdkException e) {
    return String.valueOf(e.getMessage())
        .replaceFirst("^Unable to execute HTTP request: ", "")
        .replaceFirst(" \\(SDK Attempt Count: \\d+\\)$", "");
  }

  private static String code(S3Exception e) {
    var details = e.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  private Problem noBucket(S3Exception e) {
    return new Problem.Unavailable(
        "There is no bucket %s.".formatted(bucket), "Make it, or name another.", e);
  }

  private Problem elsewhere(S3Exception e) {
    return new Problem.Unavailable(
        "The bucket %s is in another region.".formatted(bucket), "Name the bucket's region.", e);
  }

  private Problem wrongKeys(String code, S3Exception e) {
    return new Problem.Unavailable(
        "The keys for the bucket %s are not accepted: %s.".formatted(bucket, code),
        "Give the access key and the secret key that belong together, and the service's region.",
        e);
  }

  private Problem forbidden(String code, S3Exception e) {
    return new Problem.Unavailable(
        "The bucket %s refused us: %s.".formatted(bucket, code.isEmpty() ? e.statusCode() : code),
        "See that the access key may read, write, list and delete there.",
        e);
  }

  private Problem unknownSigner(Throwable e) {
    return new Problem.Unavailable(
        "The certificate of the service of %s is not trusted: %s."
            .formatted(bucket, e.getMessage()),
        "Name a file with the certificate of who signed it, or ask for the name it is made for.",
        e);
  }
}
