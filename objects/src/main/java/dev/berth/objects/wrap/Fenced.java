package dev.berth.objects.wrap;

import dev.berth.base.Problem;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * Lets a store be changed while it is this process's turn, which is asked directly before each
 * change: one that was stopped for a minute goes on where it was, while another has the turn. Reads
 * as ever. To be put behind what tries again.
 */
public final class Fenced extends Forwarding {
  private final BooleanSupplier holds;

  public Fenced(ObjectStore store, BooleanSupplier holds) {
    super(store);
    this.holds = holds;
  }

  private void expectTurn() {
    if (holds.getAsBoolean()) return;
    throw new Problem.Unavailable(
        "Another process has the turn now, so this one changes nothing in the object store.",
        "Try again; the control that leads answers then.");
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    expectTurn();
    return super.putIfAbsent(name, bytes);
  }

  @Override
  public boolean heal(ObjectName name) throws IOException, InterruptedException {
    expectTurn();
    return super.heal(name);
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    expectTurn();
    super.delete(name);
  }
}
