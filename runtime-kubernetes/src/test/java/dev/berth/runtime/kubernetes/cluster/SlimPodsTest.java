package dev.berth.runtime.kubernetes.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.kubernetes.TestSpecs;
import dev.berth.runtime.kubernetes.pod.Abilities;
import dev.berth.runtime.kubernetes.pod.Placement;
import dev.berth.runtime.kubernetes.pod.PodOf;
import dev.berth.runtime.kubernetes.pod.PodOptions;
import dev.berth.runtime.kubernetes.pod.Shares;
import dev.berth.runtime.kubernetes.pod.SupervisorTree;
import dev.berth.runtime.kubernetes.pod.TreeImage;
import dev.berth.runtime.kubernetes.reading.Patience;
import dev.berth.runtime.kubernetes.reading.Reading;
import dev.berth.runtime.kubernetes.reading.Told;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlimPodsTest {
  private static Pod pod() {
    var tree = new TreeImage("berth:1", "opt/supervisor");
    var options =
        new PodOptions(
            "ours",
            "workspace:1",
            new SupervisorTree(tree, List.of("/x"), Map.of("A", "b")),
            Optional.empty(),
            Optional.empty(),
            Placement.DEFAULT,
            Shares.DEFAULT);
    var spec = TestSpecs.spec(WorkspaceId.create("some", "fox"), "");
    var killed =
        new ContainerStateBuilder()
            .withNewTerminated()
            .withReason("OOMKilled")
            .withExitCode(137)
            .endTerminated()
            .build();
    return new PodBuilder(new PodOf(options, Abilities.NONE).of(spec, "workspace:1"))
        .editMetadata()
        .addNewManagedField()
        .withManager("berth")
        .endManagedField()
        .endMetadata()
        .withNewStatus()
        .withPhase("Failed")
        .addNewContainerStatus()
        .withName("workspace")
        .withState(killed)
        .endContainerStatus()
        .endStatus()
        .build();
  }

  @Test
  void a_pod_that_is_kept_means_the_same_and_is_smaller() {
    var whole = pod();
    var slim = SlimPods.slim(pod());
    var reading = new Reading(Patience.DEFAULT);

    assertThat(Reading.instance(slim)).isPresent();
    assertThat(reading.of(slim, Told.NOTHING, Instant.EPOCH).toString())
        .contains("more memory than")
        .isEqualTo(
            reading
                .of(whole, Told.NOTHING, Instant.EPOCH)
                .toString()
                .replace(
                    Reading.instance(whole).orElseThrow().value(),
                    Reading.instance(slim).orElseThrow().value()));
    assertThat(Serialization.asJson(whole)).contains("manager\"", "JAVA_TOOL_OPTIONS");
    assertThat(Serialization.asJson(slim))
        .doesNotContain("manager\"", "JAVA_TOOL_OPTIONS", "volumeMounts\":[{");
  }
}
