package dev.berth.objects.bucket;

import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.s3.S3Options;
import dev.berth.objects.s3.S3Store;
import java.util.List;

/** A bucket of some kind of service. */
public sealed interface Bucket {
  /** The store in it; asks the service nothing yet. Takes a second the first time. */
  ObjectStore open();

  /**
   * Tries out whether all can be done in {@code folder} that we shall do there; a {@link
   * dev.berth.base.Problem} says all that cannot.
   */
  void prove(ObjectName folder) throws InterruptedException;

  /** Another text where anything of it is another, the secrets too: not for people. */
  String identity();

  /** Of S3, or what speaks as it does. */
  record S3(S3Options options) implements Bucket {
    @Override
    public ObjectStore open() {
      return S3Store.open(options);
    }

    @Override
    public void prove(ObjectName folder) throws InterruptedException {
      try (var store = S3Store.open(options)) {
        var ways =
            List.of(
                new BucketProof.Way("", store::putIfAbsent),
                new BucketProof.Way(" where it comes in parts", store::putInParts));
        BucketProof.of(store, ways, folder, toString());
      }
    }

    @Override
    public String identity() {
      var keys = options.keys().map(both -> both.access() + " " + both.secret()).orElse("");
      return "%s %s %s %s".formatted(options, options.bucketInPath(), keys, options.authorities());
    }

    @Override
    public String toString() {
      return "S3 bucket " + options;
    }
  }
}
