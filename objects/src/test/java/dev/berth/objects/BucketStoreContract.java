package dev.berth.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.http.Answer;
import dev.berth.objects.http.Call;
import dev.berth.objects.http.Service;
import dev.berth.objects.wrap.Patience;
import dev.berth.objects.wrap.PerOwner;
import dev.berth.objects.wrap.Retrying;
import dev.berth.objects.wrap.Under;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@link BucketStore} promises besides; the test of each service's store extends it. */
public abstract class BucketStoreContract extends ObjectStoreContract {
  private int stores;

  /** A bucket that is there. */
  protected abstract BucketStore bucket();

  /** The same as a configuration names it, called otherwise. */
  protected abstract Bucket.Single named(String bucket);

  /** What the service's certificate is signed by, where Java does not know. */
  protected Optional<Path> authorities() {
    return Optional.empty();
  }

  /** Whether the test's service looks at a link's signature; all real ones do. */
  protected boolean looksAtLinks() {
    return true;
  }

  /** Whether the test's service makes a bucket where something is written to none. */
  protected boolean makesBucketsByItself() {
    return false;
  }

  /** A folder of the bucket that nothing is in. */
  @Override
  protected ObjectStore store() {
    return new Under(new Retrying(bucket(), Patience.USUAL), folder(++stores));
  }

  /** The folder of the last store. */
  protected ObjectName folder() {
    return folder(stores);
  }

  private static ObjectName folder(int number) {
    return ObjectName.of("test-" + number);
  }

  @Test
  void a_link_reads_its_object_and_no_other() throws Exception {
    var store = store();
    store.putIfAbsent(ObjectName.of("a/b"), bytes("shown"));
    store.putIfAbsent(ObjectName.of("a/c"), bytes("hidden"));

    var link = store.link(ObjectName.of("a/b"), Duration.ofMinutes(5)).orElseThrow();

    assertThat(get(link).body()).isEqualTo(bytes("shown").array());
    if (looksAtLinks()) {
      var other = URI.create(link.toString().replace("/a/b", "/a/c"));
      assertThat(get(other).status()).isEqualTo(403);
    }
  }

  @Test
  void a_link_is_good_for_a_week_at_most() throws Exception {
    var store = store();
    var name = ObjectName.of("a");

    assertThat(store.link(name, ObjectStore.LONGEST_LINK)).isPresent();
    for (var none : List.of(Duration.ofDays(8), Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThatThrownBy(() -> store.link(name, none)).isInstanceOf(Problem.Invalid.class);
    }
  }

  @Test
  void a_service_that_does_not_do_what_we_need_is_told_with_what_would() {
    assertThat(named("any").needs()).contains(needed());
  }

  /** What the remedy must name. */
  protected abstract List<String> needed();

  private Answer get(URI link) throws Exception {
    try (var anybody = Service.open("test's service", authorities())) {
      return anybody.ask(Call.of("GET", link));
    }
  }

  @Test
  void a_bucket_is_made_however_often_it_is_wanted() throws Exception {
    var made = bucket().beside("made-twice");

    made.make();
    made.putIfAbsent(ObjectName.of("a"), bytes("x"));
    made.make();

    assertThat(made.read(ObjectName.of("a"))).isPresent();
    assertThat(bucket().called("made-")).containsExactly("made-twice");
  }

  @Test
  void a_bucket_that_is_not_there_is_told() throws Exception {
    var nowhere = bucket().beside("nowhere");

    assertThat(nowhere.isThere(ObjectName.of("a"))).isFalse();
    assertThat(bucket().isThere(ObjectName.of("a"))).isTrue();
    assertThatThrownBy(() -> nowhere.read(ObjectName.of("a")))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageStartingWith("There is no")
        .hasMessageContaining("nowhere");
    if (!makesBucketsByItself()) {
      assertThatThrownBy(() -> nowhere.putIfAbsent(ObjectName.of("a"), bytes("x")))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("nowhere");
    }
    assertThatThrownBy(() -> nowhere.list(ObjectName.of("a"), Optional.empty()))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void a_good_bucket_is_proven_and_left_as_it_was() throws Exception {
    var folder = ObjectName.of("proven");

    named(bucket().bucket()).prove(folder);

    assertThat(bucket().list(folder, Optional.empty())).isEmpty();
  }

  @Test
  void each_owner_has_a_bucket_and_all_are_listed_as_one() throws Exception {
    var folder = ObjectName.of("berth");
    var each = new Bucket.EachOwners(named("apart"), List.of("ann", "bob")::contains);
    each.prove(folder);
    bucket().beside("apart-user-uploads").make(); // of somebody else

    var one = each.open(folder);
    for (var name : new String[] {"berth/ann/packs/1", "berth/bob/packs/1", "berth/installation"}) {
      assertThat(one.putIfAbsent(ObjectName.of(name), bytes(name))).isTrue();
    }
    one.close();
    var other = each.open(folder); // which made none of them

    assertThat(other.list(folder, Optional.empty()))
        .extracting(info -> info.name().text())
        .containsExactly("berth/ann/packs/1", "berth/bob/packs/1", "berth/installation");
    assertThat(other.read(ObjectName.of("berth/bob/packs/1"))).isPresent();
    var link = other.link(ObjectName.of("berth/bob/packs/1"), Duration.ofMinutes(5));
    assertThat(get(link.orElseThrow()).body()).isEqualTo(bytes("berth/bob/packs/1").array());
    other.close();
    assertThat(bucket().beside("apart-user-ann").list(folder, Optional.empty())).hasSize(1);
    assertThat(PerOwner.owners(bucket().beside("apart"), each.isOwner()))
        .containsExactlyInAnyOrder("ann", "bob");
  }
}
