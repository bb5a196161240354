package dev.berth.snapshots.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.posix.Name;
import dev.berth.base.posix.Status;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EntryTest {
  private static final Entry.Traits TRAITS =
      new Entry.Traits(
          Name.of("name"),
          07755,
          -2,
          70_000,
          new Status.Time(-5, 999_999_999),
          new Status.Time(1_800_000_000, 1),
          -1,
          List.of());
  private static final ChunkRef CHUNK = new ChunkRef(new ChunkName(1, -2, 3, -4), 100);

  private static byte[] bytes(Entry entry) {
    var out = new ByteWriter(1);
    entry.write(out);
    return out.toArray();
  }

  private static Entry.File file(long size, boolean holes, List<Entry.Run> runs) {
    return new Entry.File(TRAITS, size, holes, runs, 77, 2, true, true, List.of(CHUNK));
  }

  @Test
  void entries_are_read_as_they_were_written() throws Exception {
    for (var entry :
        List.of(
            new Entry.Folder(TRAITS, List.of(CHUNK, CHUNK)),
            file(100, false, List.of()),
            file(900, true, List.of(new Entry.Run(500, 60), new Entry.Run(200, 40))),
            new Entry.Link(TRAITS, Name.of("../x")),
            new Entry.Fifo(TRAITS),
            new Entry.Whiteout(TRAITS))) {
      assertThat(Entry.read(new ByteReader(bytes(entry)))).isEqualTo(entry);
    }
  }

  @Test
  void a_file_whose_data_does_not_fit_is_refused() {
    for (var file :
        List.of(
            file(99, false, List.of()),
            file(100, true, List.of(new Entry.Run(1, 100))),
            file(900, true, List.of(new Entry.Run(Long.MAX_VALUE, 100))),
            file(900, true, List.of(new Entry.Run(0, 99))))) {
      assertThatThrownBy(() -> Entry.read(new ByteReader(bytes(file)))).isInstanceOf(Damaged.class);
    }
  }

  @Test
  void any_bytes_are_an_entry_or_damage_and_nothing_else() {
    var random = new Random(3);
    var good = bytes(file(900, true, List.of(new Entry.Run(500, 60), new Entry.Run(200, 40))));
    for (int i = 0; i < 100_000; i++) {
      var bytes = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        Entry.read(new ByteReader(bytes, 0, random.nextInt(bytes.length + 1)));
      } catch (Damaged expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }
}
