package dev.berth.objects.journal;

import dev.berth.base.Problem;
import dev.berth.base.process.Turns;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.folder.FolderStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the distant store's copy in the place of one that this machine's disk has damaged, or does
 * not give back. One that it has lost is fetched as any that is there only, once a comparison has
 * told that it is. Any thread may call.
 */
final class Healing {
  private static final Logger LOG = LoggerFactory.getLogger(Healing.class);

  private final FolderStore here;
  private final Supplier<ObjectStore> distant;
  private final Soundness soundness;
  private final Turns<ObjectName> changing;

  /** Of any number that met the damage one fetches. */
  private final Turns<ObjectName> healing = new Turns<>();

  /**
   * @param changing in which an object is deleted, too: one that is deleted meanwhile stays so
   */
  Healing(
      FolderStore here,
      Supplier<ObjectStore> distant,
      Soundness soundness,
      Turns<ObjectName> changing) {
    this.here = here;
    this.distant = distant;
    this.soundness = soundness;
    this.changing = changing;
  }

  /** Whether a copy here is whole afterwards; the distant store may be away. */
  boolean tried(ObjectName name) throws InterruptedException {
    try {
      return heal(name);
    } catch (IOException | Problem e) {
      LOG.warn("{} is damaged here and cannot be fetched: {}", name, e.getMessage());
      return false;
    }
  }

  /** The same where the distant store answers. */
  boolean heal(ObjectName name) throws IOException, InterruptedException {
    return healing.in(
        name,
        () -> {
          if (!isHere(name)) return false;
          if (isSoundHere(name)) return true;
          var whole = distant.get().read(name).filter(bytes -> soundness.isSound(name, bytes));
          return whole.isPresent() && replace(name, whole.get());
        });
  }

  /** Not what was deleted, or never here; the disk may not say so much any more. */
  private boolean isHere(ObjectName name) throws IOException {
    try {
      return here.find(name).isPresent();
    } catch (ClosedByInterruptException e) {
      throw e; // closing
    } catch (IOException e) {
      LOG.info("{} cannot be looked at: {}", name, e.getMessage());
      return true;
    }
  }

  /** A disk that is full or broken is this one object's affair. */
  private boolean replace(ObjectName name, byte[] whole) throws IOException, InterruptedException {
    try {
      boolean replaced =
          changing.in(
              name,
              () -> {
                if (!isHere(name)) return false;
                here.replace(name, ByteBuffer.wrap(whole));
                return true;
              });
      if (replaced) LOG.warn("{} was damaged on this machine's disk: whole again", name);
      return replaced;
    } catch (ClosedByInterruptException e) {
      throw e; // closing
    } catch (IOException e) {
      LOG.error("{} is damaged on this machine's disk, which takes no other", name, e);
      return false;
    }
  }

  private boolean isSoundHere(ObjectName name) throws IOException {
    try {
      return here.read(name).filter(bytes -> soundness.isSound(name, bytes)).isPresent();
    } catch (ClosedByInterruptException e) {
      throw e; // closing
    } catch (IOException e) {
      LOG.info("{} cannot be read: {}", name, e.getMessage());
      return false;
    }
  }

  /**
   * What was done by {@code reading}, once more where the disk did not give it and it is healed.
   */
  Optional<byte[]> read(ObjectName name, Reading reading) throws IOException, InterruptedException {
    try {
      return reading.read();
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      if (!tried(name)) throw e;
      return reading.read();
    }
  }

  /** A read of this machine's disk. */
  interface Reading {
    Optional<byte[]> read() throws IOException;
  }
}
