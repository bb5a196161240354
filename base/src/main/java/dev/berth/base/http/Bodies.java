package dev.berth.base.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests' bodies that are collected until they are whole, and what they hold together. Where that
 * is all that may be, the one that takes longest to come gives way: who does not come to an end
 * keeps nobody out. Bytes are copied, so that a small piece does not keep the large buffer that it
 * was read into. Any thread may call.
 */
public final class Bodies {
  /**
   * An eighth of the heap that is usual; 64 bodies of the largest size, or 4096 of a stranger's.
   */
  public static final long MOST = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Bodies.class);

  private static final long LOG_NANOS = 60_000_000_000L;

  /** Most bodies are smaller than this, and need no second array. */
  private static final int FIRST = 512;

  private static final byte[] NOTHING = {};

  private final String whose;
  private final long most;
  private final Set<Body> coming = new LinkedHashSet<>();
  private long held;
  private long toldAt = System.nanoTime() - LOG_NANOS;

  /**
   * @param whose for the log
   * @param most bytes of all together
   */
  public Bodies(String whose, long most) {
    this.whose = whose;
    this.most = most;
  }

  /** What came of a piece. */
  public enum Added {
    TAKEN,
    /** The body is larger than it may be. */
    TOO_LARGE,
    /** There is no room for it, or it had to give way before. */
    NO_ROOM
  }

  /**
   * A body that begins.
   *
   * @param largest of it, in bytes
   * @param givesWay is called, on any thread, where another takes its room
   */
  public Body begin(int largest, Runnable givesWay) {
    var body = new Body(largest, givesWay);
    synchronized (this) {
      coming.add(body);
    }
    return body;
  }

  /** What all hold now. */
  public synchronized long heldBytes() {
    return held;
  }

  private boolean makesRoom(Body asking, int more) {
    if (held + more > most) tell();
    for (Iterator<Body> all = coming.iterator(); held + more > most; ) {
      if (!all.hasNext()) return false; // the rest is whole, and being answered
      var longest = all.next();
      all.remove();
      longest.letGo();
      if (longest == asking) return false;
      longest.givesWay.run();
    }
    return true;
  }

  private void tell() {
    long now = System.nanoTime();
    if (now - toldAt < LOG_NANOS) return;
    toldAt = now;
    LOG.warn(
        "Unfinished requests to {} hold {} MiB together, which is all that they may: those that"
            + " take longest are refused.",
        whose,
        most >> 20);
  }

  /** One body. */
  public final class Body {
    private final int largest;
    private final Runnable givesWay;
    private byte[] bytes = NOTHING;
    private int length;

    private Body(int largest, Runnable givesWay) {
      this.largest = largest;
      this.givesWay = givesWay;
    }

    /** Takes a copy of {@code piece}; where it cannot, the body is gone. */
    public Added add(ByteBuf piece) {
      synchronized (Bodies.this) {
        if (!coming.contains(this)) return Added.NO_ROOM;
        int more = piece.readableBytes();
        if (more > largest - length) {
          end();
          return Added.TOO_LARGE;
        }
        if (!fits(length + more)) return Added.NO_ROOM;
        piece.getBytes(piece.readerIndex(), bytes, length, more);
        length += more;
        return Added.TAKEN;
      }
    }

    private boolean fits(int needed) {
      if (needed <= bytes.length) return true;
      int size = Math.min(largest, Math.max(Math.max(needed, FIRST), 2 * bytes.length));
      int more = size - bytes.length;
      if (!makesRoom(this, more)) {
        end();
        return false;
      }
      held += more;
      bytes = Arrays.copyOf(bytes, size);
      return true;
    }

    /** All of it, which holds its room until it is released; none where it had to give way. */
    public Optional<ByteBuf> whole() {
      synchronized (Bodies.this) {
        if (!coming.remove(this)) return Optional.empty();
        return Optional.of(length == 0 ? Unpooled.EMPTY_BUFFER : new Whole(this));
      }
    }

    /** Whether it had to give way, or ended. */
    public boolean isGone() {
      synchronized (Bodies.this) {
        return !coming.contains(this);
      }
    }

    /** It is not wanted any more. */
    public void end() {
      synchronized (Bodies.this) {
        if (coming.remove(this)) letGo();
      }
    }

    private void letGo() {
      held -= bytes.length;
      bytes = NOTHING;
      length = 0;
    }
  }

  private final class Whole extends UnpooledHeapByteBuf {
    private final Body body;

    Whole(Body body) {
      super(UnpooledByteBufAllocator.DEFAULT, body.bytes, body.bytes.length);
      this.body = body;
      setIndex(0, body.length);
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      synchronized (Bodies.this) {
        body.letGo();
      }
    }
  }
}
