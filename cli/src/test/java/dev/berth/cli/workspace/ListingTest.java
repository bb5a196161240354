package dev.berth.cli.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cli.api.FakeBerth;
import dev.berth.protocol.Intent;
import dev.berth.protocol.Phase;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ListingTest {
  @Test
  void headings_stand_over_their_columns_however_short_the_words_below_are() {
    var stopped = new Phase.Stopped(Instant.EPOCH, "Its owner stopped it.");
    var view = FakeBerth.view(new Intent.Stop("Its owner stopped it."), stopped);
    assertThat(view.repository()).hasSizeLessThan("REPOSITORY".length());

    var lines = new Listing().table(List.of(view));

    assertThat(lines).hasSize(2);
    var heading = lines.getFirst();
    var line = lines.getLast();
    assertThat(line.indexOf(view.repository())).isEqualTo(heading.indexOf("REPOSITORY"));
    assertThat(line.indexOf("stopped")).isEqualTo(heading.indexOf("STATE"));
    assertThat(line.indexOf(" d  ")).isGreaterThan(heading.indexOf("AGE"));
    assertThat(line.charAt(heading.indexOf("AGE") - 1)).isEqualTo(' ');
    assertThat(line.charAt(heading.indexOf("AGE"))).isNotEqualTo(' ');
    assertThat(line).endsWith("  Stopped: Its owner stopped it.");
  }
}
