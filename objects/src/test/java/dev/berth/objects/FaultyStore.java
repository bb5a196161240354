package dev.berth.objects;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A store that does what bad stores do: fails before or after the deed, cuts short, lists late. */
public final class FaultyStore implements ObjectStore {
  private final ObjectStore store;
  private final Random random;
  private double failing;
  private boolean full;
  private boolean away;
  private boolean listsLate;
  private boolean truncates;
  private String refused = "";
  private boolean refusesLists;
  private Before before = () -> {};
  private final Set<ObjectName> notYetListed = new HashSet<>();

  public FaultyStore(ObjectStore store, long seed) {
    this.store = store;
    this.random = new Random(seed);
  }

  /** This share of calls fails; half of the failing writes were carried out all the same. */
  public synchronized void fails(double share) {
    failing = share;
  }

  public synchronized void isFull(boolean is) {
    full = is;
  }

  public synchronized void isAway(boolean is) {
    away = is;
  }

  /** What is written from now on is not listed before this is called with false. */
  public synchronized void listsLate(boolean does) {
    listsLate = does;
    if (!does) notYetListed.clear();
  }

  /** What is put with this in its name fails; nothing does where it is empty. */
  public synchronized void refuses(String part) {
    refused = part;
  }

  public synchronized void refusesLists(boolean does) {
    refusesLists = does;
  }

  /** Reads answer half of what they should. */
  public synchronized void truncates(boolean does) {
    truncates = does;
  }

  /** What happens before each read. */
  public interface Before {
    void run() throws IOException, InterruptedException;
  }

  /** Before each read, {@code what} happens. */
  public synchronized void beforeReads(Before what) {
    before = what;
  }

  private void beforeRead() throws IOException, InterruptedException {
    Before what;
    synchronized (this) {
      what = before;
    }
    what.run();
  }

  private synchronized boolean strikes() throws IOException {
    if (away) throw new IOException("the store is away");
    return random.nextDouble() < failing;
  }

  private void maybeFail() throws IOException {
    if (strikes()) throw new IOException("500, by the fault wrapper");
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    if (isFull()) throw new IOException("No space left on device, by the fault wrapper");
    boolean strikes = strikes();
    boolean before;
    synchronized (this) {
      before = random.nextBoolean();
      if (listsLate) notYetListed.add(name);
      if (!refused.isEmpty() && name.text().contains(refused)) {
        throw new IOException("403 for " + refused + ", by the fault wrapper");
      }
    }
    if (strikes && before) throw new IOException("500 before the deed, by the fault wrapper");
    boolean done = store.putIfAbsent(name, bytes);
    if (strikes) throw new IOException("500 after the deed, by the fault wrapper");
    return done;
  }

  private synchronized boolean isFull() {
    return full;
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    beforeRead();
    maybeFail();
    return store.read(name).map(this::cut);
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    beforeRead();
    maybeFail();
    return store.read(name, offset, length).map(this::cut);
  }

  private synchronized byte[] cut(byte[] bytes) {
    return truncates ? Arrays.copyOf(bytes, bytes.length / 2) : bytes;
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException {
    maybeFail();
    return store.find(name);
  }

  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    maybeFail();
    synchronized (this) {
      if (refusesLists) throw new IOException("403 for lists, by the fault wrapper");
    }
    var listed = store.list(folder, after);
    synchronized (this) {
      return listed.stream().filter(info -> !notYetListed.contains(info.name())).toList();
    }
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    maybeFail();
    store.delete(name);
  }
}
