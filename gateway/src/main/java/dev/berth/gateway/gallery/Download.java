package dev.berth.gateway.gallery;

import dev.berth.base.http.Response;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * One answer that comes from the registry into a draft on disk, which all who asked for it read
 * while it grows. It goes on when they are gone: the next one will want it. Runs on a thread of its
 * own; any thread may ask.
 */
final class Download {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Wanted wanted;
  private final Path draft;
  private final Path file;
  private final Registry.Question question;
  private final GalleryConfig.Bounds bounds;
  private final Room room;

  // Guarded by this.
  private State state = new State.Asking();
  private long written;
  private long counted;
  private boolean complete;
  private Path readable;

  /** How far it is. */
  sealed interface State {
    record Asking() implements State {}

    /** An answer began; whether it has ended well is told to those who read it. */
    record Coming(String type, OptionalLong length) implements State {}

    record Nothing() implements State {}

    /**
     * @param away whether the registry itself did not answer, rather than this question
     */
    record Failed(String why, boolean away) implements State {}
  }

  /** Makes place for what comes. */
  interface Room {
    /** An IOException where there is none. */
    void make(long bytes) throws IOException;
  }

  Download(
      Wanted wanted,
      Path draft,
      Path file,
      Registry.Question question,
      GalleryConfig.Bounds bounds,
      Room room) {
    this.wanted = wanted;
    this.draft = draft;
    this.readable = draft;
    this.file = file;
    this.question = question;
    this.bounds = bounds;
    this.room = room;
  }

  /** Blocks until the copy is whole, true, or given up, false; the draft is gone then. */
  boolean run(Instant now) throws InterruptedException {
    var watching = Thread.ofVirtual().name("gallery-watch").start(this::watch);
    try (question) {
      switch (question.ask()) {
        case Registry.Answer.Nothing _ -> say(new State.Nothing());
        case Registry.Answer.Failing(int status) ->
            say(new State.Failed("it answers %d".formatted(status), false));
        case Registry.Answer.Here here -> {
          take(here, now);
          return true;
        }
      }
    } catch (IOException | RuntimeException e) {
      var why = e.getMessage() == null ? e.toString() : e.getMessage();
      say(new State.Failed(why, e instanceof Registry.Away));
    } finally {
      watching.interrupt();
      deleteDraft();
    }
    return false;
  }

  /** It is not run: there are enough. */
  void refuse() {
    say(new State.Failed("too much is asked of it at once", false));
  }

  /** Gives up from any thread. */
  void giveUp() {
    question.close();
  }

  /** Gives up on one that does not answer in its time, or is silent in the middle. */
  private void watch() {
    long began = System.nanoTime();
    long before = -1;
    try {
      while (true) {
        Thread.sleep(bounds.silence());
        boolean asking = seen() instanceof State.Asking;
        boolean late = System.nanoTime() - began > bounds.head().toNanos();
        if (asking ? late : counted() == before) giveUp();
        before = asking ? -1 : counted();
      }
    } catch (InterruptedException _) {
      // It ended.
    }
  }

  private void take(Registry.Answer.Here here, Instant now) throws IOException {
    long most = wanted.kind() == Wanted.Kind.FILE ? bounds.fileBytes() : bounds.listingBytes();
    if (here.length().orElse(0) > most) throw new IOException("its answer is too large");
    if (wanted.question().isPresent() && !Texts.isJson(here.type())) {
      throw new IOException("its answer is no JSON"); // somebody between answers, not the registry
    }
    long end = System.nanoTime() + bounds.whole().toNanos();
    try (var to = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var from = here.body()) {
      say(new State.Coming(here.type(), here.length()));
      var bytes = new byte[BUFFER_BYTES];
      long length = 0;
      for (int n; (n = from.read(bytes)) >= 0; ) {
        length += n;
        if (length > most) throw new IOException("its answer is too large");
        if (System.nanoTime() - end > 0) throw new IOException("its answer takes too long");
        makeRoom(n);
        write(to, ByteBuffer.wrap(bytes, 0, n));
        grown(n);
      }
      if (here.length().isPresent() && here.length().getAsLong() != length) {
        throw new EOFException("its answer broke off");
      }
      if (wanted.kind() == Wanted.Kind.LISTING && Texts.isJson(here.type())) {
        Texts.check(draft.toFile());
      }
      var slip = new Slip(wanted.target(), now, here.type(), length).bytes();
      makeRoom(slip.remaining());
      write(to, slip);
      complete();
      to.force(false); // else a name could survive a power cut that its bytes do not
    }
    renamed();
  }

  private void makeRoom(long more) throws IOException {
    room.make(more);
    synchronized (this) {
      counted += more;
    }
  }

  private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) to.write(bytes);
  }

  private synchronized void say(State now) {
    state = now;
    notifyAll();
  }

  private synchronized void grown(long more) {
    written += more;
    notifyAll();
  }

  private synchronized void complete() {
    complete = true;
    notifyAll();
  }

  private synchronized void renamed() throws IOException {
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    readable = file;
  }

  private void deleteDraft() {
    try {
      Files.deleteIfExists(draft);
    } catch (IOException _) {
      // The next start deletes it.
    }
  }

  /** How many bytes room was made for. */
  synchronized long counted() {
    return counted;
  }

  @Override
  public String toString() {
    return wanted.target();
  }

  /** How far it is right now. */
  synchronized State seen() {
    return state;
  }

  /** Waits until the registry answers or is given up, whose times are bounded. */
  synchronized State answer() throws InterruptedException {
    while (state instanceof State.Asking) wait();
    return state;
  }

  /** What comes, for one reader. */
  Response.BodySource body() {
    return sink -> {
      try (var channel = open()) {
        var bytes = ByteBuffer.allocate(BUFFER_BYTES);
        long from = 0;
        for (long until; (until = await(from)) > from; ) {
          while (from < until) {
            bytes.clear().limit((int) Math.min(BUFFER_BYTES, until - from));
            int n = channel.read(bytes, from);
            if (n < 0) throw new EOFException("a copy was cut");
            sink.write(bytes.array(), 0, n);
            from += n;
          }
        }
      }
    };
  }

  private synchronized FileChannel open() throws IOException {
    return FileChannel.open(readable, StandardOpenOption.READ);
  }

  /** Waits for more than {@code before}; the same number at the end. */
  private synchronized long await(long before) throws IOException, InterruptedException {
    while (written == before && !complete) {
      if (state instanceof State.Failed(var why, _)) throw new IOException(why);
      wait();
    }
    return written;
  }
}
