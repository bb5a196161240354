package dev.berth.snapshots.format;

import dev.berth.base.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** All keys of one owner, made from the installation's. Safe for all threads. */
public final class OwnerKeys {
  /** Bytes of the installation's key. */
  public static final int KEY_BYTES = 32;

  private final byte[] chunk;
  private final byte[] name;
  private final byte[] seal;
  private final long[] gear;

  private OwnerKeys(byte[] owner) {
    chunk = derive(owner, "chunk", KEY_BYTES);
    name = derive(owner, "name", KEY_BYTES);
    seal = derive(owner, "seal", KEY_BYTES);
    gear = new long[256];
    ByteBuffer.wrap(derive(owner, "gear", 2048)).asLongBuffer().get(gear);
  }

  /** The keys of {@code owner} in the installation whose key that is. */
  public static OwnerKeys of(byte[] installationKey, String owner) {
    return ofOwner(ownerKey(installationKey, owner));
  }

  /** The same of one who has {@link #ownerKey} and shall not have the installation's. */
  public static OwnerKeys ofOwner(byte[] ownerKey) {
    if (ownerKey.length == KEY_BYTES) return new OwnerKeys(ownerKey);
    throw new Problem.Invalid(
        "An owner's key for snapshots has %d bytes.".formatted(ownerKey.length),
        "It must have %d.".formatted(KEY_BYTES));
  }

  /** What opens all of that owner's snapshots, and nobody else's. */
  public static byte[] ownerKey(byte[] installationKey, String owner) {
    if (installationKey.length != KEY_BYTES) {
      throw new Problem.Invalid(
          "The installation's key for snapshots has %d bytes.".formatted(installationKey.length),
          "It must have 32.");
    }
    return derive(installationKey, "berth snapshots v1 owner " + owner, KEY_BYTES);
  }

  private static byte[] derive(byte[] key, String info, int bytes) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(key)
                  .thenExpand(info.getBytes(StandardCharsets.UTF_8), bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HKDF", e);
    }
  }

  /** Names chunks; for one thread. */
  public ChunkNamer chunkNamer() {
    return new ChunkNamer(mac(chunk));
  }

  /** The folder of a series in the store: it tells nothing of the series' text. */
  public String seriesFolder(String series) {
    var hash = mac(name).doFinal(series.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(Arrays.copyOf(hash, 16));
  }

  /** What the object {@code format} holds. */
  public byte[] formatObject() {
    var check = mac(name).doFinal("format".getBytes(StandardCharsets.US_ASCII));
    return ByteBuffer.allocate(40)
        .put(Sealed.MAGIC)
        .put((byte) 1)
        .put(new byte[3])
        .put(check)
        .array();
  }

  byte[] objectKey(byte[] header) {
    return mac(seal).doFinal(header);
  }

  /** Where a chunker cuts; whoever asks does not change it. */
  public long[] gear() {
    return gear;
  }

  private static Mac mac(byte[] key) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has this", e);
    }
  }
}
