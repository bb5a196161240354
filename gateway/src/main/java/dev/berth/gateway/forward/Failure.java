package dev.berth.gateway.forward;

/** Why there is no answer to pass on. */
public enum Failure {
  /** The instance is there, and nothing listens on the port. */
  NOTHING_LISTENS,
  /** No connection: the instance or control is away. */
  UNREACHABLE,
  /** It hung up before it answered. */
  HUNG_UP,
  /** What it said is no HTTP answer, or one to a question that was not asked. */
  NO_HTTP,
  /** As many connections as one instance may have are in use. */
  BUSY
}
