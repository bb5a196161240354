package dev.berth.runtime.kubernetes;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Driver;
import dev.berth.runtime.DriverContract;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.WorkspaceSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

@OnCluster
class KubernetesDriverTest extends DriverContract {
  private static TestCluster cluster;

  @BeforeAll
  static void make_a_namespace() throws Exception {
    cluster = TestCluster.make("driver");
  }

  @AfterAll
  static void remove_the_namespace() throws Exception {
    cluster.end();
  }

  @Override
  protected Driver open() {
    return KubernetesDriver.open(cluster.options());
  }

  @Override
  protected InstanceSpec running(WorkspaceId workspace) {
    return spec(workspace, new InstanceImage.Default(), Map.of());
  }

  @Override
  protected InstanceSpec exiting(WorkspaceId workspace) {
    return spec(workspace, new InstanceImage.Default(), Map.of("DO", "exit"));
  }

  @Override
  protected InstanceSpec failing(WorkspaceId workspace) {
    var nowhere = cluster.images().name("no-such-image");
    return spec(workspace, new InstanceImage.Reference(nowhere), Map.of());
  }

  @Override
  protected InstanceSpec stubborn(WorkspaceId workspace) {
    return spec(workspace, new InstanceImage.Default(), Map.of("DO", "stubborn"));
  }

  private static InstanceSpec spec(
      WorkspaceId workspace, InstanceImage image, Map<String, String> env) {
    return new InstanceSpec(
        image,
        new WorkspaceSize(1000, 256L << 20, 128),
        boot(workspace, env),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }
}
