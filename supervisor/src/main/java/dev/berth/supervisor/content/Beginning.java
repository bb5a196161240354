package dev.berth.supervisor.content;

/** What an instance found of its workspace's files, which says what its tasks run. */
public enum Beginning {
  /** Nothing, or files of another commit than its own: all is to be done. */
  FRESH,
  /** What a prebuild of its commit left: its init was run. */
  PREBUILT,
  /** What an earlier instance of it left. */
  RESTART,
  /** It is itself a prebuild: nobody will work in it. */
  HEADLESS
}
