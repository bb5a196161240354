package dev.berth.runtime.runc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.DriverContract;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.WorkspaceSize;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RuncDriverTest extends DriverContract {
  private static TestHost host;

  @BeforeAll
  static void make_a_host() throws IOException, InterruptedException {
    host = TestHost.make();
  }

  @AfterAll
  static void remove_the_host() throws IOException, InterruptedException {
    var left = host.leftBehind();
    RuncDriver.open(host.options()).dismantle();
    host.remove();
    assertThat(left).isEmpty();
  }

  @Override
  protected Driver open() {
    try {
      return RuncDriver.open(host.options());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected InstanceSpec running(WorkspaceId workspace) {
    return spec(workspace, Optional.empty(), Map.of());
  }

  @Override
  protected InstanceSpec exiting(WorkspaceId workspace) {
    return spec(workspace, Optional.empty(), Map.of("DO", "exit"));
  }

  @Override
  protected InstanceSpec failing(WorkspaceId workspace) {
    return spec(workspace, Optional.of("test/no-such-image"), Map.of());
  }

  @Override
  protected InstanceSpec stubborn(WorkspaceId workspace) {
    return spec(workspace, Optional.empty(), Map.of("DO", "stubborn"));
  }

  private static InstanceSpec spec(
      WorkspaceId workspace, Optional<String> image, Map<String, String> env) {
    var size = new WorkspaceSize(1000, 256L << 20, 128);
    return new InstanceSpec(image, size, boot(workspace, env), Optional.empty(), List.of());
  }
}
