package dev.berth.objects.wrap;

import dev.berth.base.Problem;
import dev.berth.objects.BucketStore;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Keeps what is an owner's in a bucket of that owner, which is made when it is first needed, under
 * the same names as in a single one. Whether an owner has one is for that bucket to say: who lists
 * buckets learns of some, and of none that it is gone, since a listing may lag behind.
 */
public final class PerOwner implements ObjectStore {
  /** What a bucket may be called everywhere; and a word that is other than that is no owner. */
  private static final Pattern OWNER = Pattern.compile("[a-z0-9](-?[a-z0-9])*");

  private static final int MOST_LETTERS = 63;
  private static final String BETWEEN = "-user-";

  /** As the names of what is theirs are: {@code a-b/x} comes before {@code a/x}. */
  private static final Comparator<String> AS_NAMES = Comparator.comparing(owner -> owner + "/");

  /** What a bucket that others are named after may have: an owner's id has 36. */
  public static final int MOST_LETTERS_OF_MAIN = MOST_LETTERS - BETWEEN.length() - 36;

  private final BucketStore main;
  private final ObjectName folder;
  private final Predicate<String> isOwner;

  /** Held while a bucket is made: a service may refuse the second of two that do so at once. */
  private final ReentrantLock making = new ReentrantLock();

  /** Whose buckets are known to be there; these know where pages ended. */
  private final ConcurrentNavigableMap<String, BucketStore> owners =
      new ConcurrentSkipListMap<>(AS_NAMES);

  /** Whether it was ever asked which buckets there are. */
  private volatile boolean looked;

  /**
   * @param main has what is nobody's, and opens the others
   * @param folder in which the first word of a name says whose the object is
   * @param isOwner whether that word can be an owner's: a bucket of any other name is somebody
   *     else's, however it begins
   */
  public PerOwner(BucketStore main, ObjectName folder, Predicate<String> isOwner) {
    this.main = main;
    this.folder = folder;
    this.isOwner = isOwner;
  }

  /** Those who have a bucket beside {@code main}. */
  public static List<String> owners(BucketStore main, Predicate<String> isOwner)
      throws IOException, InterruptedException {
    var beginning = main.bucket() + BETWEEN;
    return main.called(beginning).stream()
        .map(name -> name.substring(beginning.length()))
        .filter(isOwner)
        .toList();
  }

  /** The name of one that is made to see whether that can be done; it is nobody's. */
  public static String proof(BucketStore main) {
    return main.bucket() + "-proof";
  }

  // ---- which bucket

  /** Whose an object is; empty where it is nobody's. */
  private Optional<String> owner(ObjectName name) {
    if (!name.isIn(folder)) return Optional.empty();
    var inside = name.text().substring(folder.text().length() + 1);
    int slash = inside.indexOf('/');
    return slash < 0 ? Optional.empty() : word(inside.substring(0, slash));
  }

  private Optional<String> word(String text) {
    boolean fits = main.bucket().length() + BETWEEN.length() + text.length() <= MOST_LETTERS;
    return fits && OWNER.matcher(text).matches() && isOwner.test(text)
        ? Optional.of(text)
        : Optional.empty();
  }

  private BucketStore store(String owner) {
    return main.beside(main.bucket() + BETWEEN + owner);
  }

  /** The same one, whoever finds it first. */
  private BucketStore known(String owner, BucketStore store) {
    var before = owners.putIfAbsent(owner, store);
    return before == null ? store : before;
  }

  /** Learns which there are. */
  private void look() throws IOException, InterruptedException {
    for (var owner : owners(main, isOwner)) {
      if (word(owner).isPresent()) known(owner, store(owner));
    }
    looked = true;
  }

  /** Where it is to be looked for; empty where its owner has no bucket. */
  private Optional<ObjectStore> of(Optional<String> owner)
      throws IOException, InterruptedException {
    return owner.isEmpty() ? Optional.of(main) : theirs(owner.get()).map(store -> store);
  }

  private Optional<BucketStore> theirs(String owner) throws IOException, InterruptedException {
    var known = owners.get(owner);
    if (known != null) return Optional.of(known);
    var store = store(owner);
    return store.isThere(folder) ? Optional.of(known(owner, store)) : Optional.empty();
  }

