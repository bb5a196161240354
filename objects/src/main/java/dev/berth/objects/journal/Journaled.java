package dev.berth.objects.journal;

import dev.berth.base.Problem;
import dev.berth.base.process.Turns;
import dev.berth.objects.Listing;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.folder.FolderStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of this machine before a folder of a distant store. A write is done when it is on the
 * disk; it is carried away by a thread of its own, each owner's (the first word of a name) in the
 * order of the writes, owners taking turns, and tried until it is; one whose objects are not taken
 * keeps no other waiting. What is not here is fetched, whole, and stays where the disk has room.
 * Lists come from what is known of the distant store, so that it need not be there. Needs to be the
 * only one that writes to that folder.
 */
public final class Journaled implements ObjectStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journaled.class);

  /** Begins with a dot, so it is no object's name. */
  private static final String LEDGER = ".ledger";

  /**
   * @param start until the distant store is first asked, unless somebody waits for it: what begins
   *     needs the processors for itself
   * @param linger how old what was written must be to be carried; most saves of what did not change
   *     are over by then, and never ask the store anything
   * @param listing between two looks at all that is there
   * @param first wait after a failure; each next is twice as long
   * @param longest wait after a failure
   * @param unknown how long a call waits for the first listing
   */
  public record Pace(
      Duration start,
      Duration linger,
      Duration listing,
      Duration first,
      Duration longest,
      Duration unknown) {
    /** A store that comes back is seen within a minute. */
    public static final Pace USUAL =
        new Pace(
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Duration.ofSeconds(20));
  }

  /** The disk, and how much of it is left free. */
  private record Room(FileStore disk, long reserveBytes) {
    boolean isFor(long bytes) throws IOException {
      return disk.getUsableSpace() - bytes >= reserveBytes;
    }
  }

  private final FolderStore here;
  private final Room room;
  private final Ledger ledger;
  private final Carrier carrier;
  private final Soundness soundness;
  private final Pace pace;
  private final Turns<ObjectName> fetching = new Turns<>();

  /** Short: what is deleted while it is fetched waits for no network, and does not come back. */
  private final Turns<ObjectName> changing;

  private Journaled(
      FolderStore here,
      Room room,
      Ledger ledger,
      Carrier carrier,
      Soundness soundness,
      Turns<ObjectName> changing,
      Pace pace) {
    this.here = here;
    this.room = room;
    this.ledger = ledger;
    this.carrier = carrier;
    this.soundness = soundness;
    this.changing = changing;
    this.pace = pace;
  }

  /**
   * Where all is carried to.
   *
   * @param opening what opens the store, which may take a second; by the carrying thread
   * @param folder of it that nobody else writes to
   * @param soundness of what is carried, either way
   */
  public record Distant(Supplier<ObjectStore> opening, ObjectName folder, Soundness soundness) {}

  /**
   * The store of which the folder of {@code distant} is to have all that {@code root} has.
   *
   * @param reserveBytes of the disk that nothing takes for being fetched
   */
  public static Journaled open(
      Path root, Distant distant, long reserveBytes, Pace pace, Clock clock) {
    var here = FolderStore.open(root);
    try {
      var room = new Room(Files.getFileStore(root), reserveBytes);
      var ledger = Ledger.open(root.resolve(LEDGER), pace.linger(), clock);
      var changing = new Turns<ObjectName>();
      var carrier = new Carrier(here, distant, ledger, changing, pace);
      carrier.start();
      return new Journaled(here, room, ledger, carrier, distant.soundness(), changing, pace);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "What is still to be sent to the object store is not known: %s."
              .formatted(e.getMessage()),
          "See that the disk is well; remove %s to let all be compared anew."
              .formatted(root.resolve(LEDGER)),
          e);
    }
  }

  /** How far the distant store is behind now. */
  public Lag lag() {
    return ledger.lag(carrier.trouble());
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    if (find(name).isPresent()) return false;
    try {
      ledger.put(name, bytes.remaining());
      return here.putIfAbsent(name, bytes);
    } finally {
      ledger.isHere(name);
    }
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    var found = readHere(name);
    return found.isPresent() ? found : fetch(name);
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    var found = readHere(name, offset, length);
    if (found.isPresent()) return found;
    if (!isAfar(name)) return Optional.empty();
    // All of it for each part, where none of it stays, would be many times what is wanted.
    if (!room.isFor(MOST_BYTES)) return carrier.distant().read(name, offset, length);
    return fetch(name)
        .map(bytes -> {
          int from = (int) Math.min(offset, bytes.length);
          return Arrays.copyOfRange(
              bytes, from, (int) Math.min((long) from + length, bytes.length));
        });
  }

  private Optional<byte[]> readHere(ObjectName name) throws IOException, InterruptedException {
    return carrier.healing().read(name, () -> here.read(name));
  }

  private Optional<byte[]> readHere(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    return carrier.healing().read(name, () -> here.read(name, offset, length));
  }

  @Override
  public boolean heal(ObjectName name) throws InterruptedException {
    return carrier.healing().tried(name);
  }

  /**
   * Lets all that is there be compared with all that is here now, and waits a little for that: what
   * the disk has lost since the last time is known to be there then. Whether that was done.
   */
  public boolean compare() throws InterruptedException {
    return carrier.compareNow(pace.unknown());
  }

  /**
   * Reads what the distant store has of {@code folder} and this machine has, too; what is damaged
   * there, and whole here, is sent there once more.
   *
   * @param each is told of such
   * @return how many were read
   */
  public int healAfar(ObjectName folder, Consumer<ObjectName> each)
      throws IOException, InterruptedException {
    var afar = carrier.distant();
    var all = Listing.all(afar, folder);
    int read = 0;
    for (var object : all) {
      var name = object.name();
      var found = here.find(name);
      if (found.isEmpty()) continue;
      read++;
      var there = afar.read(name);
      if (there.isEmpty() || soundness.isSound(name, there.get())) continue;
      if (!heal(name)) continue; // damaged in both: whoever reads it here tells
      ledger.putAgain(found.get());
      each.accept(name);
    }
    return read;
  }

  /** Once, however many want it; what comes damaged is not kept. */
  private Optional<byte[]> fetch(ObjectName name) throws IOException, InterruptedException {
    if (!isAfar(name)) return Optional.empty();
    return fetching.in(
        name,
        () -> {
          var found = here.read(name);
          if (found.isPresent()) return found;
          if (!isAfar(name)) return Optional.empty(); // deleted meanwhile
          var fetched = carrier.distant().read(name);
          if (fetched.isEmpty()) return fetched;
          if (!soundness.isSound(name, fetched.get())) {
            throw new IOException(name + " comes damaged from the object store");
          }
          keep(name, fetched.get());
          return fetched;
        });
  }

  private boolean isAfar(ObjectName name) throws IOException, InterruptedException {
    mustBeKnown();
    return ledger.afar(name).isPresent();
  }

  /** A full disk is no reason not to have it. */
  private void keep(ObjectName name, byte[] bytes) throws InterruptedException {
    try {
      changing.in(
          name,
          () ->
              isAfar(name)
                  && room.isFor(bytes.length)
                  && here.putIfAbsent(name, ByteBuffer.wrap(bytes)));
    } catch (IOException e) {
      LOG.info("{} is not kept here: {}", name, e.getMessage());
    }
  }

  /**
   * The same objects, of which none is kept here for being read: for who reads all of them once.
   * What comes damaged is given as it is, since that is what he looks for.
   *
   * @param healed is told what he met damaged here, and is whole now
   */
  public ObjectStore unkept(Consumer<ObjectName> healed) {
    return new Unkept(this, healed);
  }

  Optional<byte[]> readUnkept(ObjectName name) throws IOException, InterruptedException {
    var found = readHere(name);
    if (found.isPresent() || !isAfar(name)) return found;
    return carrier.distant().read(name);
  }

  Optional<byte[]> readUnkept(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    var found = readHere(name, offset, length);
    if (found.isPresent() || !isAfar(name)) return found;
    return carrier.distant().read(name, offset, length);
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException {
    var found = here.find(name);
    if (found.isPresent()) return found;
    mustBeKnown();
    return ledger.afar(name);
  }

  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    mustBeKnown();
    var all = new HashMap<ObjectName, ObjectInfo>();
    // What is fetched meanwhile is seen in one of the two: so first what is there.
    Stream.concat(
            ledger.afar(folder, after, MOST_LISTED).stream(), here.list(folder, after).stream())
        .forEach(info -> all.put(info.name(), info));
    return all.values().stream()
        .sorted((one, other) -> one.name().compareTo(other.name()))
        .limit(MOST_LISTED)
        .toList();
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    if (here.find(name).isEmpty() && !isAfar(name)) return;
    changing.in(
        name,
        () -> {
          ledger.delete(name);
          here.delete(name);
          return true;
        });
  }

  /** A machine that never saw what is there must not take it for nothing. */
  private void mustBeKnown() throws IOException, InterruptedException {
    if (ledger.isKnown(Duration.ZERO)) return;
    carrier.hurry();
    if (ledger.isKnown(pace.unknown())) return;
    throw new IOException(
        "the object store did not tell yet what it holds"
            + carrier.trouble().map(words -> ": " + words).orElse(""));
  }

  /** Ends; what is not carried yet is by the next. */
  @Override
  public void close() {
    carrier.close();
    ledger.close();
  }
}
