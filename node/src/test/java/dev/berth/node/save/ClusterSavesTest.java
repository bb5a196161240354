package dev.berth.node.save;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.base.http.HttpServer;
import dev.berth.base.http.Response;
import dev.berth.base.http.Router;
import dev.berth.node.pod.Deed;
import dev.berth.node.pod.PodClient;
import dev.berth.node.pod.PodDoor;
import dev.berth.objects.ObjectName;
import dev.berth.objects.ObjectStore;
import dev.berth.objects.bucket.Bucket;
import dev.berth.objects.memory.MemoryStore;
import dev.berth.objects.s3.S3Options;
import dev.berth.protocol.ToldNotices;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pods are one server here, at an address of loopback that nobody else has. */
@Timeout(60)
final class ClusterSavesTest {
  private static final String HOST = "127.211.7.3";
  private static final int PODS = 4 * ClusterSaves.LOOKS_AT_ONCE;

  private final UserId ann = UserId.create();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile List<Deed> deeds = List.of();
  private volatile Runnable meanwhile = () -> {};

  @SuppressWarnings("NullAway.Init") // set before each test
  private HttpServer pods;

  @SuppressWarnings("NullAway.Init")
  private ClusterSaves saves;

  @BeforeEach
  void open(@TempDir Path folder) {
    pods =
        HttpServer.open(
            new InetSocketAddress(HOST, PodDoor.PORT),
            HttpServer.Limits.DEFAULT,
            new Router()
                .on(
                    "GET",
                    "/status",
                    _ -> {
                      meanwhile.run();
                      return Response.json(
                          200,
                          new PodDoor.Status(
                              true,
                              Optional.of(Instant.EPOCH),
                              Optional.empty(),
                              ToldNotices.NONE,
                              deeds));
                    }));
    var nowhere =
        new S3Options(
            Optional.empty(), "here", "unused", false, Optional.empty(), Optional.empty());
    saves =
        new ClusterSaves(
            new ClusterSaves.Options(
                new Distant(new Bucket.S3(nowhere), ObjectName.of("berth")),
                new byte[32],
                folder,
                new Pods(),
                SaveCounts.unseen()),
            counted(new MemoryStore(Clock.systemUTC())));
    saves.hold(_ -> Set.of());
  }

  @AfterEach
  void close() {
    saves.close();
    pods.close();
  }

  /** All of them answer. */
  private static final class Pods implements ClusterSaves.Pods {
    @Override
    public Optional<PodClient.Door> door(WorkspaceId workspace) {
      return Optional.of(new PodClient.Door(HOST, "token"));
    }

    @Override
    public boolean isGone(WorkspaceId workspace) {
      return false;
    }
  }

  /** Counts what is asked of it. */
  private ObjectStore counted(ObjectStore store) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              asked.incrementAndGet();
              return method.invoke(store, arguments);
            });
  }

  private List<WorkspaceId> running(int count) {
    var all = new ArrayList<WorkspaceId>();
    for (int i = 0; i < count; i++) all.add(WorkspaceId.create("octo", "fox"));
    all.forEach(one -> saves.mayHaveChanged(one, ann));
    return all;
  }

  @Test
  void pods_are_asked_several_at_a_time() throws Exception {
    // One after the other the first would wait here for ever.
    var together = new CyclicBarrier(ClusterSaves.LOOKS_AT_ONCE);
    meanwhile =
        () -> {
          try {
            together.await(20, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        };

    var all = running(PODS);
    saves.lookAtAll();

    assertThat(all).allSatisfy(one -> assertThat(saves.trouble(one)).isEmpty());
  }

  @Test
  void old_points_are_looked_for_where_a_pod_has_made_a_new_one() throws Exception {
    var all = running(PODS);
    saves.lookAtAll();
    int first = asked.get();
    assertThat(first).isPositive();

    for (int round = 0; round < 10; round++) {
      all.forEach(one -> saves.mayHaveChanged(one, ann));
      saves.lookAtAll();
    }
    assertThat(asked).hasValue(first);

    deeds = List.of(new Deed(Deed.Kind.SAVE, Deed.Outcome.UNCHANGED, Instant.now(), 5, 0));
    all.forEach(one -> saves.mayHaveChanged(one, ann));
    saves.lookAtAll();
    assertThat(asked).hasValue(first);

    deeds = List.of(new Deed(Deed.Kind.SAVE, Deed.Outcome.DONE, Instant.now(), 5, 100));
    all.forEach(one -> saves.mayHaveChanged(one, ann));
    saves.lookAtAll();
    assertThat(asked.get()).isGreaterThan(first);
  }
}
