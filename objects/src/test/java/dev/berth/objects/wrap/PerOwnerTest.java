package dev.berth.objects.wrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.objects.Listing;
import dev.berth.objects.MemoryBuckets;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.ObjectStoreContract;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The contract, where the first word of each name is an owner; and what is of all of them. */
final class PerOwnerTest extends ObjectStoreContract {
  private static final ObjectName FOLDER = ObjectName.of("all/berth");

  private final MemoryBuckets main = MemoryBuckets.withOne("keep");
  private final PerOwner store = another(_ -> true);

  /** As after a start, which knows of no bucket. */
  private PerOwner another(Predicate<String> isOwner) {
    return new PerOwner(main, FOLDER, isOwner);
  }

  @Override
  protected ObjectStore store() {
    return new Under(store, FOLDER);
  }

  @Test
  void an_owners_objects_are_in_a_bucket_of_that_name_and_no_others_are() throws Exception {
    var id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    var theirs = FOLDER.with(id + "/packs/1");
    var nobodys = FOLDER.with("installation");
    var odd = FOLDER.with("of_no.owner/1");
    var long_ = FOLDER.with("x".repeat(60) + "/1");
    for (var name : List.of(theirs, nobodys, odd, long_)) store.putIfAbsent(name, bytes("x"));

    assertThat(main.called("")).containsExactly("keep", "keep-user-" + id);
    assertThat(main.beside("keep-user-" + id).read(theirs)).isPresent();
    for (var name : List.of(nobodys, odd, long_)) {
      assertThat(main.read(name)).isPresent();
      assertThat(store.read(name)).isPresent();
    }
    for (var of : List.of(ObjectName.of("all"), FOLDER)) {
      assertThat(Listing.all(store, of)).hasSize(4);
    }
    assertThat(Listing.all(store, FOLDER.with("of_no.owner"))).hasSize(1);
    assertThat(Listing.all(store, ObjectName.of("all/other"))).isEmpty();
  }

  @Test
  void all_owners_are_listed_in_the_order_of_names_over_all_pages() throws Exception {
    var names = new ArrayList<ObjectName>();
    for (var owner : List.of("a", "a-b", "a0", "b", "c-d-e")) {
      for (int i = 0; i < 450; i++) names.add(FOLDER.with("%s/%04d".formatted(owner, i)));
    }
    for (int i = 0; i < 20; i++) names.add(FOLDER.with("a_%d/x".formatted(i))); // no owners
    names.add(FOLDER.with("a"));
    var mixed = new ArrayList<>(names);
    Collections.shuffle(mixed, new Random(7));
    for (var name : mixed) store.putIfAbsent(name, bytes("x"));

    var listed = new ArrayList<ObjectName>();
    Listing.each(another(_ -> true), FOLDER, info -> listed.add(info.name()));

    assertThat(listed).containsExactlyElementsOf(names.stream().sorted().toList());
    for (var after : List.of(names.get(0), names.get(449), names.get(450), names.getLast())) {
      assertThat(store.list(FOLDER, Optional.of(after)).getFirst().name())
          .isEqualTo(
              names.stream()
                  .filter(name -> name.compareTo(after) > 0)
                  .sorted()
                  .toList()
                  .getFirst());
    }
  }

  @Test
  void what_lies_in_the_single_bucket_from_before_is_not_taken_for_an_owners() throws Exception {
    main.putIfAbsent(FOLDER.with("ann/packs/1"), bytes("old"));

    assertThat(store.read(FOLDER.with("ann/packs/1"))).isEmpty();
    assertThat(Listing.all(store, FOLDER)).isEmpty();
  }

