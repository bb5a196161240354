package dev.berth.objects.journal;

import dev.berth.base.file.WholeFile;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is still to be carried to the distant store, each owner's in order, and what is only there.
 * A file, a line each, so that a killed server's successor goes on where it stopped:
 *
 * <pre>
 * + name bytes millis   to be written there
 * - name millis         to be deleted there
 * = + name, = - name    that was done, or need not be any more
 * ~ name bytes millis   is there and not here
 * known                 all that is there was listed, and stands in lines before or after
 * </pre>
 */
final class Ledger implements AutoCloseable {
  /** What is to be done there. */
  sealed interface Step {
    ObjectName name();

    Instant since();

    record Put(ObjectName name, long sizeBytes, Instant since) implements Step {}

    record Delete(ObjectName name, Instant since) implements Step {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /** Lines that say nothing any more are left until there are so many more than others. */
  private static final int USELESS = 2000;

  /** An object's name as far as words go: no blank and no sign but its own. */
  private static final String NAME = "[a-z0-9_][a-z0-9._/-]{0,511}";

  /** A number of bytes or milliseconds, which a {@code long} holds. */
  private static final String NUMBER = "-?[0-9]{1,18}";

  /** Of the lines that there are. */
  private static final String FIRST_LETTERS = "+-=~k";

  private static final Pattern FORM =
      Pattern.compile(
          "[+] (?<put>%1$s) (?<bytes>%2$s) (?<written>%2$s)"
              .concat("|- (?<delete>%1$s) (?<deleted>%2$s)")
              .concat("|= (?<sign>[+-]) (?<done>%1$s)")
              .concat("|~ (?<afar>%1$s) (?<size>%2$s) (?<there>%2$s)")
              .concat("|known")
              .formatted(NAME, NUMBER));

  private final Path file;
  private final Duration linger;
  private final Clock clock;
  private final Queues steps = new Queues();

  /** Those that may have been done, at least in part. */
  private final Set<String> begun = new HashSet<>();

  /** Those that cannot be done, and why; others do not wait for them. */
  private final Map<String, String> aside = new LinkedHashMap<>();

  /** Writes that are announced and not done here yet. */
  private final Set<ObjectName> arriving = new HashSet<>();

  /** Read without the lock; what is learned is another map, so that none is seen half full. */
  private volatile ConcurrentNavigableMap<ObjectName, ObjectInfo> afar =
      new ConcurrentSkipListMap<>();

  /** Deleted since a listing began, which may still name them. */
  private final Set<ObjectName> deleted = new HashSet<>();

  /** A line was not understood, which may have said anything. */
  private boolean damaged;

  /** Somebody waits for the one who does the steps. */
  private boolean woken;

  private boolean known;
  private boolean closed;
  private int lines;
  private FileChannel out;

  private Ledger(Path file, Duration linger, Clock clock, FileChannel out) {
    this.file = file;
    this.linger = linger;
    this.clock = clock;
    this.out = out;
  }

  /**
   * Opens the one in {@code file}.
   *
   * @param linger how old a step must be to be done: what is deleted by then is never written there
   */
  static Ledger open(Path file, Duration linger, Clock clock) throws IOException {
    var ledger = new Ledger(file, linger, clock, append(file));
    ledger.load();
    ledger.tryCompact(); // a line that was cut off must not be gone on with
    return ledger;
  }

