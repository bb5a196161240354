package dev.berth.gateway.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.UserId;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SharesTest {
  private final Shares shares = new Shares();

  private void put(String asker, String key, long size) {
    shares.coming(asker, size);
    shares.came(asker, key, size);
  }

  @Test
  void of_whoever_has_most_the_least_recently_used_goes_first() {
    put("ann", "a1", 10);
    put("ann", "a2", 10);
    put("bob", "b1", 15);
    shares.used("bob", "a1");

    assertThat(shares.first("bob")).contains("a2");
    assertThat(shares.first("carl")).contains("a2");
    assertThat(shares.firstOfMany("bob")).contains("a2");
    shares.forget("a2");
    assertThat(shares.first("ann")).contains("b1");
    assertThat(shares.bytes()).isEqualTo(25);
  }

  @Test
  void what_is_coming_counts_and_nobody_with_less_makes_place_for_it() {
    put("bob", "b1", 10);
    shares.coming("ann", 100);

    assertThat(shares.first("ann")).isEmpty();

    put("ann", "a1", 1);
    assertThat(shares.first("ann")).contains("a1");
    shares.coming("ann", -100);
    assertThat(shares.first("ann")).contains("b1");
  }

  @Test
  void a_copy_of_an_earlier_gateway_is_his_who_uses_it_next() {
    shares.found("old", 10);
    shares.used("ann", "old");
    put("bob", "b1", 9);

    assertThat(shares.first("bob")).contains("old");
    shares.used("bob", "old");
    shares.forget("b1");
    assertThat(shares.first("bob")).as("still hers").contains("old");
    assertThat(shares.bytes()).isEqualTo(10);
  }

  @Test
  void a_copy_in_the_place_of_another_counts_once() {
    put("ann", "key", 10);
    put("bob", "key", 12);

    assertThat(shares.bytes()).isEqualTo(12);
    assertThat(shares.count()).isEqualTo(1);
    shares.forget("key");
    assertThat(shares.bytes()).isZero();
    assertThat(shares.first("bob")).isEmpty();
  }

  @Test
  void whoever_floods_leaves_each_of_the_others_his_equal_part() {
    var random = new Random(7);
    for (int i = 0; i < 5; i++) put("user" + i, "kept" + i, 100);
    for (int i = 0; i < 10_000; i++) {
      long size = 1L + random.nextInt(90);
      shares.coming("flood", size);
      while (shares.bytes() > 1000) {
        var first = shares.first("flood");
        if (first.isEmpty()) break;
        shares.forget(first.get());
      }
      shares.came("flood", "junk" + i, size);
    }

    for (int i = 0; i < 5; i++) assertThat(shares.has("kept" + i)).isTrue();
    assertThat(shares.bytes()).isLessThanOrEqualTo(1000);
  }

  @Test
  void each_owner_comes_from_an_address_of_his_own() {
    var askers = new Askers();
    var ann = UserId.create();
    var bob = UserId.create();

    assertThat(askers.of(ann)).isEqualTo(askers.of(ann)).isNotEqualTo(askers.of(bob));
    assertThat(askers.of(ann).isLoopbackAddress()).isTrue();
    assertThat(askers.at(askers.of(bob).getHostAddress())).contains(bob);
    assertThat(askers.at("127.0.0.1")).isEmpty();
    for (int i = 0; i < 600; i++)
      assertThat(askers.of(UserId.create()).getHostAddress()).startsWith("127.77.");
  }
}
