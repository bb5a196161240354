package dev.berth.snapshots.format;

/** What a save could not keep as it was, or a restore could not make as it should be. */
public record Finding(Kind kind, String path, String text) {
  /** Why. */
  public enum Kind {
    /** A device or socket: nobody else could use it. */
    SKIPPED,
    /** It was not there any more when it was its turn. */
    VANISHED,
    /** It changed while it was read, each time that was tried. */
    CHANGED,
    /** The system did not let us. */
    UNREADABLE,
    /** An owner, attribute or time that this file system does not keep. */
    NOT_KEPT
  }
}