  private static FileChannel append(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  // ---- the file

  private void load() throws IOException {
    try {
      var text = Files.readString(file, StandardCharsets.ISO_8859_1); // any byte is a letter
      int end = text.lastIndexOf('\n');
      if (end >= 0) text.substring(0, end).lines().forEach(this::takeOf);
    } catch (NoSuchFileException _) {
      // nothing yet
    }
    if (damaged) known = false;
    steps.all().map(Queues::key).forEach(begun::add);
  }

  /**
   * Takes what can be known of a line. A write that failed amid its line was not done, and the next
   * began in the same line: so the end of a line may be a whole one. Where nothing can be known,
   * all that is there must be listed anew.
   */
  private void takeOf(String line) {
    for (int from = 0; from < line.length(); from++) {
      if (FIRST_LETTERS.indexOf(line.charAt(from)) < 0 || !take(line.substring(from))) continue;
      if (from > 0) LOG.warn("{}: dropped what was cut off: {}", file, line.substring(0, from));
      return;
    }
    LOG.warn("{}: dropped a damaged line, so all is listed anew: {}", file, line);
    damaged = true;
  }

  /** Whether it is a line of ours. */
  private boolean take(String line) {
    var words = FORM.matcher(line);
    if (!words.matches()) return false;
    for (var group : List.of("put", "delete", "done", "afar")) {
      var name = words.group(group);
      if (name != null && ObjectName.parse(name).isEmpty()) return false;
    }
    if (words.group("put") != null) {
      var name = name(words.group("put"));
      add(new Step.Put(name, number(words.group("bytes")), time(words.group("written"))));
    } else if (words.group("delete") != null) {
      var name = name(words.group("delete"));
      afar.remove(name);
      add(new Step.Delete(name, time(words.group("deleted"))));
    } else if (words.group("done") != null) {
      steps.remove(words.group("sign") + words.group("done"));
    } else if (words.group("afar") != null) {
      var name = name(words.group("afar"));
      afar.put(name, new ObjectInfo(name, number(words.group("size")), time(words.group("there"))));
    } else {
      known = true;
    }
    return true;
  }

  private static long number(String word) {
    return Long.parseLong(word);
  }

  private static ObjectName name(String word) {
    return new ObjectName(word);
  }

  private static Instant time(String word) {
    return Instant.ofEpochMilli(number(word));
  }

  private static String line(Step step) {
    return switch (step) {
      case Step.Put(var name, var size, var since) ->
          "+ %s %d %d".formatted(name, size, since.toEpochMilli());
      case Step.Delete(var name, var since) -> "- %s %d".formatted(name, since.toEpochMilli());
    };
  }

  private static String line(ObjectInfo info) {
    return "~ %s %d %d".formatted(info.name(), info.sizeBytes(), info.written().toEpochMilli());
  }

  /** With {@code lasting}, on return it outlives a power failure. */
  private void write(String line, boolean lasting) throws IOException {
    if (closed) throw new IOException("the store is closed");
    if (!out.isOpen()) compact(); // a write failed or was interrupted, perhaps amid a line
    append(line, lasting);
    if (++lines > 2 * (steps.size() + afar.size()) + USELESS) compact();
  }

  private void append(String line, boolean lasting) throws IOException {
    try {
      var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) out.write(bytes);
      if (lasting) out.force(false);
    } catch (IOException e) {
      closeAfter(e); // of a full disk, half a line may stand there: nobody goes on with it
      throw e;
    }
  }

  private void closeAfter(IOException failure) {
    try {
      out.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Where the disk is full, what is here can be carried all the same. */
  private void tryCompact() {
    try {
      compact();
    } catch (IOException e) {
      LOG.warn("{} cannot be written, which the next write tries again: {}", file, e.getMessage());
      closeAfter(e);
    }
  }

  private void compact() throws IOException {
    var all = new ArrayList<String>();
    steps.all().forEach(step -> all.add(line(step)));
    afar.values().forEach(info -> all.add(line(info)));
    if (known) all.add("known");
    WholeFile.write(file, all);
    out.close();
    out = append(file);
    lines = all.size();
  }

  // ---- steps

  /** At the end, also where an equal one stood before. */
  private void add(Step step) {
    aside.remove(Queues.key(step));
    steps.add(step);
  }

  /** To be written there, once it is here, which is said by {@link #isHere}. */
  synchronized void put(ObjectName name, long sizeBytes) throws IOException {
    arriving.add(name);
    order(name, sizeBytes);
  }

  /** It is written here, or cannot be: then there is nothing to be carried. */
  synchronized void isHere(ObjectName name) {
    arriving.remove(name);
    notifyAll();
  }

  private void order(ObjectName name, long sizeBytes) throws IOException {
    var step = new Step.Put(name, sizeBytes, clock.instant());
    add(step);
    write(line(step), true);
    notifyAll();
  }

  /** The same of one that may be there already. */
  synchronized void putAgain(ObjectInfo here) throws IOException {
    if (steps.find("+" + here.name()).isPresent()) return;
    begun.add("+" + here.name());
    order(here.name(), here.sizeBytes());
  }

  /** To be deleted there, where it can be there at all; said before it is deleted here. */
  synchronized void delete(ObjectName name) throws IOException {
    afar.remove(name);
    deleted.add(name);
    if (aside.remove("+" + name) != null) {
      steps.remove("+" + name);
      write("= + " + name, false);
    }
    if (steps.find("+" + name).isPresent() && !begun.contains("+" + name)) {
      steps.remove("+" + name);
      write("= + " + name, true);
      return;
    }
    var step = new Step.Delete(name, clock.instant());
    add(step);
    write(line(step), true);
    notifyAll();
  }

  /**
   * The first steps of the owner whose turn it is, of which all may be done side by side: writes
   * into one folder, or just one. Waits for them at most {@code patience}.
   *
   * @param resting owners who have no turn
   */
  synchronized List<Step> next(int most, Duration patience, Set<String> resting)
      throws InterruptedException {
    var next = ready(most, resting);
    boolean wanted = woken;
    woken = false;
    if (!next.isEmpty() || wanted) return next;
    boolean young = isAnyLeft(resting) && linger.compareTo(patience) < 0;
    var pause = young ? linger : patience;
    TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, pause.toNanos()));
    return ready(most, resting);
  }

