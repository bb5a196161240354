package dev.berth.runtime.kubernetes;

import dev.berth.protocol.InstanceId;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.protocol.inside.BootPlan;
import dev.berth.protocol.inside.ContentPlan;
import dev.berth.protocol.inside.EditorPlan;
import dev.berth.protocol.inside.GitAuthor;
import dev.berth.protocol.inside.OwnerPlan;
import dev.berth.protocol.inside.SizePlan;
import dev.berth.runtime.InstanceImage;
import dev.berth.runtime.InstanceSpec;
import dev.berth.runtime.Seed;
import dev.berth.runtime.WorkspaceSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Specs of small instances. */
public final class TestSpecs {
  static final WorkspaceSize SIZE = new WorkspaceSize(1000, 256L << 20, 128);

  private TestSpecs() {}

  /** One with the default image whose supervisor does {@code what}; "" to wait for its end. */
  public static InstanceSpec spec(WorkspaceId workspace, String what) {
    return spec(workspace, what, new InstanceImage.Default(), Optional.empty());
  }

  public static InstanceSpec spec(
      WorkspaceId workspace, String what, InstanceImage image, Optional<Seed> seed) {
    return new InstanceSpec(image, SIZE, plan(workspace, what), Optional.empty(), List.of(), seed);
  }

  static BootPlan plan(WorkspaceId workspace, String what) {
    return new BootPlan(
        workspace,
        InstanceId.create(),
        "token-that-nobody-else-may-see",
        "http://%s.ws.berth.localhost".formatted(workspace),
        "http://berth.localhost",
        "https://example.org/a/b",
        new ContentPlan(
            "https://example.org/a/b",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "b",
            Map.of()),
        List.of(),
        List.of(),
        Map.of("DO", what),
        new OwnerPlan(
            new UserId("11111111-2222-4333-8444-555555555555"),
            new GitAuthor("", ""),
            Optional.empty()),
        new SizePlan("standard", 1000, 256L << 20),
        5,
        EditorPlan.PLAIN,
        ToldNotices.NONE,
        Optional.empty(),
        false,
        Optional.empty(),
        "");
  }
}
