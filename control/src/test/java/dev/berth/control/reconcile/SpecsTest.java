package dev.berth.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.control.account.Keys;
import dev.berth.control.account.Settings;
import dev.berth.control.account.Vault;
import dev.berth.control.workspace.Addresses;
import dev.berth.control.workspace.Samples;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.runtime.WorkspaceSize;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SpecsTest {
  private static final WorkspaceSize SMALL = new WorkspaceSize(1000, 1L << 29, 256);
  private static final WorkspaceSize LARGE = new WorkspaceSize(8000, 1L << 33, 4096);

  @Test
  void a_size_that_left_the_configuration_is_replaced_by_the_usual_one_and_its_user_is_told() {
    var workspace = Samples.workspace(UserId.create(), Instant.EPOCH); // of size "standard"

    var spec = specs(Map.of("small", SMALL, "large", LARGE)).of(workspace, InstanceId.create());

    assertThat(spec.size()).isEqualTo(LARGE);
    assertThat(spec.boot().notices())
        .anySatisfy(notice -> assertThat(notice).contains("standard", "large"));
  }

  @Test
  void a_size_that_is_configured_is_taken() {
    var workspace = Samples.workspace(UserId.create(), Instant.EPOCH);

    var spec = specs(Map.of("standard", SMALL, "large", LARGE)).of(workspace, InstanceId.create());

    assertThat(spec.size()).isEqualTo(SMALL);
    assertThat(spec.boot().notices()).noneMatch(notice -> notice.contains("size"));
  }

  private static Specs specs(Map<String, WorkspaceSize> sizes) {
    return new Specs(
        sizes,
        "large",
        new Addresses(URI.create("http://berth.localhost:8433")),
        new Keys(new byte[32]),
        StopPolicy.DEFAULT,
        EditorSource.NONE,
        new Settings(new NoSettings(), new Vault(new Keys(new byte[32]))));
  }
}