  private ObjectStore made(Optional<String> owner) throws IOException, InterruptedException {
    var there = of(owner);
    return there.isPresent() ? there.get() : make(owner.orElseThrow());
  }

  private ObjectStore make(String owner) throws IOException, InterruptedException {
    making.lockInterruptibly();
    try {
      var there = theirs(owner);
      if (there.isPresent()) return there.get();
      var store = store(owner);
      store.make();
      return known(owner, store);
    } finally {
      making.unlock();
    }
  }

  // ---- as any store

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    return made(owner(name)).putIfAbsent(name, bytes);
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    var store = of(owner(name));
    return store.isEmpty() ? Optional.empty() : store.get().read(name);
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    var store = of(owner(name));
    return store.isEmpty() ? Optional.empty() : store.get().read(name, offset, length);
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException {
    var store = of(owner(name));
    return store.isEmpty() ? Optional.empty() : store.get().find(name);
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    var store = of(owner(name));
    if (store.isPresent()) store.get().delete(name);
  }

  @Override
  public List<ObjectInfo> list(ObjectName of, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    var owner = owner(of.with("any"));
    if (owner.isPresent()) {
      var store = theirs(owner.get());
      return store.isEmpty() ? List.of() : listed(owner.get(), store.get(), of, after);
    }
    var all = new ArrayList<>(nobodys(of, after));
    if (of.equals(folder) || folder.isIn(of)) all.addAll(owned(after));
    return all.stream().sorted(Comparator.comparing(ObjectInfo::name)).limit(MOST_LISTED).toList();
  }

  /** Without what lies there from before each owner had a bucket. */
  private List<ObjectInfo> nobodys(ObjectName of, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    return some(main, of, after, name -> owner(name).isEmpty());
  }

  /**
   * The first of all owners' behind {@code after}. A list that begins looks who has a bucket. One
   * that cannot be listed keeps all from being so: what is left out would be taken for deleted.
   */
  private List<ObjectInfo> owned(Optional<ObjectName> after)
      throws IOException, InterruptedException {
    if (after.isEmpty() || !looked) look();
    var owned = new ArrayList<ObjectInfo>();
    for (var owner : owners.entrySet()) {
      var theirs = folder.with(owner.getKey());
      if (after.isPresent() && isBefore(theirs, after.get())) continue;
      owned.addAll(
          listed(
              owner.getKey(), owner.getValue(), theirs, after.filter(name -> name.isIn(theirs))));
      if (owned.size() >= MOST_LISTED) break; // all others' names come later
    }
    return owned;
  }

  /** The first of an owner's; none, and the owner forgotten, where the bucket says it is gone. */
  private List<ObjectInfo> listed(
      String owner, BucketStore store, ObjectName of, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    try {
      return some(store, of, after, _ -> true);
    } catch (Problem problem) {
      if (store.isThere(folder)) throw problem;
      owners.remove(owner, store); // and no other, which was made meanwhile
      return List.of();
    }
  }

  /** Whether all names in {@code theirs} come before {@code after}. */
  private static boolean isBefore(ObjectName theirs, ObjectName after) {
    return !after.isIn(theirs) && after.text().compareTo(theirs.text() + "/") > 0;
  }

  /** As many as there are, up to a page's: a single answer may have fewer. */
  private static List<ObjectInfo> some(
      ObjectStore store, ObjectName of, Optional<ObjectName> after, Predicate<ObjectName> which)
      throws IOException, InterruptedException {
    var some = new ArrayList<ObjectInfo>();
    var last = after;
    while (some.size() < MOST_LISTED) {
      var page = store.list(of, last);
      if (page.isEmpty()) break;
      page.stream().filter(info -> which.test(info.name())).forEach(some::add);
      last = Optional.of(page.getLast().name());
    }
    return some;
  }

  @Override
  public Optional<URI> link(ObjectName name, Duration good) {
    return owner(name).map(this::store).orElse(main).link(name, good);
  }

  /** With those of all owners. */
  @Override
  public void close() {
    main.close();
  }
}
