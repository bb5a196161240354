package dev.berth.registry.pull;

import java.time.Duration;

/**
 * How long a registry is waited for.
 *
 * @param attempts at one request, and reconnects in a row that bring nothing
 * @param firstWait before the second attempt; doubled before each further one
 * @param connect until a connection stands
 * @param answer until an answer begins
 * @param stall that a body may take for its next 64 KiB, our own slowness left out
 */
record Patience(
    int attempts, Duration firstWait, Duration connect, Duration answer, Duration stall) {
  /** 0.5 + 1 + 2 + 4 s between five attempts outlast a registry's restart behind a proxy. */
  static final Patience USUAL =
      new Patience(
          5,
          Duration.ofMillis(500),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60));

  /** A registry that wants more than this (Retry-After) is told to be busy. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  Duration waitAfter(int attempt) {
    var wait = firstWait.multipliedBy(1L << Math.min(attempt - 1, 6));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  /** For a question that somebody waits for, and that may go unanswered. */
  Patience twice() {
    return new Patience(Math.min(attempts, 2), firstWait, connect, answer, stall);
  }
}
