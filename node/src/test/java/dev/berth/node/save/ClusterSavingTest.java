package dev.berth.node.save;

import dev.berth.node.pod.PodClient;
import dev.berth.node.pod.PodContent;
import dev.berth.node.pod.PodDoor;
import dev.berth.node.pod.PodOrder;
import dev.berth.objects.ObjectName;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.memory.MemoryStore;
import dev.berth.objects.s3.S3Options;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Saves;
import dev.berth.runtime.SavingContract;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster's saves promise. Pods are their content containers here, each at an address. */
final class ClusterSavingTest extends SavingContract {
  private static final byte[] KEY = new byte[32];

  private static final Distant NAMED =
      new Distant(
          new Bucket.S3(
              new S3Options(
                  Optional.empty(), "here", "unused", false, Optional.empty(), Optional.empty())),
          ObjectName.of("berth"));

  /** A pod's content container. */
  private record Pod(PodContent content, PodDoor door, PodClient.Door way)
      implements AutoCloseable {
    @Override
    public void close() {
      content.close();
      door.close();
    }
  }

  @TempDir private Path here;
  private final MemoryStore bucket = new MemoryStore(Clock.systemUTC());
  private final Map<WorkspaceId, Pod> running = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // set before each test
  private ClusterSaves opened;

  @Override
  protected Saves open() {
    opened =
        new ClusterSaves(
            new ClusterSaves.Options(
                NAMED, KEY, here.resolve("control"), new Pods(), SaveCounts.unseen()),
            bucket);
    return opened;
  }

  @AfterEach
  void close() {
    running.values().forEach(Pod::close);
    opened.close();
  }

  /** Those that run here. */
  private final class Pods implements ClusterSaves.Pods {
    @Override
    public Optional<PodClient.Door> door(WorkspaceId workspace) {
      return Optional.ofNullable(running.get(workspace)).map(Pod::way);
    }

    @Override
    public boolean isGone(WorkspaceId workspace) {
      return !running.containsKey(workspace);
    }
  }

  private Pod begun(WorkspaceId workspace, UserId owner) throws Exception {
    var order =
        new PodOrder(
            workspace,
            InstanceId.create(),
            owner,
            "token",
            PodOrder.ownerKey(KEY, owner),
            Optional.empty(),
            Duration.ofSeconds(1),
            List.of(),
            1 << 20);
    var content = new PodContent(volume(workspace), NAMED.direct(bucket), order, Clock.systemUTC());
    var host = "127.211.8." + (running.size() + 1);
    var door = PodDoor.open(new InetSocketAddress(host, PodDoor.PORT), content);
    content.begin();
    return new Pod(content, door, new PodClient.Door(host, "token"));
  }

  private Path volume(WorkspaceId workspace) throws Exception {
    return Files.createDirectories(here.resolve(workspace.value()));
  }

  @Override
  protected void write(WorkspaceId workspace, UserId owner, String text) throws Exception {
    if (!running.containsKey(workspace)) running.put(workspace, begun(workspace, owner));
    Files.writeString(volume(workspace).resolve(PodContent.FILES).resolve(FILE), text);
  }

  @Override
  protected void remove(WorkspaceId workspace) {
    Optional.ofNullable(running.remove(workspace)).ifPresent(Pod::close);
  }
}
