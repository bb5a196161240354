package dev.berth.supervisor.process;

/** A process with three pipes; closing {@code input} tells it that no more comes. */
public record Piped(Child child, Descriptor input, Descriptor output, Descriptor errors)
    implements AutoCloseable {
  /**
   * To be said once the process has ended: what it left behind may keep its pipes open, and whoever
   * reads them is to come to an end with what is there.
   */
  public void endWhenEmpty() {
    output.endWhenEmpty();
    errors.endWhenEmpty();
  }

  @Override
  public void close() {
    input.close();
    output.close();
    errors.close();
  }
}
