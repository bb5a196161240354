package dev.berth.objects.wrap;

import dev.berth.base.Problem;
import dev.berth.objects.ObjectInfo;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Tries a call again that did not come through, with growing waits, and gives up with a {@link
 * Problem.Unavailable}.
 */
public final class Retrying implements ObjectStore {
  private final ObjectStore store;
  private final Patience patience;

  public Retrying(ObjectStore store, Patience patience) {
    this.store = store;
    this.patience = patience;
  }

  private interface Call<T> {
    T run() throws IOException, InterruptedException;
  }

  @Override
  public boolean putIfAbsent(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    var uncertain = new boolean[1];
    return trying(() -> {
      try {
        if (store.putIfAbsent(name, bytes)) return true;
        // A try that failed may have been carried out: then the name was taken by ourselves.
        return uncertain[0] && holds(name, bytes);
      } catch (IOException e) {
        uncertain[0] = true;
        throw e;
      }
    });
  }

  private boolean holds(ObjectName name, ByteBuffer bytes)
      throws IOException, InterruptedException {
    var ours = new byte[bytes.remaining()];
    bytes.get(bytes.position(), ours);
    return store.read(name).filter(there -> Arrays.equals(there, ours)).isPresent();
  }

  @Override
  public Optional<byte[]> read(ObjectName name) throws IOException, InterruptedException {
    return trying(() -> store.read(name));
  }

  @Override
  public Optional<byte[]> read(ObjectName name, long offset, int length)
      throws IOException, InterruptedException {
    return trying(() -> store.read(name, offset, length));
  }

  @Override
  public Optional<ObjectInfo> find(ObjectName name) throws IOException, InterruptedException {
    return trying(() -> store.find(name));
  }

  @Override
  public List<ObjectInfo> list(ObjectName folder, Optional<ObjectName> after)
      throws IOException, InterruptedException {
    return trying(() -> store.list(folder, after));
  }

  @Override
  public void delete(ObjectName name) throws IOException, InterruptedException {
    trying(() -> {
      store.delete(name);
      return true;
    });
  }

  @Override
  public Optional<URI> link(ObjectName name, Duration good) {
    return store.link(name, good);
  }

  private <T> T trying(Call<T> call) throws IOException, InterruptedException {
    for (int tried = 1; ; tried++) {
      try {
        return call.run();
      } catch (ClosedByInterruptException | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        if (tried == patience.tries()) throw givenUp(tried, e);
        Thread.sleep(patience.apart(tried));
      }
    }
  }

  private static Problem.Unavailable givenUp(int tries, IOException last) {
    return new Problem.Unavailable(
        "The object store did not do what it was asked in %d tries: %s."
            .formatted(tries, last.getMessage()),
        "See that it runs, is reached from here and has space left; then try again.",
        last);
  }
}
