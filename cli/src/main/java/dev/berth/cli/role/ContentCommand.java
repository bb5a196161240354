package dev.berth.cli.role;

import dev.berth.base.Problem;
import dev.berth.base.json.Json;
import dev.berth.cli.settings.Configuration;
import dev.berth.cli.settings.Home;
import dev.berth.cli.settings.OutwardSettings;
import dev.berth.cli.settings.PodFiles;
import dev.berth.cli.settings.Trust;
import dev.berth.node.pod.PodContent;
import dev.berth.node.pod.PodDoor;
import dev.berth.node.pod.PodOrder;
import dev.berth.node.save.Distant;
import dev.berth.objects.ObjectStore;
import dev.berth.protocol.InstanceId;
import dev.berth.protocol.UserId;
import dev.berth.protocol.WorkspaceId;
import dev.berth.runtime.Seed;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What runs beside a workspace in its pod. */
@Command(
    name = "content",
    hidden = true,
    description = {
      "Brings a workspace's files into its pod, saves them while it runs, and once more when the pod is asked to end.",
      "Pods run this; people do not need it."
    },
    mixinStandardHelpOptions = true)
public final class ContentCommand implements Callable<Integer> {
  @Option(
      names = "--volume",
      paramLabel = "FOLDER",
      required = true,
      description = "Where the files are to lie, in its folder files.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path volume;

  @Override
  public Integer call() throws Exception {
    var over = new CountDownLatch(1);
    var serving = Serving.open(PodFiles.unpacked(System.getenv()), volume);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  serving.close();
                  over.countDown();
                }));
    serving.content().begin();
    over.await();
    return 0;
  }

  /**
   * The container's work, open.
   *
   * @param content what it brings and saves
   */
  public record Serving(Opened store, PodContent content, PodDoor door) implements AutoCloseable {
    /** Reads what the pod is told; brings nothing yet. */
    public static Serving open(Map<String, String> environment, Path volume) {
      var configuration =
          Configuration.read(Home.find().configuration(), environment, Optional.empty());
      Trust.beginForNow(configuration);
      OutwardSettings.begin(configuration);
      var distant =
          configuration
              .distant()
              .orElseThrow(() ->
                  new Problem.Invalid(
                      "No object store is configured.",
                      "On a cluster files outlive their pod only in one: set objects."));
      var order = order(environment, configuration.saves());
      var address = new InetSocketAddress(told(environment, "BERTH_POD_ADDRESS"), PodDoor.PORT);
      var store = new Opened(distant);
      var content = new PodContent(volume, store.repositories(), order, Clock.systemUTC());
      return new Serving(store, content, PodDoor.open(address, content));
    }

    /** Saves once more. */
    @Override
    public void close() {
      content.close();
      door.close();
      store.close();
    }
  }

  private static PodOrder order(Map<String, String> environment, Configuration.Saves saves) {
    return new PodOrder(
        new WorkspaceId(told(environment, "BERTH_WORKSPACE")),
        new InstanceId(told(environment, "BERTH_INSTANCE")),
        new UserId(told(environment, "BERTH_OWNER")),
        told(environment, "BERTH_TOKEN"),
        told(environment, "BERTH_OWNER_KEY"),
        Optional.ofNullable(environment.get("BERTH_SEED")).map(seed -> Json.read(seed, Seed.class)),
        saves.every(),
        List.of(Json.read(told(environment, "BERTH_EXCLUDE"), String[].class)),
        saves.largestFileBytes());
  }

  private static String told(Map<String, String> environment, String name) {
    var value = environment.get(name);
    if (value != null) return value;
    throw new Problem.Invalid(
        "The variable %s is not set.".formatted(name),
        "The driver sets it in each pod; this is no command for people.");
  }

  /** The object store, open. */
  private static final class Opened implements AutoCloseable {
    private final ObjectStore bucket;
    private final Distant distant;

    Opened(Distant distant) {
      this.distant = distant;
      this.bucket = distant.bucket().open(distant.folder());
    }

    /** A call that does not come through is tried for half a minute. */
    ObjectStore repositories() {
      return distant.direct(bucket);
    }

    @Override
    public void close() {
      bucket.close();
    }
  }
}
