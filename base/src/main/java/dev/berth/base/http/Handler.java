package dev.berth.base.http;

/** Answers requests; called on a virtual thread of the request's own, so it may block. */
public interface Handler {
  /**
   * The answer to {@code request}. A {@link dev.berth.base.Problem} becomes its status and JSON;
   * any other exception a 500 that tells nothing, and a line in the log.
   */
  Response handle(Request request) throws Exception;
}
