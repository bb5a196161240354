package dev.berth.node.save;

import dev.berth.base.Problem;
import dev.berth.base.file.WholeFile;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.folder.FolderStore;
import dev.berth.objects.journal.Journaled;
import dev.berth.objects.journal.Soundness;
import dev.berth.objects.wrap.Patience;
import dev.berth.objects.wrap.Retrying;
import dev.berth.objects.wrap.Under;
import dev.berth.snapshots.format.Damaged;
import dev.berth.snapshots.format.Kind;
import dev.berth.snapshots.format.OwnerKeys;
import dev.berth.snapshots.format.Sealed;
import dev.berth.snapshots.repository.Packs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where snapshots are carried to from this machine's disk.
 *
 * @param folder of the bucket, which no other installation may use
 */
public record Distant(Bucket bucket, ObjectName folder) {
  /** An object of an owner's repository; the first word of its name there says what it is. */
  private static final Pattern OWNED =
      Pattern.compile("(?<owner>[^/]+)/(?<inside>(?<what>[^/]+)(/.+)?)");

  /** Begins with a dot, so it is no object's name. */
  private static final String PROVEN = ".proven";

  /** Says whose a folder of a bucket is. */
  private static final String INSTALLATION = "installation";

  /** The folder, for people. */
  @Override
  public String toString() {
    return "%s, folder %s".formatted(bucket, folder);
  }

  /**
   * The store in {@code root}, of which all is carried to the bucket. A bucket that is named for
   * the first time is tried out before: a {@link Problem} says all that is wrong. Later it may be
   * away, and nobody waits for it.
   */
  Journaled open(Path root, byte[] key, Clock clock) throws InterruptedException {
    return open(root, key, Journaled.Pace.USUAL, clock);
  }

  Journaled open(Path root, byte[] key, Journaled.Pace pace, Clock clock)
      throws InterruptedException {
    FolderStore.open(root); // makes it
    prove(root, key);
    return Journaled.open(
        root,
        new Journaled.Distant(() -> bucket.open(folder), folder, soundness(key)),
        MachineSaves.LEAST_FREE_BYTES,
        pace,
        clock);
  }

  /**
   * The store itself, for several who write to it at once; its names begin with the owner's. Asks
   * it nothing yet. Who closes it closes what {@code bucket} opened.
   */
  public ObjectStore direct(ObjectStore bucket) {
    return new Under(new Retrying(bucket, Patience.USUAL), folder);
  }

  /**
   * Packs and indexes are named after their bytes, all else is sealed for its name. What we do not
   * know, as a newer version may write it, is not called damaged.
   */
  static Soundness soundness(byte[] key) {
    return (name, bytes) -> {
      var parts = OWNED.matcher(name.text());
      if (!parts.matches()) return true;
      var keys = OwnerKeys.of(key, parts.group("owner"));
      var inside = new ObjectName(parts.group("inside"));
      return switch (parts.group("what")) {
        case "format" -> Arrays.equals(bytes, keys.formatObject());
        case "packs", "indexes" -> Packs.hash(bytes, bytes.length).equals(name.last());
        case "snapshots" -> opens(keys, Kind.SNAPSHOT, inside, bytes);
        case "saves" -> opens(keys, Kind.ANNOUNCEMENT, inside, bytes);
        case "condemned" -> opens(keys, Kind.CONDEMNED, inside, bytes);
        case "kept" -> opens(keys, Kind.KEPT, inside, bytes);
        case "waits" -> opens(keys, Kind.WAITS, inside, bytes);
        case "claims" -> opens(keys, Kind.CLAIM, inside, bytes);
        default -> true;
      };
    };
  }

  private static boolean opens(OwnerKeys keys, Kind kind, ObjectName name, byte[] bytes) {
    try {
      Sealed.open(keys, kind, name.text(), bytes);
      return true;
    } catch (Damaged _) {
      return false;
    }
  }

  /** Tries it out where it is named for the first time, as {@code root} remembers. */
  void prove(Path root, byte[] key) throws InterruptedException {
    try {
      var now = List.of(mac(key, "bucket " + bucket.identity() + " " + folder));
      if (now.equals(lines(root.resolve(PROVEN)))) return;
      bucket.prove(folder);
      try (var store = new Closing(bucket.open(folder))) {
        claim(store.store(), key);
      }
      WholeFile.write(root.resolve(PROVEN), now);
    } catch (IOException e) {
      throw new Problem.Unavailable(
          "The %s was not reached: %s.".formatted(bucket, e.getMessage()),
          "See that the service runs and is reached from here.",
          e);
    }
  }

  /** A store that is closed by try. */
  private record Closing(ObjectStore store) implements AutoCloseable {
    @Override
    public void close() {
      store.close();
    }
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  /** Two that write to the same folder would each delete what only the other knows to be needed. */
  private void claim(ObjectStore store, byte[] key) throws IOException, InterruptedException {
    var name = folder.with(INSTALLATION);
    var ours = mac(key, bucket.layout().mark());
    if (store.putIfAbsent(name, ByteBuffer.wrap(ours.getBytes(StandardCharsets.US_ASCII)))) return;
    var there = store.read(name).map(bytes -> new String(bytes, StandardCharsets.US_ASCII));
    if (there.equals(Optional.of(ours))) return;
    for (var layout : Bucket.Layout.values()) {
      if (there.equals(Optional.of(mac(key, layout.mark())))) throw liesOtherwise(layout);
    }
    throw new Problem.Conflict(
        "The %s has the snapshots of another installation.".formatted(this),
        "Name another objects.prefix; or, where these are the snapshots to go on with, use the"
            + " secret.key of the installation that wrote them.");
  }

  private Problem liesOtherwise(Bucket.Layout layout) {
    return new Problem.Conflict(
        "The %s has this installation's snapshots %s, and the configuration wants them %s."
            .formatted(this, layout, bucket.layout()),
        "Set objects.bucketPerUser to what it was; or move them as docs/operate/object-store.md"
            + " says.");
  }

  private static String mac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA-256", e);
    }
  }
}