  private boolean isAnyLeft(Set<String> resting) {
    return steps.inTurn(resting).stream()
        .flatMap(Collection::stream)
        .anyMatch(step -> !aside.containsKey(Queues.key(step)));
  }

  /** Those of whom there is anything to be done. */
  synchronized Set<String> owners() {
    return steps.owners();
  }

  /** Lets {@link #next} return soon, whatever there is to do. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  private List<Step> ready(int most, Set<String> resting) {
    for (var queue : steps.inTurn(resting)) {
      var next = ready(queue, most);
      if (next.isEmpty()) continue;
      steps.hadTurn(next.getFirst());
      return next;
    }
    return List.of();
  }

  private List<Step> ready(Collection<Step> queue, int most) {
    var next = new ArrayList<Step>();
    for (var step : queue) {
      if (aside.containsKey(Queues.key(step))) continue;
      if (arriving.contains(step.name()) || isYoung(step)) break;
      if (!next.isEmpty() && !besides(next.getFirst(), step)) break;
      next.add(step);
      begun.add(Queues.key(step));
      if (next.size() == most) break;
    }
    return next;
  }

  /** Not what the clock says is still to come: it was set back since. */
  private boolean isYoung(Step step) {
    var now = clock.instant();
    return step.since().isAfter(now.minus(linger)) && !step.since().isAfter(now);
  }

  private static boolean besides(Step first, Step other) {
    return first instanceof Step.Put
        && other instanceof Step.Put
        && folder(first).equals(folder(other));
  }

  private static String folder(Step step) {
    var text = step.name().text();
    return text.substring(0, Math.max(0, text.lastIndexOf('/')));
  }

  synchronized void done(Step step) {
    // It may have been ordered once more meanwhile.
    if (!steps.find(Queues.key(step)).equals(Optional.of(step))) return;
    steps.remove(Queues.key(step));
    begun.remove(Queues.key(step));
    try {
      write("= %c %s".formatted(Queues.key(step).charAt(0), step.name()), false);
    } catch (IOException e) { // a successor does it once more, which changes nothing
      LOG.info("that {} was carried is not noted: {}", step.name(), e.getMessage());
    }
  }

  /** It cannot be done, though the distant store does what it is asked. */
  synchronized void setAside(Step step, String why) {
    if (steps.find(Queues.key(step)).equals(Optional.of(step))) aside.put(Queues.key(step), why);
  }

  /** Those that were set aside are tried once more. */
  synchronized void tryAside() {
    aside.clear();
    notifyAll();
  }

  private Optional<String> whyAside() {
    return aside.values().stream()
        .findFirst()
        .map(why -> aside.size() == 1 ? why : why + " So are " + (aside.size() - 1) + " others.");
  }

  /** With {@code trouble} of all, where there is any; else with that of single ones. */
  synchronized Lag lag(Optional<String> trouble) {
    long bytes = 0;
    var oldest = clock.instant(); // a step that seems to be later was written before it was set
    for (var step : steps.all().toList()) {
      if (step instanceof Step.Put put) bytes += put.sizeBytes();
      if (step.since().isBefore(oldest)) oldest = step.since();
    }
    var since = steps.size() == 0 ? Optional.<Instant>empty() : Optional.of(oldest);
    return new Lag(steps.size(), bytes, since, trouble.or(this::whyAside));
  }

  // ---- what is there

  /** What is said to be deleted from now on is not learned of the listing that begins. */
  synchronized void beginListing() {
    deleted.clear();
  }

  /** These, and no others, are there and not here. */
  synchronized void learn(Map<ObjectName, ObjectInfo> listed) {
    var next = new ConcurrentSkipListMap<ObjectName, ObjectInfo>();
    listed.forEach((name, info) -> {
      if (!deleted.contains(name) && steps.find("-" + name).isEmpty()) next.put(name, info);
    });
    afar = next;
    known = true;
    notifyAll();
    tryCompact();
  }

  Optional<ObjectInfo> afar(ObjectName name) {
    return Optional.ofNullable(afar.get(name));
  }

  /** Those in {@code folder} behind {@code after}, in order. */
  List<ObjectInfo> afar(ObjectName folder, Optional<ObjectName> after, int most) {
    return afar.tailMap(after.orElse(folder), false).values().stream()
        // Between "a" and "a/" stand "a-" and "a.": so not the first stranger ends it.
        .takeWhile(info -> info.name().text().startsWith(folder.text()))
        .filter(info -> info.name().isIn(folder))
        .limit(most)
        .toList();
  }

  /** Whether what is there was listed once; waits for that. */
  synchronized boolean isKnown(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    for (long left = patience.toNanos(); !known && left > 0; left = until - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return known;
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      out.close();
    } catch (IOException e) {
      LOG.info("{} did not close: {}", file, e.getMessage()); // every line that counts was forced
    }
  }
}