  @Test
  void a_bucket_that_somebody_removed_is_told_and_made_anew_after_the_next_listing()
      throws Exception {
    store.putIfAbsent(FOLDER.with("ann/packs/1"), bytes("x"));
    main.beside("keep-user-ann").remove();

    assertThatThrownBy(() -> store.putIfAbsent(FOLDER.with("ann/packs/2"), bytes("x")))
        .isInstanceOf(Problem.Unavailable.class)
        .hasMessageContaining("keep-user-ann");
    assertThat(Listing.all(store, FOLDER)).isEmpty();

    assertThat(store.putIfAbsent(FOLDER.with("ann/packs/2"), bytes("x"))).isTrue();
  }

  @Test
  void another_installations_buckets_are_not_ours() throws Exception {
    main.beside("keep-user-ann-smith").make(); // is a user "ann-smith" of ours
    main.beside("keep2-user-ann").make();
    main.beside("keep2-user-ann").putIfAbsent(FOLDER.with("ann/1"), bytes("x"));

    assertThat(store.read(FOLDER.with("ann/1"))).isEmpty();
    assertThat(Listing.all(store, FOLDER)).isEmpty();
  }

  @Test
  void a_bucket_that_is_called_otherwise_than_owners_are_is_somebody_elses() throws Exception {
    var foreign = main.beside("keep-user-uploads");
    foreign.make();
    foreign.refuse();
    var ours = another("ann"::equals);
    ours.putIfAbsent(FOLDER.with("ann/1"), bytes("x"));
    ours.putIfAbsent(FOLDER.with("uploads/1"), bytes("x"));

    assertThat(Listing.all(ours, FOLDER))
        .extracting(info -> info.name().text())
        .containsExactly("all/berth/ann/1", "all/berth/uploads/1");
    assertThat(main.read(FOLDER.with("uploads/1"))).isPresent();
    assertThat(PerOwner.owners(main, "ann"::equals)).containsExactly("ann");
  }

  @Test
  void an_owners_bucket_that_refuses_us_is_that_owners_trouble() throws Exception {
    for (var owner : List.of("ann", "bob")) {
      store.putIfAbsent(FOLDER.with(owner + "/1"), bytes("x"));
    }
    main.beside("keep-user-ann").refuse();

    for (var each : List.of(store, another(_ -> true))) {
      assertThat(each.read(FOLDER.with("bob/1"))).isPresent();
      assertThat(Listing.all(each, FOLDER.with("bob"))).hasSize(1);
      assertThat(each.putIfAbsent(FOLDER.with("cid/1"), bytes("x"))).isTrue();
      each.delete(FOLDER.with("cid/1"));
      assertThatThrownBy(() -> each.putIfAbsent(FOLDER.with("ann/2"), bytes("x")))
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("keep-user-ann");
      assertThatThrownBy(() -> each.list(FOLDER, Optional.empty())) // nothing of hers is deleted
          .isInstanceOf(Problem.Unavailable.class)
          .hasMessageContaining("keep-user-ann");
    }
  }

  @Test
  void a_bucket_that_a_list_leaves_out_is_still_its_owners() throws Exception {
    var name = FOLDER.with("ann/1");
    store.putIfAbsent(name, bytes("x"));
    main.beside("keep-user-ann").leaveOut();

    assertThat(Listing.all(store, FOLDER)).hasSize(1);
    assertThat(store.read(name)).isPresent();
    store.delete(name);
    assertThat(main.beside("keep-user-ann").read(name)).isEmpty();
  }

  @Test
  void of_an_owner_that_no_list_named_the_bucket_itself_is_asked() throws Exception {
    var first = FOLDER.with("ann/1");
    var second = FOLDER.with("ann/2");
    for (var name : List.of(first, second)) store.putIfAbsent(name, bytes("x"));
    main.beside("keep-user-ann").leaveOut();

    assertThat(another(_ -> true).read(first)).isPresent();
    assertThat(another(_ -> true).find(first)).isPresent();
    assertThat(Listing.all(another(_ -> true), FOLDER.with("ann"))).hasSize(2);
    another(_ -> true).delete(first);
    assertThat(store.read(first)).isEmpty();
    assertThat(another(_ -> true).putIfAbsent(second, bytes("y"))).isFalse();
  }
}
