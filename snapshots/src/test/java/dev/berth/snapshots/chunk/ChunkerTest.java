package dev.berth.snapshots.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.snapshots.format.OwnerKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChunkerTest {
  private static final byte[] CONTENT = random(64 << 20, 1);
  private final Chunker chunker = chunker("octo");

  private static Chunker chunker(String owner) {
    return new Chunker(OwnerKeys.of(new byte[32], owner).gear());
  }

  private static byte[] random(int length, long seed) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static List<String> chunks(Chunker chunker, byte[] bytes) {
    var chunks = new ArrayList<String>();
    for (int from = 0; from < bytes.length; ) {
      int length = chunker.length(bytes, from, bytes.length);
      chunks.add(length + " " + Arrays.hashCode(Arrays.copyOfRange(bytes, from, from + length)));
      from += length;
    }
    return chunks;
  }

  @Test
  void chunks_are_about_as_large_as_wished_and_never_larger_than_allowed() {
    var lengths =
        chunks(chunker, CONTENT).stream().map(c -> Integer.parseInt(c.split(" ")[0])).toList();

    assertThat(lengths.subList(0, lengths.size() - 1))
        .allMatch(length -> length > Chunker.SMALLEST_BYTES && length <= Chunker.LARGEST_BYTES);
    assertThat(CONTENT.length / lengths.size()).isBetween(700_000, 1_500_000);
  }

  @Test
  void bytes_put_in_move_few_cuts() {
    var before = new HashSet<>(chunks(chunker, CONTENT));
    var more = new byte[CONTENT.length + 3];
    System.arraycopy(CONTENT, 0, more, 0, 10_000_000);
    System.arraycopy(CONTENT, 10_000_000, more, 10_000_003, CONTENT.length - 10_000_000);

    var after = chunks(chunker, more);

    assertThat(after.stream().filter(chunk -> !before.contains(chunk)).count())
        .isLessThanOrEqualTo(3);
  }

  @Test
  void another_owner_has_other_cuts() {
    assertThat(chunks(chunker("eve"), CONTENT))
        .doesNotContainAnyElementsOf(chunks(chunker, CONTENT));
  }

  @Test
  void zeros_are_cut_at_the_largest() {
    assertThat(chunker.length(new byte[10 << 20], 0, 10 << 20)).isEqualTo(Chunker.LARGEST_BYTES);
    assertThat(chunker.length(new byte[10], 0, 10)).isEqualTo(10);
  }
}
