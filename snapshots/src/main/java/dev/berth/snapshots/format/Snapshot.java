package dev.berth.snapshots.format;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One folder tree at one moment. */
public record Snapshot(
    int version,
    SaveId id,
    String series,
    Instant began,
    Instant ended,
    Optional<SaveId> parent,
    byte[] root,
    Totals totals,
    List<Finding> findings,
    int moreFindings) {
  public static final int VERSION = 1;

  /** A user's tree may hold a million sockets; nobody reads of more than these. */
  public static final int MOST_FINDINGS = 1000;

  /**
   * How much it is.
   *
   * @param others symbolic links, FIFOs, whiteouts
   * @param bytes of all files together, without holes
   * @param readFiles how many files had to be read, since they were not known from the parent
   * @param newBytes of chunks that no earlier snapshot had
   * @param storedBytes of packs that were written for it
   */
  public record Totals(
      long files,
      long folders,
      long others,
      long bytes,
      long readFiles,
      long newBytes,
      long storedBytes) {}

  /** What stands under a snapshot's name. */
  public sealed interface Outcome {
    record Complete(Snapshot snapshot) implements Outcome {}

    /** The save took too long and may not end any more. */
    record Revoked() implements Outcome {}
  }

  private static final byte[] REVOKED = "revoked".getBytes(StandardCharsets.US_ASCII);

  public Snapshot {
    findings = List.copyOf(findings);
  }

  public byte[] bytes() {
    return Json.bytes(this);
  }

  public static byte[] revoked() {
    return REVOKED.clone();
  }

  public static Outcome read(byte[] plain) throws Damaged {
    if (Arrays.equals(plain, REVOKED)) return new Outcome.Revoked();
    try {
      var snapshot = Json.read(plain, Snapshot.class);
      if (snapshot.version != VERSION) {
        throw new Damaged("it is of version " + snapshot.version);
      }
      return new Outcome.Complete(snapshot);
    } catch (Problem.Invalid e) {
      throw new Damaged("it has another form than a snapshot", e);
    }
  }

  /** The folder that was saved, as an entry without a name. */
  public Entry.Folder rootEntry() throws Damaged {
    if (!(Entry.read(new ByteReader(root)) instanceof Entry.Folder folder)) {
      throw new Damaged("its root is no folder");
    }
    return folder;
  }
}
