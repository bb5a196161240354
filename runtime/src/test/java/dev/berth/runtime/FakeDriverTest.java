package dev.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.Endpoint;
import dev.berth.protocol.WorkspaceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FakeDriverTest extends DriverContract {
  private final FakeDriver fake = new FakeDriver();

  @Override
  protected Driver open() {
    return fake;
  }

  @Override
  protected InstanceSpec running(WorkspaceId workspace) {
    return new InstanceSpec(
        new InstanceImage.Default(),
        new WorkspaceSize(1000, 1L << 30, 512),
        boot(workspace, Map.of()),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  @Override
  protected InstanceSpec exiting(WorkspaceId workspace) {
    fake.exitNextStart(workspace, "exit code 3");
    return running(workspace);
  }

  @Override
  protected InstanceSpec failing(WorkspaceId workspace) {
    fake.failNextStart(workspace, "The image is not there.", "Name another.");
    return running(workspace);
  }

  @Override
  protected InstanceSpec stubborn(WorkspaceId workspace) {
    fake.holdStops();
    return running(workspace);
  }

  @Test
  void a_held_start_is_preparing_until_it_is_let_go() {
    fake.holdStarts();
    fake.start(running(fox));
    assertThat(fake.observe(fox)).isInstanceOf(Observation.Preparing.class);

    fake.letStartsGo();

    assertThat(fake.observe(fox)).isInstanceOf(Observation.Alive.class);
  }

  @Test
  void a_held_stop_goes_on_until_it_is_let_go() {
    fake.holdStops();
    fake.start(running(fox));
    fake.stop(fox, Instant.now().plus(SOON));
    assertThat(fake.observe(fox)).isInstanceOf(Observation.Alive.class);

    fake.letStopsGo();

    assertThat(fake.observe(fox)).isInstanceOf(Observation.Absent.class);
  }

  @Test
  void an_instance_is_where_a_test_points_it() {
    fake.pointAt(_ -> new Endpoint("127.0.0.1", 4711));
    fake.start(running(fox));

    assertThat(alive(fake, fox).supervisor()).isEqualTo(new Endpoint("127.0.0.1", 4711));
    assertThat(fake.started()).extracting(InstanceSpec::workspace).containsExactly(fox);
  }
}
