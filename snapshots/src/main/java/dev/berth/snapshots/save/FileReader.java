package dev.berth.snapshots.save;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Posix;
import dev.berth.base.posix.PosixException;
import dev.berth.base.posix.Status;
import dev.berth.base.process.Workers;
import dev.berth.snapshots.format.Entry;
import dev.berth.snapshots.format.Finding;
import dev.berth.snapshots.tree.Chunking;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one file after the other into chunks. For one thread. */
final class FileReader {
  /** A file that is written all the time is taken as it comes after so many tries. */
  private static final int TRIES = 3;

  /**
   * A second change within as long may leave size and times as they were: file systems note times
   * to 2 s (FAT), 1 s (ext3) or a tick of the kernel.
   */
  private static final Duration COARSEST_TIME = Duration.ofSeconds(2);

  private final Posix posix;
  private final Chunking chunking;
  private final Findings findings;
  private final InstantSource clock;
  private final Workers<?> readers;

  /**
   * @param readers whose end is the end of a large file, too
   */
  FileReader(
      Posix posix, Chunking chunking, Findings findings, InstantSource clock, Workers<?> readers) {
    this.posix = posix;
    this.chunking = chunking;
    this.findings = findings;
    this.clock = clock;
    this.readers = readers;
  }

  /**
   * The file as an entry; empty, with a finding, where it cannot be had.
   *
   * @param at the open folder that has it
   * @param union says what of its attributes is kept
   */
  Optional<Entry> read(FolderDraft folder, int at, Name name, Union union) throws IOException {
    int fd;
    try {
      fd = posix.openToRead(at, name);
    } catch (PosixException e) {
      findings.leftOut(folder, name, e);
      return Optional.empty();
    }
    try {
      for (int tried = 1; ; tried++) {
        var now = clock.instant();
        var before = posix.status(fd);
        if (!before.isFile()) {
          findings.add(Finding.Kind.VANISHED, folder, name, "is no file any more");
          return Optional.empty();
        }
        boolean last = tried == TRIES;
        var entry = read(fd, name, before, now, last, union);
        if (entry.isPresent() && same(before, posix.status(fd))) {
          return Optional.of(entry.get());
        }
        if (last) {
          findings.add(Finding.Kind.CHANGED, folder, name, "changed while it was read");
          return entry.map(FileReader::moving);
        }
      }
    } catch (TooManyHoles _) {
      chunking.restart();
      findings.add(Finding.Kind.SKIPPED, folder, name, "is in too many small pieces between holes");
      return Optional.empty();
    } catch (PosixException e) {
      chunking.restart();
      findings.leftOut(folder, name, e);
      return Optional.empty();
    } finally {
      posix.close(fd);
    }
  }

  private static boolean same(Status before, Status after) {
    return before.sizeBytes() == after.sizeBytes()
        && before.modified().equals(after.modified())
        && before.changed().equals(after.changed());
  }

  private static Entry moving(Entry.File file) {
    return new Entry.File(
        file.traits(),
        file.sizeBytes(),
        file.hasHoles(),
        file.runs(),
        file.linkGroup(),
        file.links(),
        file.fresh(),
        true,
        file.content());
  }

  /** Empty where it has become another; the last try takes what there is. */
  private Optional<Entry.File> read(
      int fd, Name name, Status before, Instant now, boolean last, Union union) throws IOException {
    var traits = Walk.traits(name, before, union.kept(posix.attributes(fd)));
    long size = before.sizeBytes();
    boolean holes = before.hasHoles();
    var runs = holes ? runs(fd, size, last) : Optional.of(List.of(new Entry.Run(0, size)));
    if (runs.isEmpty()) return Optional.empty();
    var kept = new ArrayList<Entry.Run>();
    long at = 0;
    for (var run : runs.get()) {
      at += run.gapBytes();
      long got = read(fd, at, run.lengthBytes());
      at += got;
      if (got > 0) kept.add(new Entry.Run(run.gapBytes(), got));
      if (got == run.lengthBytes()) continue;
      if (!last) {
        chunking.restart();
        return Optional.empty();
      }
      size = at;
      break;
    }
    boolean linked = before.links() > 1;
    return Optional.of(
        new Entry.File(
            traits,
            size,
            holes,
            holes ? List.copyOf(kept) : List.of(),
            linked ? Walk.linkGroup(before) : 0,
            before.links(),
            isFresh(before, now),
            false,
            chunking.end()));
  }

  private static boolean isFresh(Status file, Instant now) {
    var changed = Instant.ofEpochSecond(file.changed().seconds(), file.changed().nanos());
    return changed.isAfter(now.minus(COARSEST_TIME));
  }

  /** Where the data is; empty where that is being changed. The last try takes what it sees. */
  private Optional<List<Entry.Run>> runs(int fd, long size, boolean last) throws IOException {
    var runs = new DataRuns();
    long end = 0;
    while (end < size) {
      var data = posix.nextData(fd, end);
      if (data.isEmpty() || data.get() >= size) break;
      long hole = Math.min(size, posix.nextHole(fd, data.get()));
      if (hole <= data.get()) {
        if (last) break;
        return Optional.empty();
      }
      runs.add(data.get() - end, hole - data.get());
      if (runs.isTooMuch()) throw new TooManyHoles();
      end = hole;
    }
    return Optional.of(runs.all());
  }

  /** It would take longer to read than others shall wait. */
  private static final class TooManyHoles extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** How many bytes were read: less where the file ends before. */
  private long read(int fd, long from, long length) throws IOException {
    long done = 0;
    while (done < length) {
      readers.throwIfStopped();
      int want = (int) Math.min(chunking.room(), length - done);
      int got = posix.read(fd, chunking.buffer(), chunking.length(), want, from + done);
      chunking.added(got);
      done += got;
      if (got < want) return done;
    }
    return done;
  }
}
