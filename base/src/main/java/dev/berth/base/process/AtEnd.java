package dev.berth.base.process;

/**
 * What has to be done once, at the end: when this is closed, or before, when this process is asked
 * to end, as by Ctrl-C. Whoever comes second waits until it is done. A killed process (SIGKILL)
 * does nothing.
 */
public final class AtEnd implements AutoCloseable {
  private final Runnable act;
  private final Thread hook = Thread.ofPlatform().name("at-end").unstarted(this::once);
  private boolean done;

  private AtEnd(Runnable act) {
    this.act = act;
  }

  /** From now on {@code act} will be done, so it must bear that nothing was made yet. */
  public static AtEnd of(Runnable act) {
    var end = new AtEnd(act);
    Runtime.getRuntime().addShutdownHook(end.hook);
    return end;
  }

  private synchronized void once() {
    if (done) return;
    done = true;
    act.run();
  }

  @Override
  public void close() {
    try {
      once();
    } finally {
      forget();
    }
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // This process is on its way down, and the hook with it.
    }
  }
}
