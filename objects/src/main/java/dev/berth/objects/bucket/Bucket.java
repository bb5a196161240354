package dev.berth.objects.bucket;

import dev.berth.objects.BucketStore;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.azure.AzureOptions;
import dev.berth.objects.azure.AzureStore;
import dev.berth.objects.gcs.GcsOptions;
import dev.berth.objects.gcs.GcsStore;
import dev.berth.objects.s3.S3Options;
import dev.berth.objects.s3.S3Store;
import dev.berth.objects.wrap.PerOwner;
import java.util.List;
import java.util.function.Predicate;

/** A bucket of some kind of service, or several of one. */
public sealed interface Bucket {
  /**
   * The store in it; asks the service nothing yet. Takes a second the first time.
   *
   * @param folder that is asked for; the next word of each name in it is the owner's
   */
  ObjectStore open(ObjectName folder);

  /**
   * Tries out whether all can be done in {@code folder} that we shall do there; a {@link
   * dev.berth.base.Problem} says all that cannot.
   */
  void prove(ObjectName folder) throws InterruptedException;

  /** How objects lie in it, for whoever marks it: what is another way is found by nobody there. */
  Layout layout();

  /** Ways in which objects lie in buckets. */
  enum Layout {
    ONE("all in one bucket", "installation"),
    EACH_OWNERS("each user's in a bucket of its own", "installation, each owner's");

    private final String words;
    private final String mark;

    Layout(String words, String mark) {
      this.words = words;
      this.mark = mark;
    }

    /** Which never changes, since buckets are marked with it. */
    public String mark() {
      return mark;
    }

    /** For people. */
    @Override
    public String toString() {
      return words;
    }
  }

  /** Another text where anything of it is another, the secrets too: not for people. */
  String identity();

  /** A single one. */
  sealed interface Single extends Bucket {
    BucketStore open();

    @Override
    default ObjectStore open(ObjectName folder) {
      return open();
    }

    @Override
    default Layout layout() {
      return Layout.ONE;
    }

    /** How the store writes, each to be tried out. */
    List<BucketProof.Way> ways(BucketStore store);

    /** What to do where the service does not do what we need, for people. */
    String needs();

    @Override
    default void prove(ObjectName folder) throws InterruptedException {
      var store = open();
      try {
        BucketProof.of(store, ways(store), folder, new BucketProof.Service(toString(), needs()));
      } finally {
        store.close();
      }
    }
  }

  /** Of S3, or what speaks as it does. */
  record S3(S3Options options) implements Single {
    @Override
    public S3Store open() {
      return S3Store.open(options);
    }

    @Override
    public List<BucketProof.Way> ways(BucketStore store) {
      return List.of(BucketProof.Way.usual(store::putIfAbsent));
    }

    @Override
    public String needs() {
      return "Use a service that knows If-None-Match where an object is written, as AWS, MinIO,"
          + " Ceph and SeaweedFS of today do.";
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

  /** Of Azure, where it is called a container. */
  record Azure(AzureOptions options) implements Single {
    @Override
    public AzureStore open() {
      return AzureStore.open(options);
    }

    @Override
    public List<BucketProof.Way> ways(BucketStore store) {
      var azure = (AzureStore) store;
      return List.of(
          BucketProof.Way.usual(azure::putIfAbsent), BucketProof.Way.parts(azure::putInParts));
    }

    @Override
    public String needs() {
      return "Use a storage account of Azure with block blobs and without a hierarchical namespace,"
          + " or a server that knows If-None-Match where a blob is written, as Azurite does.";
    }

    @Override
    public String identity() {
      var secret =
          switch (options.login()) {
            case AzureOptions.Login.Key(var key) -> "key " + key;
            case AzureOptions.Login.Signature(var query) -> "signature " + query;
            case AzureOptions.Login.Client(var at, var tenant, var id, var secretOf) ->
                "client %s %s %s %s".formatted(at, tenant, id, secretOf);
            case AzureOptions.Login.Machine(var at, var client) ->
                "machine %s %s".formatted(at, client);
          };
      return "Azure %s %s %s %s"
          .formatted(options, options.account(), secret, options.authorities());
    }

    @Override
    public String toString() {
      return "Azure container " + options;
    }
  }

  /** Of Google. */
  record Gcs(GcsOptions options) implements Single {
    @Override
    public GcsStore open() {
      return GcsStore.open(options);
    }

    @Override
    public List<BucketProof.Way> ways(BucketStore store) {
      return List.of(BucketProof.Way.usual(store::putIfAbsent));
    }

    @Override
    public String needs() {
      return "Use Google's own service, or a server that knows ifGenerationMatch where an object is"
          + " written.";
    }

    @Override
    public String identity() {
      var login =
          switch (options.login()) {
            case GcsOptions.Login.Account(var account) -> account.email() + " " + account.keyId();
            case GcsOptions.Login.Machine(var at) -> "machine " + at;
          };
      return "Google %s %s %s".formatted(options, login, options.authorities());
    }

    @Override
    public String toString() {
      return "Google bucket " + options;
    }
  }

  /**
   * One for each owner, beside one for what is nobody's, which the others are named after.
   *
   * @param isOwner whether a word can be an owner's
   */
  record EachOwners(Single main, Predicate<String> isOwner) implements Bucket {
    @Override
    public ObjectStore open(ObjectName folder) {
      return new PerOwner(main.open(), folder, isOwner);
    }

    /** Also of one that is made for it; it is left there, empty. */
    @Override
    public void prove(ObjectName folder) throws InterruptedException {
      var store = main.open();
      try {
        BucketProof.before(
            toString(),
            () -> {
              store.make();
              PerOwner.owners(store, isOwner);
              store.beside(PerOwner.proof(store)).make();
            });
        for (var each : List.of(store, store.beside(PerOwner.proof(store)))) {
          var called = "%s of %s".formatted(each.bucket(), this);
          var service = new BucketProof.Service(called, main.needs());
          BucketProof.of(each, main.ways(each), folder, service);
        }
      } finally {
        store.close();
      }
    }

    @Override
    public Layout layout() {
      return Layout.EACH_OWNERS;
    }

    @Override
    public String identity() {
      return "each owner's, " + main.identity();
    }

    @Override
    public String toString() {
      return main + " with one for each owner";
    }
  }
}
