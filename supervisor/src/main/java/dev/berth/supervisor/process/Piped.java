package dev.berth.supervisor.process;

/** A process with three pipes; closing {@code input} tells it that no more comes. */
public record Piped(Child child, Descriptor input, Descriptor output, Descriptor errors)
    implements AutoCloseable {
  @Override
  public void close() {
    input.close();
    output.close();
    errors.close();
  }
}
