package dev.berth.base.http;

import java.util.function.Predicate;

/**
 * Who may send less than others.
 *
 * @param bodyBytes the largest body of who is not known
 * @param known whether a request shows a credential that the server knows; asked of its head, which
 *     has no body, on a virtual thread
 */
public record Strangers(int bodyBytes, Predicate<Request> known) {
  /** There are none. */
  public static final Strangers NONE = new Strangers(Integer.MAX_VALUE, _ -> true);
}
