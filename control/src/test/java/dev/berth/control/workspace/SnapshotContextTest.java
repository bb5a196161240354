package dev.berth.control.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.base.Problem;
import dev.berth.protocol.WorkspaceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SnapshotContextTest {
  private static final String DASHBOARD = "https://berth.example.com/";
  private static final SnapshotContext POINT =
      new SnapshotContext(
          new WorkspaceId("octo-hello-abcdefghijk"), "20261121t120000000z-0123456789abcdef");

  @Test
  void what_is_printed_is_understood_with_the_dashboard_before_it_and_without() {
    var address = POINT.address(DASHBOARD);

    assertThat(address)
        .isEqualTo(
            "https://berth.example.com/#snapshot/octo-hello-abcdefghijk.20261121t120000000z-0123456789abcdef");
    assertThat(SnapshotContext.in(address, DASHBOARD)).contains(POINT);
    assertThat(SnapshotContext.in(" " + address.replaceAll(".*#", "#"), DASHBOARD)).contains(POINT);
    assertThat(SnapshotContext.in(address.replaceAll(".*#", ""), DASHBOARD)).contains(POINT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://github.com/octo/hello",
        "https://elsewhere.example.com/#snapshot/octo-hello-abcdefghijk.20261121t120000000z-0123456789abcdef",
        "https://github.com/snapshot/hello",
        "",
      })
  void other_addresses_are_none(String text) {
    assertThat(SnapshotContext.in(text, DASHBOARD)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "snapshot/",
        "snapshot/octo-hello-abcdefghijk",
        "snapshot/octo-hello-abcdefghijk.",
        "snapshot/octo-hello-abcdefghijk.../../x",
        "snapshot/octo-hello-abcdefghijk.2026/1",
        "snapshot/4ec1c1f5-9f10-4a2b-8e8f-1a2b3c4d5e6f",
        "snapshot/https://github.com/octo/hello",
      })
  void what_is_cut_off_or_made_up_is_told(String text) {
    assertThatThrownBy(() -> SnapshotContext.in(text, DASHBOARD))
        .isInstanceOf(Problem.Invalid.class);
  }
}
