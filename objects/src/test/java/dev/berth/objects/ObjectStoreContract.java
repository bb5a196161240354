package dev.berth.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What {@link ObjectStore} promises; the test of each store extends it. */
public abstract class ObjectStoreContract {
  private static final ObjectName NAME = ObjectName.of("folder/some-object_1.x");
  private static final ObjectName FOLDER = ObjectName.of("folder");

  /** The store, with nothing in it. */
  protected abstract ObjectStore store() throws Exception;

  /** How many bytes are tried; fewer where the test's server takes long and parts are smaller. */
  protected int largest() {
    return ObjectStore.MOST_BYTES;
  }

  protected static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void what_was_put_is_read_as_it_was() throws Exception {
    var store = store();
    var content = new byte[300_000];
    new Random(1).nextBytes(content);

    assertThat(store.putIfAbsent(NAME, ByteBuffer.wrap(content))).isTrue();

    assertThat(store.read(NAME)).hasValue(content);
  }

  @Test
  void only_the_remaining_bytes_are_put_and_the_buffer_stays_as_it_was() throws Exception {
    var store = store();
    var buffer = bytes("xxwordyy").position(2).limit(6);

    store.putIfAbsent(NAME, buffer);

    assertThat(store.read(NAME)).hasValue(new byte[] {'w', 'o', 'r', 'd'});
    assertThat(buffer.position()).isEqualTo(2);
    assertThat(buffer.limit()).isEqualTo(6);
  }

  @Test
  void a_name_that_is_taken_keeps_its_object() throws Exception {
    var store = store();
    store.putIfAbsent(NAME, bytes("first"));

    assertThat(store.putIfAbsent(NAME, bytes("second"))).isFalse();

    assertThat(store.read(NAME).map(String::new)).hasValue("first");
  }

  @Test
  void of_many_that_put_at_once_one_wins() throws Exception {
    var store = store();
    var tries = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < 16; i++) {
      var text = "by " + i;
      tries.add(() -> store.putIfAbsent(NAME, bytes(text)));
    }

    int won = 0;
    int winner = -1;
    try (var threads = Executors.newFixedThreadPool(16)) {
      var ended = threads.invokeAll(tries);
      for (int i = 0; i < ended.size(); i++) {
        if (ended.get(i).get()) {
          won++;
          winner = i;
        }
      }
    }

    assertThat(won).isEqualTo(1);
    assertThat(store.read(NAME).map(String::new)).hasValue("by " + winner);
  }

  @Test
  void a_range_ends_where_the_object_does() throws Exception {
    var store = store();
    store.putIfAbsent(NAME, bytes("0123456789"));

    assertThat(store.read(NAME, 2, 3).map(String::new)).hasValue("234");
    assertThat(store.read(NAME, 8, 5).map(String::new)).hasValue("89");
    assertThat(store.read(NAME, 0, 10).map(String::new)).hasValue("0123456789");
    assertThat(store.read(NAME, 10, 5).map(String::new)).hasValue("");
    assertThat(store.read(NAME, 999, 5).map(String::new)).hasValue("");
  }

  @Test
  void an_empty_object_is_an_object() throws Exception {
    var store = store();

    assertThat(store.putIfAbsent(NAME, ByteBuffer.allocate(0))).isTrue();

    assertThat(store.read(NAME)).hasValue(new byte[0]);
    assertThat(store.find(NAME).orElseThrow().sizeBytes()).isZero();
  }

  @Test
  void what_is_not_there_is_said_to_be_missing() throws Exception {
    var store = store();

    assertThat(store.read(NAME)).isEmpty();
    assertThat(store.read(NAME, 3, 4)).isEmpty();
    assertThat(store.find(NAME)).isEmpty();
    assertThat(store.list(FOLDER, Optional.empty())).isEmpty();
  }

  @Test
  void an_object_tells_its_size_and_when_it_was_written() throws Exception {
    var store = store();
    store.putIfAbsent(NAME, bytes("12345"));

    var info = store.find(NAME).orElseThrow();

    assertThat(info.name()).isEqualTo(NAME);
    assertThat(info.sizeBytes()).isEqualTo(5);
    assertThat(info.written())
        .isBetween(
            Instant.now().minus(Duration.ofMinutes(2)), Instant.now().plus(Duration.ofMinutes(2)));
  }

  @Test
  void a_folder_lists_all_in_it_and_nothing_else_in_the_order_of_names() throws Exception {
    var store = store();
    for (var name : new String[] {"a/b", "a/c/d", "a-b/c", "a.b", "ab", "a/b-c", "a/b0", "b/a"}) {
      store.putIfAbsent(ObjectName.of(name), bytes(name));
    }

    var listed = store.list(ObjectName.of("a"), Optional.empty());

    assertThat(listed)
        .extracting(info -> info.name().text())
        .containsExactly("a/b", "a/b-c", "a/b0", "a/c/d");
    assertThat(listed).extracting(ObjectInfo::sizeBytes).containsExactly(3L, 5L, 4L, 5L);
  }

  @Test
  void a_listing_goes_on_after_a_name_whether_or_not_it_is_still_there() throws Exception {
    var store = store();
    for (var name : new String[] {"a/1", "a/2", "a/3"}) {
      store.putIfAbsent(ObjectName.of(name), bytes(name));
    }
    store.delete(ObjectName.of("a/2"));

    assertThat(store.list(ObjectName.of("a"), Optional.of(ObjectName.of("a/2"))))
        .extracting(info -> info.name().text())
        .containsExactly("a/3");
  }

  @Test
  void a_long_folder_comes_in_pages() throws Exception {
    var store = store();
    int many = ObjectStore.MOST_LISTED + 5;
    var puts = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < many; i++) {
      var name = ObjectName.of("many/%05d".formatted(i));
      puts.add(() -> store.putIfAbsent(name, bytes("x")));
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (var put : threads.invokeAll(puts)) put.get();
    }

    assertThat(store.list(ObjectName.of("many"), Optional.empty()))
        .hasSize(ObjectStore.MOST_LISTED);
    assertThat(Listing.all(store, ObjectName.of("many")))
        .hasSize(many)
        .isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
  }

  @Test
  void a_deleted_object_is_gone_and_its_name_is_free() throws Exception {
    var store = store();
    store.putIfAbsent(NAME, bytes("first"));

    store.delete(NAME);
    store.delete(NAME);

    assertThat(store.read(NAME)).isEmpty();
    assertThat(store.list(FOLDER, Optional.empty())).isEmpty();
    assertThat(store.putIfAbsent(NAME, bytes("second"))).isTrue();
    assertThat(store.read(NAME).map(String::new)).hasValue("second");
  }

  @Test
  void the_largest_object_is_kept() throws Exception {
    var store = store();
    var content = new byte[largest()];
    new Random(2).nextBytes(content);

    store.putIfAbsent(NAME, ByteBuffer.wrap(content));

    assertThat(store.read(NAME).orElseThrow()).isEqualTo(content);
    assertThat(store.read(NAME, content.length - 1, 9).orElseThrow()).hasSize(1);
  }
}
