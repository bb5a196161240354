package dev.berth.objects;

import java.io.IOException;
import java.util.List;

/** A store in a bucket, beside which the same service may have others for the same keys. */
public interface BucketStore extends ObjectStore {
  /** What the bucket is called there. */
  String bucket();

  /** The store in another bucket; goes by the same connections, and ends with them. */
  BucketStore beside(String bucket);

  /**
   * Whether there is such a bucket, as it says itself: a list of all may lag behind.
   *
   * @param folder that is listed to see it, since keys may be good for that alone
   */
  boolean isThere(ObjectName folder) throws IOException, InterruptedException;

  /** Afterwards there is such a bucket, and it is ours; whether or not there was. */
  void make() throws IOException, InterruptedException;

  /** All buckets there that are called so at their beginning. */
  List<String> called(String beginning) throws IOException, InterruptedException;
}
