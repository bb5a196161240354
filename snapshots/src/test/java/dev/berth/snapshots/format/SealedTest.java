package dev.berth.snapshots.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SealedTest {
  private static final OwnerKeys KEYS = OwnerKeys.of(new byte[32], "octo");

  private static byte[] sealed(int length) {
    return Sealed.whole(KEYS, Kind.SNAPSHOT, "name", plain(length));
  }

  private static byte[] plain(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 32_768, 100_000})
  void what_was_sealed_opens(int length) throws Exception {
    assertThat(Sealed.open(KEYS, Kind.SNAPSHOT, "name", sealed(length))).isEqualTo(plain(length));
  }

  @Test
  void no_bit_can_be_changed() {
    var object = sealed(100);
    for (int i = 0; i < object.length * 8; i++) {
      if (i / 8 == 6 || i / 8 == 7)
        continue; // reserved, and in the key like the rest of the header
      var changed = object.clone();
      changed[i / 8] ^= (byte) (1 << i % 8);
      assertThatThrownBy(() -> Sealed.open(KEYS, Kind.SNAPSHOT, "name", changed))
          .isInstanceOf(Damaged.class);
    }
  }

  @Test
  void no_piece_can_be_left_out() {
    var object = sealed(50_000);
    for (int length : new int[] {39, 40, 56, 40 + 16_400, 40 + 2 * 16_400, object.length - 1}) {
      assertThatThrownBy(
              () -> Sealed.open(KEYS, Kind.SNAPSHOT, "name", Arrays.copyOf(object, length)))
          .isInstanceOf(Damaged.class);
    }
  }

  @Test
  void an_object_opens_under_its_name_its_kind_and_its_owners_key_only() {
    var object = sealed(10);

    assertThatThrownBy(() -> Sealed.open(KEYS, Kind.SNAPSHOT, "other", object))
        .isInstanceOf(Damaged.class);
    assertThatThrownBy(() -> Sealed.open(KEYS, Kind.CONDEMNED, "name", object))
        .isInstanceOf(Damaged.class);
    var other = OwnerKeys.of(new byte[32], "eve");
    assertThatThrownBy(() -> Sealed.open(other, Kind.SNAPSHOT, "name", object))
        .isInstanceOf(Damaged.class);
  }
}
